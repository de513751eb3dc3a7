"""What every rule looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ...config import Task, parse_list
from ...errors import Location
from ..declarations import ControlKey, Recipe
from ..references import find
from ..step import Pipeline, Step, Value
from ..vocabulary import Vocabulary


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
        """Return what a key of a step says: its control line, else its task."""
        value = step.control.get(key)
        if value is not None:
            return Setting(value.text, value.location)
        task = self.task(step)
        if task is not None and key in task.settings:
            return Setting(task.settings[key], task_line(step, task, key), from_task=True)
        return None

    def text(self, step: Step, key: str, default: str = "") -> str:
        """Return the text of a key of a step, or `default`."""
        setting = self.setting(step, key)
        return default if setting is None else setting.text

    def listed(self, step: Step, key: str) -> tuple[str, ...]:
        """Return the elements of a key of a step that is a list."""
        return parse_list(self.text(step, key))


def task_line(step: Step, task: Task, key: str) -> Location:
    """Return where a key of a step's task stands: in its file, or where the step names a built-in task."""
    written = task.locations.get(key) if task.source != "built-in" else None
    type_line = step.keys.get("control.type")
    return written or (type_line.location if type_line else step.location)


def lines(step: Step) -> Iterable[tuple[str, Value]]:
    """Return every line of a step: its key as written below the step's name, and its value."""
    return step.keys.items()


def handed_on(step: Step) -> Iterator[tuple[str, Value]]:
    """Yield the values of a step in which references are replaced, each with its key for messages."""
    for key, value in step.control.items():
        yield f"{step.definition}.control.{key}", value
    for value in step.cmdline:
        yield value.entry.key, value
    for key, value in step.arguments.items():
        yield f"{step.definition}.argument.{key}", value
