"""Each step by itself: its kind and type, its task, its control keys (contract 3, 6 and 7.1)."""

from __future__ import annotations

from collections.abc import Iterator

from ...config import Task, parse_boolean
from ...errors import Finding, GenericPipeError, Location, Severity, did_you_mean, nearest
from ...parset import as_float, as_int
from ..declarations import ControlKey
from ..environment import parse_environment
from ..references import find, is_reference
from ..retired import RECIPES, unsupported_recipe
from ..step import Step, Value
from .subject import Setting, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Look at each step of the pipeline once."""
    for step in subject.steps:
        yield from _kind(subject, step)
        yield from _keys(subject, step)
        yield from _environment(step)


def _kind(subject: Subject, step: Step) -> Iterator[Finding]:
    kinds = subject.vocabulary.kinds
    kind = kinds.get(step.kind)
    if kind is None:
        line = step.keys.get("control.kind")
        if line is not None and line.unresolved:
            return  # said by the rules about options
        yield Finding(
            Severity.ERROR,
            "unknown-kind",
            f"step {step.name!r}: there is no kind {step.kind!r}",
            line.location if line else step.location,
            did_you_mean(step.kind, kinds) or f"kinds are {', '.join(kinds)}",
        )
        return
    line = step.keys.get("control.type")
    if line is not None and next(find(line.raw), None) is not None and kind.type_is:
        yield Finding(
            Severity.ERROR,
            "reference-in-type",
            f"step {step.name!r}: references to other steps are not read in control.type: {line.raw}",
            line.location,
            "write the name itself, or an option that holds it",
        )
    elif kind.type_is and not step.type:
        yield Finding(
            Severity.ERROR,
            "no-type",
            f"step {step.name!r} does not say which {kind.type_is} it runs",
            line.location if line else step.location,
            f"{step.definition}.control.type = ...",
        )
    elif kind.type_is == "task" and not (line and line.unresolved):
        yield from _task(subject, step, line)


def _task(subject: Subject, step: Step, line: Value | None) -> Iterator[Finding]:
    tasks = subject.pipeline.config.tasks
    location = line.location if line else step.location
    task = tasks.get(step.type)
    if task is None:
        near = nearest(step.type, tasks)
        certain = _all_tasks_known(subject) or (near is not None and not step.type.startswith(near))
        if near is not None:
            hint = f"did you mean {near!r}?"
        elif step.type in subject.vocabulary.recipes:
            hint = f"a recipe is not a task: define a task [{step.type}] in a tasks.cfg"
        else:
            hint = "a site's tasks.cfg may define it: give it with -c or -t"
        yield Finding(
            Severity.ERROR if certain else Severity.MISSING,
            "unknown-task",
            f"step {step.name!r}: there is no task {step.type!r}",
            location,
            hint,
        )
        return
    yield from task.problems
    if task.recipe and task.recipe not in subject.vocabulary.recipes:
        yield _unsupported(subject, step, task, location)


def _all_tasks_known(subject: Subject) -> bool:
    """Return whether there is a configuration and each task file that it names is there."""
    config = subject.pipeline.config
    given = config.path is not None or config.settings.task_files is not None
    return given and all(file.exists() for file in config.task_files)


def _unsupported(subject: Subject, step: Step, task: Task, location: Location) -> Finding:
    recipes = subject.vocabulary.recipes
    return Finding(
        Severity.ERROR,
        "unsupported-recipe",
        unsupported_recipe(step.name, task.name, task.recipe),
        location,
        RECIPES.get(task.recipe)
        or did_you_mean(task.recipe, recipes)
        or f"recipes are {', '.join(recipes)}; tasks of those do most of its work",
    )


def _keys(subject: Subject, step: Step) -> Iterator[Finding]:
    kind = subject.vocabulary.kinds.get(step.kind)
    if kind is None:
        return
    recipe = subject.recipe(step)
    if kind.type_is == "task" and recipe is None:
        return  # said already
    known = subject.keys(step)
    task = subject.task(step)
    if kind.type_is == "parset":
        yield from _unused_of_subpipeline(step, known)
    for name, setting in _settings(subject, step, task):
        key = known.get(name)
        if key is None:
            if setting.from_task and task is not None:
                yield _unknown_of_task(step, task, name, setting, known)
            elif not kind.open_keys and kind.type_is != "parset":
                yield _unknown(step, name, setting, known, fatal=recipe is not None)
        elif key.ignored:
            if setting.from_task:
                continue
            yield Finding(
                Severity.WARNING,
                "ignored-key",
                f"step {step.name!r}: control key {name!r} has no effect",
                setting.location,
                "leave it out",
            )
        elif setting.known:
            yield from _value(step, key, setting)
    if (
        kind.type_is == "task" or step.kind == "loop"
    ):  # said by others: no-executable, no-loopcount, no-loopsteps
        return
    for name, key in known.items():
        if key.required and name not in step.control:
            yield Finding(
                Severity.ERROR,
                "missing-key",
                f"step {step.name!r} of kind {step.kind!r} needs control key {name!r}",
                step.location,
                f"{step.definition}.control.{name} = ... ({key.meaning})",
            )
    if kind.type_is == "plugin":
        yield from _needed_by_plugin(subject, step)


def _needed_by_plugin(subject: Subject, step: Step) -> Iterator[Finding]:
    """Tell of control keys without which a step plugin is known to fail."""
    answer = subject.step_plugin(step.type)
    for name in answer.offered.needs if answer and answer.offered else ():
        if name not in step.control:
            yield Finding(
                Severity.ERROR,
                "missing-key",
                f"step {step.name!r}: plugin {step.type!r} needs control key {name!r}",
                step.location,
                f"add {step.definition}.control.{name} = ...",
            )


def _unused_of_subpipeline(step: Step, known: dict[str, ControlKey]) -> Iterator[Finding]:
    """Tell of keys that a sub-pipeline does not take, once: they are often all its options (contract 6.3)."""
    unused = [name for name in step.control if name not in known]
    if unused:
        others = f"{', '.join(unused[1:4])}{', ...' if len(unused) > 4 else ''}"
        more = f" (nor {len(unused) - 1} more: {others})" if len(unused) > 1 else ""
        near = did_you_mean(unused[0], known) if len(unused) == 1 else ""
        yield Finding(
            Severity.WARNING,
            "unused-key",
            f"step {step.name!r}: there is no control key {unused[0]!r} for kind {step.kind!r}{more}: "
            f"{'they have' if more else 'it has'} no effect",
            step.control[unused[0]].location,
            near or f"options of a sub-pipeline are {step.definition}.argument.NAME",
        )


def _settings(subject: Subject, step: Step, task: Task | None) -> Iterator[tuple[str, Setting]]:
    for name in dict.fromkeys([*step.control, *(task.settings if task is not None else ())]):
        setting = subject.setting(step, name)
        if setting is not None:
            yield name, setting


def _unknown_of_task(
    step: Step, task: Task, name: str, setting: Setting, known: dict[str, ControlKey]
) -> Finding:
    return Finding(
        Severity.ERROR,
        "unknown-task-key",
        f"task [{task.name}]: its recipe {task.recipe!r} takes no key {name!r}",
        setting.location,
        did_you_mean(name, known) or "take it out of the task, or out of [DEFAULT] of the task file",
    )


def _unknown(step: Step, name: str, setting: Setting, known: dict[str, ControlKey], fatal: bool) -> Finding:
    hint = did_you_mean(name, known)
    if not hint and (fatal or f"argument.{name}" in step.keys):
        hint = f"an option of the program is {step.definition}.argument.{name}"
    return Finding(
        Severity.ERROR if fatal else Severity.WARNING,
        "unknown-key" if fatal else "unused-key",
        f"step {step.name!r}: there is no control key {name!r}"
        + ("" if fatal else f" for kind {step.kind!r}: it has no effect"),
        setting.location,
        hint,
    )


def _value(step: Step, key: ControlKey, setting: Setting) -> Iterator[Finding]:
    """Check the text of a control key that says all it will ever say."""
    text = setting.text
    problem = hint = ""
    code = "bad-value"
    if key.choices and text and text not in key.choices:
        code, problem = "unknown-choice", f"is not one of {', '.join(key.choices)}"
        hint = did_you_mean(text, key.choices)
    elif key.type == "bool" and text not in ("", "None") and parse_boolean(text) is None:
        problem, hint = "is neither True nor False", "write True or False"
    elif key.type == "float":
        try:
            as_float(text or "0")
        except GenericPipeError:
            problem = "is not a number"
    elif key.type == "int":
        try:
            as_int(text or key.default or "0")
        except GenericPipeError:
            problem = "is not a whole number"
    if problem:
        yield Finding(
            Severity.ERROR,
            code,
            f"step {step.name!r}: {key.name} = {text!r} {problem}",
            setting.location,
            hint,
        )


def _environment(step: Step) -> Iterator[Finding]:
    value = step.control.get("environment")
    if value is None or value.unresolved or is_reference(value.text.strip()):
        return
    try:
        parse_environment(value.raw)
    except GenericPipeError as error:
        yield Finding(Severity.ERROR, "bad-environment", error.message, value.location, error.hint)
