"""From the user's files to a Pipeline: what every command does first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..config import Config, Settings, load
from ..pluginmanager import PluginManager
from .build import build
from .step import Pipeline
from .templates import read_parset


def job_name(parset: str | Path) -> str:
    """Return the name of a job after its parset: the file's name without its last extension."""
    return Path(parset).stem


def open_config(settings: Settings, manager: PluginManager) -> Config:
    """Read the configuration, with the tasks of plugins between the built-in ones and those of files.

    Raises
    ------
    ConfigError
        If a file cannot be read.
    """
    config = load(settings)
    answers = manager.answers("task_definitions", config=config)
    return load(settings, [(answer.plugin.name, answer.value) for answer in answers]) if answers else config


def open_pipeline(
    parset: str | Path,
    settings: Settings,
    manager: PluginManager,
    options: Mapping[str, str] | None = None,
    *,
    replacements: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Pipeline:
    """Read a parset and its configuration and build the pipeline.

    Parameters
    ----------
    parset
        The file.
    settings
        What the command line says about the configuration.
    manager
        Who is plugged in.
    options
        Options of the parset that the command line sets.
    replacements
        Further defaults for options, below those of plugins.
    environ
        The environment for ``$NAME`` in definitions; that of the process if not given.

    Raises
    ------
    GenericPipeError
        If a file cannot be read at all; what else is wrong is in the pipeline's findings.
    """
    text = read_parset(parset, {**(replacements or {}), **(options or {})})
    config = open_config(settings, manager)
    offered: dict[str, str] = {}
    for answer in manager.answers("replacements", config=config):
        offered = {**answer.value, **offered}
    defaults = {**(replacements or {}), **offered}
    return build(text, config, options=options, replacements=defaults, environ=environ)
