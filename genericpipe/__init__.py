"""Run LOFAR generic-pipeline parsets: the public API for plugins and scripts is what ``__all__`` lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from genericpipe.config import Config, Task
    from genericpipe.engine.executor import Executor, ExecutorFactory, Finished, Submission
    from genericpipe.engine.run import Run, StepOutcome
    from genericpipe.errors import (
        ConfigError,
        ExitStatus,
        Finding,
        GenericPipeError,
        Location,
        MapfileError,
        ParsetError,
        PipelineError,
        PluginError,
        Severity,
        UsageError,
        did_you_mean,
    )
    from genericpipe.hookspecs import hookimpl
    from genericpipe.mapfile import DataMap, DataProduct, entries_of
    from genericpipe.parset import Parset
    from genericpipe.parset import read as read_parset
    from genericpipe.parset import write as write_parset
    from genericpipe.pipeline import Pipeline, Step
    from genericpipe.pipeline import resolve as resolve_references
    from genericpipe.pipeline.declarations import ArgumentFormat, ControlKey, Recipe, ResultKey, StepKind
    from genericpipe.pluginmanager import StepPlugin
    from genericpipe.recipes.job import Job, JobIdentity, Limits, Outcome, PythonCall, Resources, Status
    from genericpipe.report.section import Section

__all__ = [
    "ArgumentFormat",
    "Config",
    "ConfigError",
    "ControlKey",
    "DataMap",
    "DataProduct",
    "Executor",
    "ExecutorFactory",
    "ExitStatus",
    "Finding",
    "Finished",
    "GenericPipeError",
    "Job",
    "JobIdentity",
    "Limits",
    "Location",
    "MapfileError",
    "Outcome",
    "Parset",
    "ParsetError",
    "Pipeline",
    "PipelineError",
    "PluginError",
    "PythonCall",
    "Recipe",
    "Resources",
    "ResultKey",
    "Run",
    "Section",
    "Severity",
    "Status",
    "Step",
    "StepKind",
    "StepOutcome",
    "StepPlugin",
    "Submission",
    "Task",
    "UsageError",
    "__version__",
    "did_you_mean",
    "entries_of",
    "hookimpl",
    "read_parset",
    "resolve_references",
    "write_parset",
]

# Where each public name lives. Nothing is imported before it is asked for: a plugin that wants only
# `hookimpl` must not pay for numpy, and site programs import this package under Python 3.8.
_HOMES = {
    "config": ["Config", "Task"],
    "engine.run": ["Run", "StepOutcome"],
    "errors": [
        "ConfigError",
        "ExitStatus",
        "Finding",
        "GenericPipeError",
        "Location",
        "MapfileError",
        "ParsetError",
        "PipelineError",
        "PluginError",
        "Severity",
        "UsageError",
        "did_you_mean",
    ],
    "engine.executor": ["Executor", "ExecutorFactory", "Finished", "Submission"],
    "hookspecs": ["hookimpl"],
    "mapfile": ["DataMap", "DataProduct", "entries_of"],
    "parset": ["Parset", "read_parset", "write_parset"],
    "pipeline": ["Pipeline", "Step", "resolve_references"],
    "pipeline.declarations": ["ArgumentFormat", "ControlKey", "Recipe", "ResultKey", "StepKind"],
    "pluginmanager": ["StepPlugin"],
    "recipes.job": ["Job", "JobIdentity", "Limits", "Outcome", "PythonCall", "Resources", "Status"],
    "report.section": ["Section"],
}
# What a room calls by a short name, because one reads it as `parset.read`.
_SHORT = {"read_parset": "read", "resolve_references": "resolve", "write_parset": "write"}


if not TYPE_CHECKING:  # a type checker is to refuse names that do not exist

    def __getattr__(name: str) -> object:
        for home, names in _HOMES.items():
            if name in names:
                from importlib import import_module

                value = getattr(import_module(f"{__name__}.{home}"), _SHORT.get(name, name))
                globals()[name] = value
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
