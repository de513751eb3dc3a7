"""The parser of the command line: global options, sub-commands, the text of ``genericpipe --help``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from genericpipe import __version__
from genericpipe.cli.commands import COMMANDS
from genericpipe.errors import UsageError, did_you_mean

PROGRAM = "genericpipe"

# For type annotations only: argparse has no public name for what add_subparsers returns.
Subparsers = argparse._SubParsersAction

DESCRIPTION = """\
Run LOFAR generic-pipeline parsets on this machine or on a cluster.

'genericpipeline.py' runs a parset as LOFAR's own did; this command does what goes with it."""

EPILOG = """\
examples:
  genericpipe lint Pre-Facet-Calibrator.parset      is it right? takes a second, runs nothing
  genericpipe plan -c pipeline.cfg my.parset        what would it run?
  genericpipe plugins -c pipeline.cfg               which steps can a parset use here?
  genericpipe status ./my                           how far is it, and what failed?
  genericpipe lint --help                           all about one command

exit statuses:
  0  done
  1  a step failed
  2  the command line is wrong
  3  a parset, configuration or plugin is wrong, or a check found a reason not to start
  4  another run holds the job folder
  5  the state of an earlier run does not fit
  6  stopped by a signal

A line 'hint:' below an error says what to do. Plugins: see 'genericpipe plugins'."""


class CommandParser(argparse.ArgumentParser):
    """An argument parser that raises instead of exiting, and knows ``--debug`` everywhere."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("allow_abbrev", False)
        super().__init__(**settings)
        self.add_argument(
            "--debug", action="store_true", default=argparse.SUPPRESS, help="show the traceback of an error"
        )

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found wrong as a UsageError."""
        raise UsageError(f"{self.prog}: {message}", hint=f"'{self.prog} --help' tells what it takes")

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse; refuse an unknown word here, where the options of the sub-command are known."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            options = self._option_string_actions
            hint = did_you_mean(unknown[0].partition("=")[0], options)
            raise UsageError(
                f"{self.prog}: unknown argument {unknown[0]!r}",
                hint=hint or f"'{self.prog} --help' tells what it takes",
            )
        return parsed, unknown


def make_parser() -> tuple[CommandParser, Subparsers[CommandParser]]:
    """Return the parser with its global options, and what sub-commands are added to."""
    parser = CommandParser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [--debug] COMMAND ...",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    # The help lists commands itself, in groups, which argparse cannot.
    subparsers = parser.add_subparsers(
        dest="command", metavar="COMMAND", prog=PROGRAM, help=argparse.SUPPRESS
    )
    return parser, subparsers


def add_names(subparsers: Subparsers[CommandParser]) -> None:
    """Add the built-in commands by name and summary alone, without importing them."""
    for name, command in COMMANDS.items():
        subparsers.add_parser(name, help=command.summary)


def summaries(subparsers: Subparsers[CommandParser]) -> Mapping[str, str]:
    """Return the one-line help of each command that was added with one."""
    return {action.dest: action.help or "" for action in subparsers._choices_actions}


def command_list(extra: Mapping[str, str]) -> str:
    """Return the commands in their groups, those of plugins last."""
    groups: dict[str, dict[str, str]] = {}
    for name, command in COMMANDS.items():
        groups.setdefault(command.group, {})[name] = command.summary
    added = {name: summary for name, summary in extra.items() if name not in COMMANDS}
    if added:
        groups["of plugins"] = added
    width = max(len(name) for names in groups.values() for name in names)
    return "\n\n".join(
        "\n".join(
            [f"{group}:", *(f"  {name:{width}}  {summary}".rstrip() for name, summary in names.items())]
        )
        for group, names in groups.items()
    )
