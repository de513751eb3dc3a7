"""The options of our commands as Markdown, read from the parsers themselves."""

from __future__ import annotations

import argparse
import optparse
from collections.abc import Iterator
from importlib import import_module

from pieces import code, paragraphs, plain, table

from genericpipe.cli import legacyoptions
from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import PROGRAM, make_parser


def commands(_: str = "") -> str:
    """Return the table of built-in commands."""
    rows = [
        (f"[{name}](#{PROGRAM}-{name})", command.group, plain(command.summary))
        for name, command in COMMANDS.items()
    ]
    return table(("command", "", "what it does"), rows)


def every_command(_: str = "") -> str:
    """Return a section for each built-in command, and for each command of a command."""
    return "\n".join(_sections(list(COMMANDS), 2))


def _sections(names: list[str], level: int) -> Iterator[str]:
    for name in names:
        yield f"{'#' * level} {PROGRAM} {name}\n\n{command(name)}"
        yield from _sections([f"{name} {inner}" for inner in choices(parser_of(name))], level + 1)


def parser_of(words: str) -> argparse.ArgumentParser:
    """Return the parser of a command: ``lint``, ``config get``."""
    parser, subparsers = make_parser()
    for number, name in enumerate(words.split()):
        if not number:
            import_module(COMMANDS[name].module).genericpipe_add_commands(subparsers)
        parser = choices(parser)[name]
    return parser


def choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the commands of a command by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def command(words: str) -> str:
    """Return all about a command: what it does, its words and options, its examples."""
    parser = parser_of(words)
    positional, optional, *groups = parser._action_groups
    own = [*_rows(positional._group_actions), *_rows(optional._group_actions)]
    parts = [paragraphs(parser.description or ""), table(("", "what it means"), own)]
    for group in groups:
        rows = table(("", "what it means"), _rows(group._group_actions))
        if rows:
            parts += [f"{plain(str(group.title)).capitalize()}:\n", rows]
    parts.append(paragraphs(parser.epilog or ""))
    return "\n".join(filter(None, parts))


def _rows(actions: list[argparse.Action]) -> Iterator[tuple[str, str]]:
    for action in actions:
        if isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
            continue
        if action.help is argparse.SUPPRESS or action.dest == "debug":
            continue  # --debug is everywhere, and said once
        said = plain((action.help or "") % {**vars(action), "prog": PROGRAM})
        if action.choices:
            said += f"{'; ' if said else ''}one of {', '.join(code(str(one)) for one in action.choices)}"
        yield ", ".join(map(code, _spelled(action))), said


def _spelled(action: argparse.Action) -> list[str]:
    if not action.option_strings:
        return [str(action.metavar or action.dest)]
    value = "" if action.nargs == 0 else str(action.metavar or action.dest.rpartition("_")[2].upper())
    return [f"{name} {value}".rstrip() for name in action.option_strings]


def legacy_options(_: str = "") -> str:
    """Return the options of ``genericpipeline.py``."""
    parser = legacyoptions._make_parser()
    rows = []
    for option in parser.option_list:
        if option.help == optparse.SUPPRESS_HELP:
            continue
        takes = f" {option.metavar or (option.dest or '').upper()}" if option.takes_value() else ""
        names = [f"{name}{takes}" for name in (*option._short_opts, *option._long_opts)]
        rows.append((", ".join(map(code, names)), plain(option.help or "")))
    return table(("option", "what it means"), rows)


#: Directive -> what it stands for, a function of the directive's argument.
DIRECTIVES = {
    "commands": commands,
    "command": command,
    "every-command": every_command,
    "legacy-options": legacy_options,
}
