"""Recipes that remember which of their tasks are done (contract 14)."""

from __future__ import annotations

import json
import os
from typing import Any, Mapping, Sequence

from .baserecipe import BaseRecipe

__all__ = ["StatefulRecipe"]


class StatefulRecipe(BaseRecipe):
    """A recipe whose tasks, once done, are not run again by a later run of the same job.

    Which they are, with their outputs, stands in ``recipestate.json`` of the job's folder: as text, where
    LOFAR's own had a pickle.
    """

    def __init__(self) -> None:
        super().__init__()
        self.state: list[tuple[str, Mapping[str, Any]]] = []
        self.completed: list[tuple[str, Mapping[str, Any]]] = []

    def go(self) -> Any:
        """Begin as any recipe does, and read what an earlier run has done."""
        super().go()
        try:
            with open(self._state_file, encoding="utf-8") as stream:
                self.state = [(str(task), outputs) for task, outputs in json.load(stream)]
        except FileNotFoundError:
            self.state = []

    def run_task(self, configblock: str, datafiles: Sequence[Any] = (), **kwargs: Any) -> Mapping[str, Any]:
        """Cook the recipe of a task, unless it was done in its place before.

        Raises
        ------
        PipelineRecipeFailed
            If it failed.
        """
        number = len(self.completed)
        if number < len(self.state) and self.state[number][0] == configblock:
            self.logger.info("Task %s already exists in saved state; skipping", configblock)
            outputs = self.state[number][1]
        else:
            self.state = []  # what came after another task says nothing of this one
            outputs = super().run_task(configblock, datafiles, **kwargs)
        self.completed.append((configblock, outputs))
        if not self.state:
            self._save()
        return outputs

    @property
    def _state_file(self) -> str:
        return os.path.join(self.config.get("layout", "job_directory"), "recipestate.json")

    def _save(self) -> None:
        os.makedirs(os.path.dirname(self._state_file), exist_ok=True)
        temporary = f"{self._state_file}.{os.getpid()}"
        with open(temporary, "w", encoding="utf-8") as stream:
            json.dump(self.completed, stream, default=str)
        os.replace(temporary, self._state_file)
