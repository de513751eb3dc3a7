"""``kind = plugin``: a function of a site, called once in a process of its own (contract 9)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import PipelineError
from ..pipeline import Step
from ..pipeline.binding import BoundStep
from ..pluginmanager import PluginSource, step_plugin_folders
from ..recipes.job import Job, PythonCall
from ..recipes.results import StepFailed
from .lone import lone_job
from .services import Passes, Result, Services

#: Control keys that are ours; a plugin does not get them.
_OURS = ("isolation", "retries", "timeout")


def run(step: Step, passes: Passes, engine: Services) -> Result:
    """Call the plugin and return what it returns.

    Raises
    ------
    StepFailed
        If it raises, leaves by ``exit()``, or crashes.
    PluginError
        If there is no plugin of this name.
    """
    bound = engine.bind(step)
    source = engine.find_plugin(step)
    outcome = engine.run_alone(step, plugin_job(bound, source, passes, engine))
    if not outcome.status.ok:
        raise StepFailed(f"plugin {step.type} failed: {outcome.reason}", step.location)
    return outcome.results


def plugin_job(bound: BoundStep, source: PluginSource, passes: Passes, engine: Services) -> Job:
    """Return the call of a step plugin as a job: in our own folder, with the control keys as keywords."""
    step = bound.step
    keywords: dict[str, str | Mapping[str, str]] = {
        key: text for key, text in bound.control.items() if key not in _OURS
    }
    if bound.environment:
        keywords["environment"] = bound.environment
    if step.arguments:
        keywords["parset"] = str(engine.folders.parsets / f"{step.name}.parset")
    folders = [*step_plugin_folders(engine.config.recipe_directories), *map(Path, engine.pipeline.pluginpath)]
    script, function, is_module = _function(source, step)
    call = PythonCall(
        script=script,
        positional=bound.cmdline,
        keywords=keywords,
        function=function,
        is_module=is_module,
        is_step_plugin=True,
        path=tuple(os.path.abspath(folder) for folder in folders),
    )
    name = f"{script}:{function}" if source.path is None else str(source.path)
    return lone_job(bound, passes, engine, call, name)


def _function(source: PluginSource, step: Step) -> tuple[str, str, bool]:
    """Return the file or module of a plugin, its function, and whether it is a module."""
    if source.path is not None:
        return os.path.abspath(source.path), "plugin_main", False
    target = source.target
    if isinstance(target, str):
        module, _, name = target.partition(":")
        return module, name, True
    module, name = getattr(target, "__module__", ""), getattr(target, "__qualname__", "")
    if not module or "." in name or "<" in name:
        raise PipelineError(
            f"step {step.name!r}: plugin {step.type!r} of {source.plugin} is no function of a module",
            step.location,
            'offer it as "package.module:function"',
        )
    return module, name, True
