# PYTHON_ARGCOMPLETE_OK
"""The command ``genericpipe``: finds the sub-command, runs it, tells errors."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import (
    PROGRAM,
    CommandParser,
    Subparsers,
    add_names,
    command_list,
    make_parser,
    summaries,
)
from genericpipe.errors import ExitStatus, GenericPipeError, PluginError, UsageError, did_you_mean

if TYPE_CHECKING:
    from genericpipe.pluginmanager import PluginManager


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Parameters
    ----------
    argv
        The words after ``genericpipe``; by default those this process was started with.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words
    if sys.stdout is None:  # the shell closed it; nor is the next file that is opened to take its number
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for as long as we run
    if "_ARGCOMPLETE" in os.environ:
        from genericpipe.cli.completion import complete

        complete(os.environ)
    try:
        try:
            status = run(words)
        except SystemExit as ended:  # argparse ends so, after --help and --version
            if not isinstance(ended.code, int | None):
                raise
            status = ended.code or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _give_up_output()  # whoever read it stopped reading
        return int(ExitStatus.STOPPED)
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            from genericpipe.cli.failures import unexpected

            return unexpected(error, words, debug)
        _give_up_output()
        print(f"{PROGRAM}: error: the output cannot be written: {error.strerror}", file=sys.stderr)
        print("hint: make room where it goes", file=sys.stderr)
        return int(ExitStatus.STEP_FAILED)
    except KeyboardInterrupt:
        print(f"\n{PROGRAM}: interrupted", file=sys.stderr)
        return int(ExitStatus.STOPPED)
    except GenericPipeError as error:
        from genericpipe.cli.failures import told

        return told(error, debug)
    except Exception as error:
        from genericpipe.cli.failures import unexpected

        return unexpected(error, words, debug)


def _give_up_output() -> None:
    """Let go what is still to be printed: Python would complain when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(words: Sequence[str]) -> int:
    """Find the sub-command in these words, parse them and run it; return its exit status.

    A sub-command sets the default ``run`` of its parser: a function that takes the parsed arguments
    and returns the exit status. The arguments hold the plugin manager as ``manager``.
    """
    name = next((word for word in words if not word.startswith("-")), None)
    parser, subparsers = make_parser()
    if name is None:
        return run_without_command(parser, subparsers, words)

    from genericpipe.pluginmanager import PluginManager

    manager = PluginManager()
    if name in COMMANDS:
        import_module(COMMANDS[name].module).genericpipe_add_commands(subparsers)
    else:
        add_names(subparsers)
        add_plugged_in(subparsers, manager)
    if name not in subparsers.choices:
        hint = did_you_mean(name, subparsers.choices)
        raise UsageError(f"there is no command {name!r}", hint=hint or f"'{PROGRAM} --help' lists them")
    arguments = parser.parse_args(words, argparse.Namespace(manager=manager))
    if not hasattr(arguments, "run"):
        raise UsageError(
            f"'{PROGRAM} {name}' needs to be told what to do", hint=f"'{PROGRAM} {name} --help' lists it"
        )
    return int(arguments.run(arguments))


def run_without_command(
    parser: CommandParser, subparsers: Subparsers[CommandParser], words: Sequence[str]
) -> int:
    """Answer ``--version`` and ``--help``; without any command, show the help as a usage error."""
    if not {"-h", "--help"} & set(words):
        parser.parse_args(words)
    parser.description = f"{parser.description}\n\n{list_of_commands(subparsers)}"
    if {"-h", "--help"} & set(words):
        parser.parse_args(words)
    parser.print_help(sys.stderr)
    return int(ExitStatus.USAGE)


def list_of_commands(subparsers: Subparsers[CommandParser]) -> str:
    """Return all commands for the help, those of plugins too, and which plugins cannot be asked."""
    from genericpipe.pluginmanager import PluginManager

    manager = PluginManager(tolerant=True)
    try:
        add_plugged_in(subparsers, manager)
    except PluginError as error:
        manager.broken.append(error)
    broken = "".join(f"\n\nnot usable: {error}" for error in manager.broken)
    return command_list(summaries(subparsers)) + broken


def add_plugged_in(subparsers: Subparsers[CommandParser], manager: PluginManager) -> None:
    """Let the plugins of sites add their commands.

    Raises
    ------
    PluginError
        A command of that name is there already.
    """
    try:
        manager.answers("add_commands", sites_only=True, subparsers=subparsers)
    except argparse.ArgumentError as error:
        notes = ", ".join(getattr(error, "__notes__", ()))
        raise PluginError(f"{error.message} ({notes})", hint="no two commands can have one name") from error
