"""What kinds of step, recipes and plugins declare, as Markdown."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from configparser import RawConfigParser

from genericpipe_plugins.tasks import genericpipe_task_definitions
from pieces import code, table

from genericpipe.config.tasks import STANDARD_TASKS
from genericpipe.errors import did_you_mean
from genericpipe.pipeline.declarations import ControlKey, Recipe, ResultKey, StepKind
from genericpipe.pipeline.retired import RECIPES
from genericpipe.pluginmanager import PluginManager
from genericpipe.recipes.commandline import command_line
from genericpipe.recipes.declared import ARGUMENT_FORMATS
from genericpipe.recipes.substitution import Words

NAMED = {"task": "a task", "plugin": "a step plugin", "parset": "a parset file"}


def keys(declared: Iterable[ControlKey]) -> str:
    """Return the table of control keys that have an effect."""
    rows = [
        (
            code(key.name),
            key.type,
            "required" if key.required else code(key.default) or "nothing",
            key.meaning + choices(key),
        )
        for key in declared
        if not key.ignored
    ]
    return table(("key", "type", "default", "meaning"), rows)


def ignored(declared: Iterable[ControlKey]) -> str:
    """Return the table of control keys that are accepted and do nothing."""
    return table(("key", "why"), [(code(key.name), key.meaning) for key in declared if key.ignored])


def choices(key: ControlKey) -> str:
    """Return what a key may say, where that is limited."""
    return f" One of {', '.join(map(code, key.choices))}." if key.choices else ""


def results(declared: Iterable[ResultKey]) -> str:
    """Return the table of result keys."""
    return table(("result", "what it is"), [(code(key.name), key.meaning) for key in declared])


def found(hook: str, name: str) -> object:
    """Return what is plugged in under a name; plugins of sites are asked too.

    Raises
    ------
    LookupError
        If there is none; names the nearest.
    """
    offered = PluginManager().named(hook)
    if name not in offered:
        raise LookupError(f"no {hook.replace('_', ' ')} called {name!r}. {did_you_mean(name, offered)}")
    return offered[name]


def step_kind(name: str) -> str:
    """Return all about a kind of step."""
    kind = found("step_kinds", name)
    assert isinstance(kind, StepKind)
    parts = [f"{kind.meaning}\n"]
    if not kind.run:
        parts.append("Steps of this kind can be checked, not run.\n")
    named = NAMED.get(kind.type_is, "")
    if named:
        parts.append(f"`control.type` names {named}.\n")
    elif all(key.name != "type" for key in kind.control_keys):
        parts.append("There is no `control.type`.\n")
    parts.append(keys(kind.control_keys))
    without = ignored(kind.control_keys)
    if without:
        parts.append(f"Without effect:\n\n{without}")
    if kind.open_keys:
        parts.append("Any further control key is handed on.\n")
    parts.append(results(kind.result_keys))
    if kind.open_results:
        parts.append("What results it gives is known only when it has run.\n")
    return "\n".join(filter(None, parts))


def _recipe(name: str) -> Recipe:
    recipe = found("recipes", name)
    assert isinstance(recipe, Recipe)
    return recipe


def recipe_keys(name: str) -> str:
    """Return what a recipe does, and its inputs."""
    recipe = _recipe(name)
    return f"{recipe.meaning}\n\n{keys(recipe.control_keys)}"


def recipe_ignored(name: str) -> str:
    """Return the keys that a recipe accepts and does nothing with."""
    return ignored(_recipe(name).control_keys)


def recipe_results(name: str) -> str:
    """Return the results of a recipe's steps."""
    return results(_recipe(name).result_keys)


def recipe_formats(name: str) -> str:
    """Return the argument formats of a recipe."""
    rows = [(code(one.name), one.meaning, code(one.example)) for one in _recipe(name).argument_formats]
    return table(("format", "how options are written", "the command line"), rows)


def recipe_nodescripts(name: str) -> str:
    """Return the node scripts of a recipe."""
    rows = [(code(script), what) for script, what in _recipe(name).nodescripts.items()]
    return table(("node script", "what it does"), rows)


def format_example(words: str) -> str:
    """Return one command line in every built-in format, made by the code that runs.

    Parameters
    ----------
    words
        The flags, then the options as ``key=value``, quoted as for a shell.
    """
    given = shlex.split(words)
    flags = tuple(word for word in given if "=" not in word)
    # A step's options come in the order of their names (contract 7.5).
    options = dict(sorted(word.split("=", 1) for word in given if "=" in word))
    rows = [
        (code(one.name), code(shlex.join(command_line("program", Words(flags, options), one.name))))
        for one in ARGUMENT_FORMATS
    ]
    return table(("format", "the command line, as a shell would need it"), rows)


def any_step(plugin: str = "") -> str:
    """Return the control keys that plugins add to every step; those of one plugin where it is named."""
    answers = PluginManager().answers("control_keys")
    asked = [one for one in answers if (one.plugin.name == plugin if plugin else one.plugin.builtin)]
    return keys(key for answer in asked for key in answer.value)


def _tasks() -> RawConfigParser:
    tasks = RawConfigParser()
    tasks.read(STANDARD_TASKS, encoding="utf-8")
    return tasks


def standard_tasks(name: str) -> str:
    """Return the built-in tasks whose recipe has a name, and what each gives to it."""
    tasks = _tasks()
    return _given({task: dict(tasks[task]) for task in tasks.sections()}, name)


def repository_tasks(name: str) -> str:
    """Return the tasks of archived repositories whose recipe has a name, and what each gives to it."""
    return _given(genericpipe_task_definitions(), name)


def _given(tasks: Mapping[str, Mapping[str, str]], name: str) -> str:
    defaults = {key.name: key.default for key in _recipe(name).control_keys}
    rows = []
    for task, keys in tasks.items():
        if keys["recipe"] == name:
            said = [
                f"{key} = {value}"
                for key, value in keys.items()
                if key != "recipe" and value not in ("", "[]", defaults.get(key, ""))
            ]
            rows.append((code(task), ", ".join(map(code, said)) or "nothing"))
    return table(("task", "what it gives to the recipe, where that is not the default"), rows)


def other_tasks(name: str) -> str:
    """Return the built-in tasks whose recipe is another one, and what there is instead of each recipe."""
    tasks = _tasks()
    others: dict[str, list[str]] = {}
    for task in tasks.sections():
        if tasks[task]["recipe"] != name:
            others.setdefault(RECIPES[tasks[task]["recipe"]], []).append(code(task))
    rows = [(", ".join(names), instead) for instead, names in others.items()]
    return table(("task", "what there is instead"), rows)


#: Directive -> what it stands for, a function of the directive's argument.
DIRECTIVES = {
    "step-kind": step_kind,
    "recipe-keys": recipe_keys,
    "recipe-ignored": recipe_ignored,
    "recipe-results": recipe_results,
    "recipe-formats": recipe_formats,
    "recipe-nodescripts": recipe_nodescripts,
    "format-example": format_example,
    "control-keys": any_step,
    "standard-tasks": standard_tasks,
    "repository-tasks": repository_tasks,
    "other-tasks": other_tasks,
}
