"""What every rule looks at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ...config import Task, parse_list
from ...errors import Location
from ...parset import Entry
from ...pluginmanager import PluginSource
from ..declarations import ControlKey, Recipe
from ..options import definitions
from ..references import find
from ..scope import Scope
from ..step import Pipeline, Step, Value
from ..vocabulary import Vocabulary
from .settled import fill, settled
from .signatures import Source, SourceProblem
from .variables import UnsetVariable, unset_variables

_PLACEHOLDER = re.compile(r"\{\{ ([^{}]+?) \}\}")


@dataclass(frozen=True)
class Setting:
    """What one key of a step says, and where: a control line, or its task."""

    text: str
    location: Location
    from_task: bool = False

    @property
    def known(self) -> bool:
        """Whether the text is final: no placeholder and no reference is left in it."""
        return "{{" not in self.text and next(find(self.text), None) is None


@dataclass(frozen=True)
class Subject:
    """A pipeline and the vocabulary it is checked against."""

    pipeline: Pipeline
    vocabulary: Vocabulary

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All steps, those of loops and sub-pipelines too, in the order in which they first run."""
        return tuple(self.pipeline.walk())

    @cached_property
    def dictionaries(self) -> Mapping[str, Mapping[str, str]]:
        """What references to the configuration give, whenever they are looked at."""
        return settled(self.pipeline)

    @cached_property
    def sources(self) -> dict[tuple[Path, str], Source | SourceProblem]:
        """What was read of sites' sources so far, by file and function."""
        return {}

    @cached_property
    def imported(self) -> dict[Path, list[tuple[Path, SourceProblem]]]:
        """What sites' sources import and what is Python 2, by the source, as far as they were read."""
        return {}

    @cached_property
    def _step_plugins(self) -> dict[str, PluginSource | None]:
        """What answers to the names of step plugins that were looked up so far."""
        return {}

    def step_plugin(self, name: str) -> PluginSource | None:
        """Return what answers to the name of a step plugin, or None."""
        if name not in self._step_plugins:
            self._step_plugins[name] = self.vocabulary.step_plugin(name, self.pipeline)
        return self._step_plugins[name]

    @cached_property
    def _scopes(self) -> dict[int, Scope]:
        """The scope in which each step stands, by the step's identity."""
        found: dict[int, Scope] = {}
        todo = [(self.pipeline.scope, self.pipeline.steps)]
        while todo:
            scope, steps = todo.pop()
            for step in steps:
                found[id(step)] = scope
                todo.append((step.scope or scope, step.body))
        return found

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """The main parset's scope and those of sub-pipelines."""
        return (self.pipeline.scope, *(step.scope for step in self.steps if step.scope is not None))

    @cached_property
    def unset_variables(self) -> tuple[UnsetVariable, ...]:
        """The variables of the environment that definitions use and that are not set."""
        return tuple(unset for scope in self.scopes for unset in unset_variables(scope))

    def scope(self, step: Step) -> Scope:
        """Return the scope in which a step stands."""
        return self._scopes[id(step)]

    def steps_in(self, scope: Scope) -> list[Step]:
        """Return the steps whose lines stand in the parset of a scope."""
        return [step for step in self.steps if self.scope(step) is scope]

    def task(self, step: Step) -> Task | None:
        """Return the task of a step of kind ``recipe``."""
        kind = self.vocabulary.kinds.get(step.kind)
        if kind is None or kind.type_is != "task":
            return None
        return self.pipeline.config.tasks.get(step.type)

    def recipe(self, step: Step) -> Recipe | None:
        """Return the recipe of a step's task."""
        return self.vocabulary.recipe_of(step, self.pipeline.config.tasks)

    def keys(self, step: Step) -> dict[str, ControlKey]:
        """Return the control keys that a step may have."""
        return self.vocabulary.keys_of(step, self.recipe(step))

    def setting(self, step: Step, key: str) -> Setting | None:
        """Return what a key of a step says, references to the configuration filled in."""
        value = step.control.get(key)
        if value is not None:
            return Setting(fill(value.text, self.dictionaries), value.location)
        task = self.task(step)
        if task is not None and key in task.settings:
            text = fill(task.settings[key], self.dictionaries)
            return Setting(text, task_line(step, task, key), from_task=True)
        return None

    def text(self, step: Step, key: str, default: str = "") -> str:
        """Return the text of a key of a step, or `default`."""
        setting = self.setting(step, key)
        return default if setting is None else setting.text

    def listed(self, step: Step, key: str) -> tuple[str, ...]:
        """Return the elements of a key of a step that is a list."""
        return parse_list(self.text(step, key))

    def origin(self, scope: Scope, entry: Entry, text: str) -> Entry:
        """Return the line on which `text` was written: `entry`, or the definition of an option in it."""
        todo = [entry]
        seen: set[str] = set()
        while todo:
            one = todo.pop(0)
            if text in one.raw:
                return one
            for name in _PLACEHOLDER.findall(one.raw):
                definition = self._definition(scope, name)
                if definition is not None and name not in seen:
                    seen.add(name)
                    todo.append(definition)
        return entry

    @cached_property
    def _definitions(self) -> dict[int, Mapping[str, Entry]]:
        return {id(scope): definitions(scope.parset) for scope in self.scopes}

    def _definition(self, scope: Scope | None, name: str) -> Entry | None:
        """Return the line that defines an option in a scope or around it."""
        while scope is not None:
            entry = self._definitions.get(id(scope), {}).get(name)
            if entry is not None:
                return entry
            scope = scope.parent
        return None


def task_line(step: Step, task: Task, key: str) -> Location:
    """Return where a key of a step's task stands: in a site's file, or else where the step names the task."""
    written = task.locations.get(key)
    if task.source == "built-in" or (written is not None and written.line is None):  # of a plugin: no file
        written = None
    type_line = step.keys.get("control.type")
    return written or (type_line.location if type_line else step.location)


def handed_on(step: Step) -> Iterator[tuple[str, Value]]:
    """Yield the values of a step in which references are replaced, each with its key for messages."""
    for key, value in step.control.items():
        yield f"{step.definition}.control.{key}", value
    for value in step.cmdline:
        yield value.entry.key, value
    for key, value in step.arguments.items():
        yield f"{step.definition}.argument.{key}", value
