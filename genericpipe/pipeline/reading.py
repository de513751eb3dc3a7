"""What each step reads from which, and what answers to its type: the plan as far as no recipe is needed."""

from __future__ import annotations

from dataclasses import dataclass

from .references import Reference, find
from .step import Pipeline, Step
from .vocabulary import Vocabulary


@dataclass(frozen=True)
class Read:
    """One reference of a step: in which of its keys, and whether an argument takes it for a mapfile."""

    key: str
    reference: Reference
    mapfile: bool


@dataclass(frozen=True)
class StepPlan:
    """A step, what it reads, what answers to its type (a recipe, a plugin, a parset) and its body."""

    step: Step
    answered_by: str
    reads: tuple[Read, ...]
    body: tuple[StepPlan, ...]


def plan_steps(pipeline: Pipeline, vocabulary: Vocabulary) -> tuple[StepPlan, ...]:
    """Return the plan of each step in order."""
    return tuple(_plan(step, pipeline, vocabulary) for step in pipeline.steps)


def _plan(step: Step, pipeline: Pipeline, vocabulary: Vocabulary) -> StepPlan:
    body = tuple(_plan(inner, pipeline, vocabulary) for inner in step.body)
    return StepPlan(step, _answer(step, pipeline, vocabulary), reads(step), body)


def reads(step: Step) -> tuple[Read, ...]:
    """Return the references in what a step hands on, in order of its lines."""
    found = [
        Read(f"control.{key}", reference, False)
        for key, value in step.control.items()
        for reference in find(value.raw)
    ]
    found += [
        Read(value.entry.key.removeprefix(f"{step.definition}."), reference, False)
        for value in step.cmdline
        for reference in find(value.raw)
    ]
    found += [
        Read(f"argument.{key}", reference, _is_mapfile(step, key, reference))
        for key, value in step.arguments.items()
        for reference in find(value.raw)
    ]
    return tuple(found)


def _is_mapfile(step: Step, key: str, reference: Reference) -> bool:
    """Return whether an argument makes the step read a mapfile (contract 6.6); that folder is none."""
    is_folder = (reference.step, reference.key) == ("input", "mapfile_dir")
    return step.kind == "recipe" and reference.names_mapfile and "mapfile" not in key and not is_folder


def _answer(step: Step, pipeline: Pipeline, vocabulary: Vocabulary) -> str:
    kind = vocabulary.kinds.get(step.kind)
    what = kind.type_is if kind else ""
    if what == "task" and step.type in pipeline.config.tasks:
        task = pipeline.config.tasks[step.type]
        return f"recipe {task.recipe} (task of {task.source})"
    if what == "plugin" and step.type:
        source = vocabulary.step_plugin(step.type, pipeline)
        return str(source) if source else ""
    if what == "parset" and step.scope is not None:
        return step.scope.parset.file
    return ""
