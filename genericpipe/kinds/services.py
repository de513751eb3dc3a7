"""What the engine does for a kind of step whose turn has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..config import Config
    from ..errors import Finding
    from ..pipeline import Pipeline, Step, Value
    from ..pipeline.binding import BoundStep
    from ..pipeline.vocabulary import Vocabulary
    from ..pluginmanager import PluginSource
    from ..recipes.executable_args import Folders, Work
    from ..recipes.job import Job, Outcome

#: What a step gives: ``<step>.output.<key>``.
Result = Mapping[str, object]

#: The pass of each loop around a step, outermost first.
Passes = tuple[int, ...]


class Services(Protocol):
    """The engine, as kinds see it."""

    pipeline: Pipeline
    config: Config
    vocabulary: Vocabulary
    folders: Folders

    def bind(self, step: Step, task_parset: str = "") -> BoundStep:
        """Replace a step's references by the results so far, and write its step parset."""
        ...

    def run_steps(self, steps: tuple[Step, ...], passes: Passes) -> None:
        """Run steps one after the other; each result is entered under the step's name."""
        ...

    def run_pass(self, steps: tuple[Step, ...], passes: Passes) -> bool:
        """Run the body of a loop once; return whether one of its steps asked to end the loop."""
        ...

    def resolve(self, value: Value) -> str:
        """Return the text of a line with its references replaced and quotes removed."""
        ...

    def run_work(self, work: Work) -> Result:
        """Run the jobs of a step, or take over what an earlier run did, and return the step's result."""
        ...

    def run_alone(self, step: Step, job: Job, foretold: Mapping[str, str] | None = None) -> Outcome:
        """Run one process of a step that has no mapfile.

        Parameters
        ----------
        step, job
            The step and its job.
        foretold
            What it is going to give if it succeeds, where that is known beforehand: for a plan.
        """
        ...

    def enter(self, name: str, result: Result) -> None:
        """Enter a result that later steps may refer to as ``<name>.output.<key>``."""
        ...

    def note(self, finding: Finding) -> None:
        """Tell the user something that does not stop the run."""
        ...

    def find_plugin(self, step: Step) -> PluginSource:
        """Return what answers to the name of a step plugin.

        Raises
        ------
        PluginError
            If there is none.
        """
        ...

    def find_program(self, step: Step, name: str, is_script: bool) -> str:
        """Return the program or script to run: the named one, or what a plugin found in its place.

        Raises
        ------
        PipelineError
            If there is none.
        """
        ...
