"""The options of every command that reads a parset: configuration, folders, options to set."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from genericpipe.config import Settings
from genericpipe.errors import UsageError
from genericpipe.pipeline.opening import job_name


def add_pipeline_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say with which configuration a parset is read."""
    group = parser.add_argument_group("configuration")
    group.add_argument("-c", "--config", type=Path, metavar="CFG", help="the pipeline.cfg to use")
    group.add_argument(
        "-t",
        "--task-file",
        metavar="FILES",
        help="tasks.cfg files, a,b: they replace those of the configuration",
    )
    group.add_argument(
        "-j", "--job-name", metavar="NAME", help="default: the parset's name without its extension"
    )
    group.add_argument("-r", "--runtime-directory", metavar="DIR", help="instead of the configuration's")
    group.add_argument("-w", "--working-directory", metavar="DIR", help="instead of the configuration's")
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="options",
        help="set an option of the parset",
    )
    group.add_argument(
        "--allow-unresolved", action="store_true", help="a {{ name }} that nothing defines is only a warning"
    )


def settings_of(arguments: argparse.Namespace, parset: str) -> Settings:
    """Return what the command line says about the configuration of one parset."""
    files = arguments.task_file
    return Settings(
        job_name=arguments.job_name or job_name(parset),
        config=arguments.config,
        task_files=None
        if files is None
        else tuple(Path(one.strip()) for one in files.strip("[]").split(",")),
        runtime_directory=arguments.runtime_directory,
        working_directory=arguments.working_directory,
        script_directory=Path(sys.argv[0]).resolve().parent,
    )


def options_of(arguments: argparse.Namespace) -> dict[str, str]:
    """Return the options of the parset that the command line sets.

    Raises
    ------
    UsageError
        If one is not of the form NAME=VALUE.
    """
    chosen: dict[str, str] = {}
    for text in arguments.options:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise UsageError(
                f"--set {text}: not of the form NAME=VALUE", hint="--set 'cal_input_path = /data'"
            )
        chosen[name.strip()] = value.strip()
    return chosen
