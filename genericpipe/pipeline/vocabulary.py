"""What a step may say: the kinds, recipes, control keys and step plugins that are plugged in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..config import Task
from ..errors import PluginError
from ..pluginmanager import PluginManager, PluginSource, find_step_plugin
from .declarations import ControlKey, Recipe, StepKind
from .step import Pipeline, Step


@dataclass(frozen=True)
class Vocabulary:
    """The declarations of everything plugged in, each asked for when it is first needed."""

    manager: PluginManager

    @cached_property
    def kinds(self) -> Mapping[str, StepKind]:
        """The kinds of step by name."""
        return dict(self.manager.named("step_kinds"))

    @cached_property
    def recipes(self) -> Mapping[str, Recipe]:
        """The recipes by name."""
        return dict(self.manager.named("recipes"))

    @cached_property
    def extra_keys(self) -> tuple[ControlKey, ...]:
        """The control keys that plugins add to steps of any recipe."""
        return tuple(key for answer in self.manager.answers("control_keys") for key in answer.value)

    def keys_of(self, step: Step, recipe: Recipe | None) -> dict[str, ControlKey]:
        """Return the control keys that a step may have by name, those of its recipe first."""
        kind = self.kinds.get(step.kind)
        declared = (
            *(recipe.control_keys if recipe else ()),
            *(kind.control_keys if kind else ()),
            *self.extra_keys,
        )
        return {key.name: key for key in reversed(declared)}

    def recipe_of(self, step: Step, tasks: Mapping[str, Task]) -> Recipe | None:
        """Return the recipe of a step's task, or None if there is none."""
        kind = self.kinds.get(step.kind)
        if kind is None or kind.type_is != "task" or step.type not in tasks:
            return None
        return self.recipes.get(tasks[step.type].recipe)

    def find_step_plugin(self, name: str, pipeline: Pipeline) -> PluginSource:
        """Return what answers to the name of a step plugin in a pipeline.

        Raises
        ------
        PluginError
            If nothing does.
        """
        return find_step_plugin(name, pipeline.config.recipe_directories, pipeline.pluginpath, self.manager)

    def step_plugin(self, name: str, pipeline: Pipeline) -> PluginSource | None:
        """Return what answers to the name of a step plugin, or None."""
        try:
            return self.find_step_plugin(name, pipeline)
        except PluginError:
            return None
