"""The options of ``genericpipeline.py`` as LOFAR's own took them (contract 1)."""

from __future__ import annotations

import optparse
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genericpipe.config import parse_boolean
from genericpipe.errors import UsageError

PROGRAM = "genericpipeline.py"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class LegacyOptions:
    """A command line; None where it says nothing.

    Parameters
    ----------
    parset
        The pipeline.
    job_name, start_time, config, runtime_directory, working_directory
        As `Settings` takes them.
    task_files
        The tasks.cfg files that replace those of the configuration.
    level
        What the log tells.
    dry_run
        Whether to show what would run only.
    """

    parset: str
    job_name: str | None = None
    start_time: str | None = None
    config: str | None = None
    task_files: tuple[str, ...] | None = None
    runtime_directory: str | None = None
    working_directory: str | None = None
    level: str = "INFO"
    dry_run: bool = False


class _Parser(optparse.OptionParser):
    """LOFAR's parser was optparse: prefixes, clusters and their errors are its own, with exit status 2."""

    def format_epilog(self, formatter: optparse.HelpFormatter) -> str:
        """Keep the line that LOFAR's help ended with; the pipeline itself has no outputs."""
        return "\nOutputs:\n"


def parse(words: Sequence[str]) -> LegacyOptions:
    """Read a command line.

    Raises
    ------
    SystemExit
        After ``--help`` with 0, after wrong usage with 2.
    """
    parser = _make_parser()
    try:
        values, positional = parser.parse_args(_with_separate_booleans(parser, words))
    except UsageError as error:
        parser.error(error.message)
    if not positional:
        parser.error("no parset given")
    if len(positional) > 1:
        parser.error(f"one parset, not {len(positional)}: {' '.join(positional)}")
    return LegacyOptions(
        parset=positional[0],
        job_name=values.job_name,
        start_time=values.start_time,
        config=values.config,
        task_files=None if values.task_file is None else _list(values.task_file),
        runtime_directory=values.runtime_directory,
        working_directory=values.working_directory,
        level=values.level,
        dry_run=values.dry_run,
    )


def _make_parser() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        usage="%prog PARSET [options]",
        description="Run a LOFAR generic pipeline.",
    )
    add = parser.add_option
    # Of -v, -d and --loglevel the last one on the command line counts.
    add(
        "-v",
        "--verbose",
        dest="level",
        action="store_const",
        const="INFO",
        default="INFO",
        help="log level INFO",
    )
    add("-d", "--debug", dest="level", action="store_const", const="DEBUG", help="log level DEBUG")
    add("-j", "--job-name", metavar="NAME", help="default: the parset's name without its last extension")
    add("-c", "--config", metavar="FILE", help="the pipeline.cfg to use")
    add(
        "-t",
        "--task-file",
        metavar="FILES",
        help="tasks.cfg files, a,b: they replace those of the configuration",
    )
    add("-r", "--runtime-directory", metavar="DIR", help="instead of the configuration's; it must exist")
    add("-w", "--working-directory", metavar="DIR", help="instead of the configuration's")
    add("--start-time", metavar="TEXT", help="instead of now; part of the log's path (expert use)")
    add(
        "-n",
        "--dry-run",
        action="callback",
        callback=_take_boolean,
        dest="dry_run",
        default=False,
        help="show what would run, and run nothing; a word that spells a boolean may follow",
    )
    add(
        "--loglevel",
        action="callback",
        callback=_take_level,
        type="string",
        dest="level",
        metavar="LEVEL",
        help=f"one of {', '.join(LEVELS)}; default: INFO",
    )
    # LOFAR's own internal way to hand positional words on; positional words overwrote it.
    add("--args", help=optparse.SUPPRESS_HELP)
    return parser


def _take_boolean(option: optparse.Option, name: str, value: object, parser: optparse.OptionParser) -> None:
    """Set a flag; take the next word only if it spells a boolean (contract 1, FIX)."""
    rest = parser.rargs or []
    spelled = parse_boolean(rest[0]) if rest else None
    if spelled is not None:
        del rest[0]
    setattr(parser.values, "dry_run", spelled is not False)  # noqa: B010 - the attribute is optparse's to make


def _take_level(option: optparse.Option, name: str, value: str, parser: optparse.OptionParser) -> None:
    level = {"WARN": "WARNING", "CRITICAL": "ERROR"}.get(value.upper(), value.upper())
    if level not in LEVELS:
        raise optparse.OptionValueError(f"option {name}: {value!r} is not one of {', '.join(LEVELS)}")
    setattr(parser.values, "level", level)  # noqa: B010


def _with_separate_booleans(parser: _Parser, words: Sequence[str]) -> list[str]:
    """Return the words with ``--dry-run=True`` and ``-nTrue`` in two; the option takes a value or none."""
    separate: list[str] = []
    for number, word in enumerate(words):
        if word == "--":
            return [*separate, *words[number:]]
        name, sign, value = word.partition("=")
        if sign and len(name) > 3 and "--dry-run".startswith(name):
            if parse_boolean(value) is None:
                raise UsageError(f"option --dry-run: {value!r} is neither True nor False")
            separate += [name, value]
        elif (cluster := re.fullmatch(r"(-[vd]*n)(\w+)", word)) and parse_boolean(cluster[2]) is not None:
            separate += [cluster[1], cluster[2]]
        else:
            separate.append(word)
    return separate


def _list(text: str) -> tuple[str, ...]:
    """Return the files of ``a,b`` or ``[a,b]`` (contract 2)."""
    files = (one.strip() for one in text.strip("[] ").split(","))
    return tuple(one for one in files if one)


def check_paths(options: LegacyOptions) -> None:
    """Look whether the files that the command line names are there.

    Raises
    ------
    UsageError
        If one is not; LOFAR told that by a traceback.
    """
    named = [("-c", options.config), *(("-t", file) for file in options.task_files or ())]
    for option, name in named:
        if name is not None and not Path(name).is_file():
            raise UsageError(f"option {option}: there is no file {name!r}")
    folder = options.runtime_directory
    if folder is not None and not os.path.isdir(folder):
        raise UsageError(f"option -r: there is no folder {folder!r}", hint=f"mkdir -p {folder}")
    if not Path(options.parset).is_file():
        raise UsageError(f"Unable to open file {options.parset}", hint="it is the pipeline to run")
