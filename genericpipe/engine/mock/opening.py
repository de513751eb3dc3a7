"""A pipeline for a mock run: what it lacks is made up, so that its steps can have their turns."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ...config import Config, Settings, Task
from ...errors import Finding, Severity
from ...pipeline import Pipeline
from ...pipeline.opening import open_pipeline
from ...pipeline.scope import Scope
from ...pipeline.vocabulary import Vocabulary
from ...pluginmanager import PluginManager
from ...recipes.declared import EXECUTABLE_ARGS
from .answers import MADE_UP
from .mockfile import MockFile

#: What forbids a real run and no mock one: something is not there, and something else stands in for it.
TOLERATED = frozenset(
    {
        "bad-call",
        "bad-source",
        "later-step",
        "no-executable",
        "no-such-nodescript",
        "no-such-parset",
        "no-such-plugin",
        "no-such-setting",
        "own-output",
        "python2-source",
        "unknown-key",
        "unknown-output",
        "unknown-reference",
        "unknown-remote-method",
        "unknown-task",
        "unlisted-reference",
        "unresolved-option",
        "unsupported-recipe",
    }
)
_RECIPE = EXECUTABLE_ARGS.name
_PROGRAM_FOLDER = re.compile(r"%\(\w+\)s/(?:bin/)?")
_SETTING = re.compile(r"%\((\w+)\)s")
_FOLDERS = ("dir", "directory", "folder", "path")


def open_for_mock(
    parset: Path,
    settings: Settings,
    manager: PluginManager,
    options: Mapping[str, str],
    file: MockFile,
) -> tuple[Pipeline, list[Finding]]:
    """Read a parset and its configuration and build the pipeline, with what is missing made up.

    Returns
    -------
    Pipeline
        The pipeline.
    list
        What was made up.

    Raises
    ------
    GenericPipeError
        If a file cannot be read at all.
    """
    environ = {**os.environ, **file.environment}
    pipeline = open_pipeline(parset, settings, manager, options, environ=environ)
    names = dict.fromkeys(_unresolved(pipeline))
    findings = []
    if names:
        made = {name: _text_for(name) for name in names}
        pipeline = open_pipeline(parset, settings, manager, options, environ=environ, replacements=made)
        findings = [
            Finding(
                Severity.WARNING,
                "made-up",
                f"nothing defines {{{{ {name} }}}}: it is {text!r} in this mock run",
                None,
                f"set it: --set {name}=...",
            )
            for name, text in made.items()
        ]
    tasks, more = _with_tasks(pipeline, Vocabulary(manager))
    config = replace(pipeline.config, tasks=tasks)
    return replace(pipeline, config=config), [*findings, *more]


def tolerated(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings as they count for a mock run."""
    return [
        replace(one, severity=Severity.WARNING)
        if one.code in TOLERATED and one.severity is Severity.ERROR
        else one
        for one in findings
    ]


def _text_for(name: str) -> str:
    """Return a text for an option that nothing defines: a path in the job folder, or a word."""
    if name.lower().endswith(_FOLDERS):
        return f"input.output.job_directory/{name}"
    return MADE_UP + name


def _unresolved(pipeline: Pipeline) -> Iterator[str]:
    """Yield the names of placeholders that nothing defines, each where it is used."""
    for scope in _scopes(pipeline):
        for _, option in scope.options.items():
            yield from option.unresolved
    for step in pipeline.walk():
        for value in step.keys.values():
            yield from value.unresolved


def _scopes(pipeline: Pipeline) -> Iterator[Scope]:
    yield pipeline.scope
    yield from (step.scope for step in pipeline.walk() if step.scope is not None)


def is_foreign(nodescript: str) -> bool:
    """Return whether a node script is none of ours: a step with it is taken for one without."""
    return bool(nodescript) and nodescript not in EXECUTABLE_ARGS.nodescripts


def _drop_nodescript(tasks: dict[str, Task], task: Task) -> None:
    if is_foreign(task.settings.get("nodescript", "")):
        settings = {key: text for key, text in task.settings.items() if key != "nodescript"}
        tasks[task.name] = replace(task, settings=settings)


def _fill_settings(tasks: dict[str, Task], name: str) -> None:
    """Fill what a pipeline.cfg would have filled: programs lie on PATH, the rest is a word."""
    settings = {
        key: _SETTING.sub(rf"{MADE_UP}\1", _PROGRAM_FOLDER.sub("", text))
        for key, text in tasks[name].settings.items()
    }
    tasks[name] = replace(tasks[name], settings=settings)


def _with_tasks(pipeline: Pipeline, vocabulary: Vocabulary) -> tuple[dict[str, Task], list[Finding]]:
    """Return the tasks with one for each that is missing or of a recipe that nobody has."""
    config: Config = pipeline.config
    tasks = dict(config.tasks)
    findings = []
    for step in pipeline.walk():
        if step.kind != "recipe" or not step.type:
            continue
        task = tasks.get(step.type)
        if task is None:
            what = "there is no such task"
            tasks[step.type] = Task(step.type, _RECIPE, {"executable": step.type}, source="mock")
        elif task.recipe not in vocabulary.recipes:
            what = f"its recipe {task.recipe!r} is not supported"
            program = task.settings.get("executable", step.type)
            tasks[step.type] = replace(task, recipe=_RECIPE, settings={"executable": program}, problems=())
        elif "executable" not in task.settings and "executable" not in step.control:
            what = "it names no program"
            settings = {**task.settings, "executable": step.type}
            tasks[step.type] = replace(task, settings=settings)
        else:
            _drop_nodescript(tasks, task)
            _fill_settings(tasks, step.type)
            continue
        message = f"step {step.name!r}: {what}: {step.type!r} stands for a program of that name"
        findings.append(Finding(Severity.WARNING, "made-up", message, step.location))
    return tasks, findings
