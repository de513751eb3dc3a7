"""``genericpipe completion``, and what answers when the Tab key is pressed."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from importlib import import_module

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import PROGRAM, Subparsers, add_names, make_parser
from genericpipe.hookspecs import hookimpl

SHELLS = ("bash", "zsh", "fish")

DESCRIPTION = f"""\
Print the lines that teach a shell to complete {PROGRAM}'s commands, options and file names.

  bash   in ~/.bashrc:                    eval "$({PROGRAM} completion bash)"
  zsh    in ~/.zshrc, after compinit:     eval "$({PROGRAM} completion zsh)"
  fish   in ~/.config/fish/config.fish:   {PROGRAM} completion fish | source"""


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``completion``."""
    parser = subparsers.add_parser(
        "completion",
        help=COMMANDS["completion"].summary,
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=SHELLS)
    parser.set_defaults(run=print_lines)


def print_lines(arguments: argparse.Namespace) -> int:
    """Print the lines for one shell."""
    from argcomplete.shell_integration import shellcode

    print(shellcode([PROGRAM], shell=arguments.shell))
    return 0


def complete(environment: Mapping[str, str]) -> None:
    """Answer argcomplete's question in the environment, and end the process.

    Only the command that stands on the line is imported: somebody waits at the keyboard.
    """
    import argcomplete

    line = environment.get("COMP_LINE", "")
    line = line[: int(environment.get("COMP_POINT") or len(line))]
    # The word under the cursor is still being typed, unless a blank ends it.
    finished = line.split()[1:] if line[-1:].isspace() else line.split()[1:-1]
    name = next((word for word in finished if not word.startswith("-")), None)
    parser, subparsers = make_parser()
    if name is not None and name in COMMANDS:
        import_module(COMMANDS[name].module).genericpipe_add_commands(subparsers)
    else:
        from genericpipe.pluginmanager import PluginManager

        add_names(subparsers)
        PluginManager(tolerant=True).answers("add_commands", sites_only=True, subparsers=subparsers)
    argcomplete.autocomplete(parser)
