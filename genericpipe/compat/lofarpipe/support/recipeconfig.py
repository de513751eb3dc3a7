"""pipeline.cfg and tasks.cfg as a recipe that runs by itself reads them.

A pipeline reads them in its own way; here is what recipes ask for: ``self.config.get(section, option)``.
"""

from __future__ import annotations

import configparser
import os
from typing import Any, Mapping, Sequence

from .utilities import string_to_list

#: Where no file says it: everything is in the current folder.
_DEFAULTS = {"runtime_directory": "%(cwd)s", "working_directory": "%(cwd)s", "recipe_directories": "[]"}
_LAYOUT = {"job_directory": "%(runtime_directory)s/%(job_name)s"}


def read_config(inputs: Mapping[str, Any]) -> configparser.ConfigParser:
    """Return the configuration that a recipe's inputs name, else the usual one, else the defaults.

    Parameters
    ----------
    inputs
        Its inputs: `config`, `job_name`, `start_time`, `runtime_directory` and `working_directory` count.

    Raises
    ------
    configparser.Error
        If the file cannot be read.
    """
    given = {"cwd": os.getcwd(), **_DEFAULTS}
    given.update({key: str(inputs[key]) for key in ("job_name", "start_time") if key in inputs})
    config = configparser.ConfigParser(
        {key: value if key in _DEFAULTS else value.replace("%", "%%") for key, value in given.items()},
        strict=False,
    )
    config.read_dict({"layout": _LAYOUT})
    usual = ("pipeline.cfg", os.path.expanduser("~/.pipeline.cfg"))
    file = inputs["config"] if "config" in inputs else next(filter(os.path.isfile, usual), None)
    if file is not None:
        with open(file, encoding="utf-8") as stream:
            config.read_file(stream)
    for key in ("runtime_directory", "working_directory"):
        if key in inputs:
            config.set("DEFAULT", key, inputs[key].replace("%", "%%"))
    return config


def read_tasks(config: configparser.ConfigParser, files: Sequence[str]) -> configparser.ConfigParser:
    """Return the tasks of some files, else of those that the configuration names."""
    if not files and config.has_option("DEFAULT", "task_files"):
        files = string_to_list(config.get("DEFAULT", "task_files"))
    tasks = configparser.ConfigParser(dict(config.defaults()), strict=False)
    tasks.read(files, encoding="utf-8")
    return tasks
