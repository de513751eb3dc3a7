"""One step after the other, each by its kind; results entered for the steps after it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from ..config import Config
from ..errors import Finding, GenericPipeError, Location, PipelineError
from ..kinds.services import Passes, Result
from ..parset import as_string
from ..pipeline import Pipeline, Step, Value, resolve
from ..pipeline.binding import BoundStep, argument_file, bind_step
from ..pipeline.declarations import imported
from ..pipeline.vocabulary import Vocabulary
from ..pluginmanager import PluginSource
from ..recipes.executable_args import Folders, Work
from ..recipes.job import Job, Outcome
from .journal.records import StepKey
from .programs import find_program
from .run import Run
from .truth import is_true


class StepLoop(ABC):
    """Walks through the steps of a pipeline and serves their kinds.

    Parameters
    ----------
    run
        The run, with its folders.
    vocabulary
        What is plugged in.
    """

    def __init__(self, run: Run, vocabulary: Vocabulary) -> None:
        self.run = run
        self.pipeline: Pipeline = run.pipeline
        self.config: Config = run.config
        self.vocabulary = vocabulary
        self.folders = Folders(run.mapfile_directory, run.parset_directory, run.log_directory)
        self.results: dict[str, Mapping[str, object]] = dict(run.pipeline.dictionaries)
        self._breaks: list[bool] = []
        self._walking: list[tuple[Step, Passes]] = []

    @property
    def step(self) -> Step:
        """The step whose turn it is."""
        return self._walking[-1][0]

    @property
    def key(self) -> StepKey:
        """The step whose turn it is, as the journal calls it."""
        step, passes = self._walking[-1]
        return StepKey(step.name, passes)

    def run_steps(self, steps: tuple[Step, ...], passes: Passes = ()) -> None:
        """Run steps one after the other; each result is entered under the step's name.

        Raises
        ------
        GenericPipeError
            If a step fails; the steps after it do not run.
        """
        for step in steps:
            self._walking.append((step, passes))
            try:
                result = self._run_step(step, passes)
            finally:
                self._walking.pop()
            if self._breaks and step.kind != "loop" and is_true(result.get("break")):
                self._breaks[-1] = True

    def _run_step(self, step: Step, passes: Passes) -> Result:
        kind = self.vocabulary.kinds.get(step.kind)
        if kind is None or not kind.run:
            raise PipelineError(f"steps of kind {step.kind!r} cannot be run", step.location)
        result: Result = imported(kind.run)(step, passes, self)
        self.enter(step.name, result)
        return result

    def run_pass(self, steps: tuple[Step, ...], passes: Passes) -> bool:
        """Run the body of a loop once; return whether one of its steps asked to end the loop.

        A later step does not take a ``break`` back, nor does the end of a loop inside (contract 15, 26).
        """
        self._breaks.append(False)
        try:
            self.run_steps(steps, passes)
        finally:
            asked = self._breaks.pop()
        return asked

    def enter(self, name: str, result: Result) -> None:
        """Enter a result that later steps may refer to as ``<name>.output.<key>``."""
        self.results[name] = result

    def bind(self, step: Step, task_parset: str = "") -> BoundStep:
        """Replace a step's references by the results so far."""
        return bind_step(step, self.results, task_parset, read_arguments=self.read_arguments)

    def read_arguments(self, path: str, named_at: Location) -> dict[str, Value]:
        """Return the options in an argument parset."""
        return argument_file(path, named_at)

    def resolve(self, value: Value) -> str:
        """Return the text of a line with its references replaced and quotes removed."""
        try:
            return as_string(resolve(value.raw, self.results).text)
        except GenericPipeError as error:
            raise error.at(value.location) from None

    def find_program(self, step: Step, name: str, is_script: bool) -> str:
        """Return the program or script to run: the named one, or what a plugin found in its place."""
        program, finding = find_program(step, name, is_script, self.vocabulary.manager)
        if finding is not None:
            self.note(finding)
        return program

    def find_plugin(self, step: Step) -> PluginSource:
        """Return what answers to the name of a step plugin."""
        return self.vocabulary.find_step_plugin(step.type, self.pipeline)

    @abstractmethod
    def run_work(self, work: Work) -> Result:
        """Return what the jobs of a step give."""

    @abstractmethod
    def run_alone(self, step: Step, job: Job, foretold: Mapping[str, str] | None = None) -> Outcome:
        """Return what a step plugin gives."""

    @abstractmethod
    def note(self, finding: Finding) -> None:
        """Tell the user something that does not stop the run."""
