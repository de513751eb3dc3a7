"""``genericpipe config``: look up a value of the configuration, change one, or begin a new file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.errors import ConfigError, ExitStatus, GenericPipeError, UsageError, did_you_mean
from genericpipe.hookspecs import hookimpl

if TYPE_CHECKING:
    from genericpipe.config import Config

DESCRIPTION = """\
Look up a value of pipeline.cfg, as a run would see it; change one, with every comment and blank line
kept; or write a file to begin with. Without -c the file is pipeline.cfg of this folder, else
~/.pipeline.cfg."""

EPILOG = """\
examples:
  genericpipe config init
  genericpipe config get layout.job_directory -j my_job
  genericpipe config set remote.max_per_node 8
  genericpipe config set DEFAULT.working_directory '%(runtime_directory)s/data'"""


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``config``."""
    add_command(subparsers)


def add_command(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``config`` with its own commands ``get``, ``set`` and ``init``."""
    parser = subparsers.add_parser(
        "config",
        help=COMMANDS["config"].summary,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="get|set|init", required=True)

    get = commands.add_parser("get", help="print a value as a run would see it")
    _add_name(get)
    _add_config_option(get)
    get.add_argument("-j", "--job-name", default="<job_name>", metavar="NAME", help="what %%(job_name)s is")
    get.add_argument("--start-time", default="<start_time>", metavar="TIME", help="what %%(start_time)s is")
    get.add_argument(
        "--comment", action="store_true", help="print the comment above it first, if there is one"
    )
    get.set_defaults(run=_get)

    change = commands.add_parser("set", help="change a value; the rest of the file stays as it is")
    _add_name(change)
    change.add_argument("value", metavar="VALUE")
    _add_config_option(change)
    change.set_defaults(run=_set)

    init = commands.add_parser("init", help="write a pipeline.cfg to begin with")
    init.add_argument(
        "--file", type=Path, default=Path("pipeline.cfg"), metavar="F", help="default: %(default)s"
    )
    init.add_argument("--force", action="store_true", help="write over a file that is there")
    init.set_defaults(run=_init)


def _add_name(parser: argparse.ArgumentParser) -> None:
    name: Any = parser.add_argument("name", metavar="SECTION.KEY", help="for example remote.max_per_node")
    name.completer = _names  # what argcomplete asks


def _names(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """Return what the Tab key offers: the keys that a run would read, and those that one mostly sets."""
    from genericpipe.config import Settings, load

    found = {"remote.method", "remote.max_per_node", "DEFAULT.recipe_directories", "DEFAULT.task_files"}
    with suppress(GenericPipeError):
        config = load(Settings(job_name="", config=parsed_args.config, task_files=()))
        found |= {f"DEFAULT.{key}" for key in config.defaults}
        for section, keys in config.sections.items():
            found |= {f"{section}.{key}" for key in keys if key not in config.defaults}
    return sorted(found)


def _add_config_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-c",
        "--config",
        type=Path,
        metavar="CFG",
        help="the file; without it, pipeline.cfg of this folder, else ~/.pipeline.cfg",
    )


def _get(arguments: argparse.Namespace) -> int:
    from genericpipe.config import Settings, load

    settings = Settings(
        job_name=arguments.job_name,
        start_time=arguments.start_time,
        config=arguments.config,
        task_files=(),  # a value can be looked up without them
    )
    config = load(settings)
    values = {"DEFAULT": config.defaults, **config.sections}
    section, key = _split(arguments.name, values)
    text = config.get(section, key)
    if text is None:
        raise ConfigError(f"no {arguments.name} in the configuration", hint=_suggest(section, key, values))
    if arguments.comment and config.path:
        _print_comment(config.path, section, key)
    print(text)
    _print_findings(config, section, key)
    return int(ExitStatus.DONE)


def _set(arguments: argparse.Namespace) -> int:
    from genericpipe.config import Settings, find
    from genericpipe.config.editing import change
    from genericpipe.config.inifile import read

    path = find(Settings(job_name="", config=arguments.config))
    if path is None:
        raise ConfigError(
            "there is no configuration file to change",
            hint="write one with 'genericpipe config init', or name one with -c",
        )
    section, key = _split(arguments.name, read(path).sections)
    change(path, section, key, arguments.value)
    return int(ExitStatus.DONE)


def _init(arguments: argparse.Namespace) -> int:
    from genericpipe.config.editing import write_starter
    from genericpipe.config.presence import Presence, look

    if look(arguments.file) is not Presence.NOTHING and not arguments.force:
        raise UsageError(f"{arguments.file} is there already", hint="--force writes over it")
    write_starter(arguments.file)
    print(f"wrote {arguments.file}")
    return int(ExitStatus.DONE)


def _split(name: str, sections: Collection[str]) -> tuple[str, str]:
    """Split ``SECTION.KEY``; where several dots could part them, a section that exists decides."""
    words = name.split(".")
    splits = [(".".join(words[:at]), ".".join(words[at:])) for at in range(1, len(words))]
    splits = [(section, key) for section, key in splits if section.strip() and key.strip()]
    if not splits:
        raise UsageError(f"{name!r} is no SECTION.KEY", hint="for example remote.max_per_node")
    return next((split for split in splits if split[0] in sections), splits[0])


def _suggest(section: str, key: str, values: Mapping[str, Mapping[str, str]]) -> str:
    """Return the nearest name: of the section, of its key, or of any key."""
    if section not in values:
        homes = [name for name, keys in values.items() if key.lower() in keys]
        hint = did_you_mean(section, values)
        return hint or (f"there is a {homes[0]}.{key}" if homes else f"the sections are {', '.join(values)}")
    return did_you_mean(key.lower(), values[section]) or (
        f"[{section}] has {', '.join(sorted(values[section]))}" if values[section] else ""
    )


def _print_comment(path: Path, section: str, key: str) -> None:
    """Print the comment that stands right above a key."""
    from extended_configparser import ExtendedConfigParser

    parser = ExtendedConfigParser(strict=False, interpolation=None)
    with path.open(encoding="utf-8") as file:
        parser.read_file(file)
    # A key of [DEFAULT] that a section inherits has its comment there.
    comment = parser.get_comment(section, key) or parser.get_comment("DEFAULT", key)
    for line in (comment or "").splitlines():
        print(f"# {line}".rstrip())


def _print_findings(config: Config, section: str, key: str) -> None:
    """Print what is doubtful about a value."""
    from genericpipe.cli.findings import show

    place = config.location(section, key)
    show([finding for finding in config.findings if place and finding.location == place], sys.stderr)
