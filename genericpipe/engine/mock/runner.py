"""The steps of a mock run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from ...errors import Finding, Location, PluginError, Severity
from ...kinds.services import Passes, Result
from ...pipeline import Step, Value
from ...pipeline.binding import BoundStep, argument_file
from ...pipeline.references import Reference
from ...pipeline.vocabulary import Vocabulary
from ...pluginmanager import Place, PluginSource
from ...recipes.executable_args import Folders
from ...recipes.job import Job, Outcome
from ..dispatch import Stop
from ..executor import Executor
from ..resume.past import Past
from ..run import Run
from ..runner import Runner
from ..selection import Selection
from .answers import made_up
from .executor import MockExecutor
from .inputs import MockMaps
from .opening import is_foreign
from .results import MockResults
from .wanted import wanted_of


class MockRunner(Runner):
    """Runs the steps of a pipeline without running its programs.

    Parameters
    ----------
    run, vocabulary, executor, stop, past, selection
        As for `Runner`.
    mock
        Where commands are recorded, and what becomes of jobs is known.
    """

    def __init__(
        self,
        run: Run,
        vocabulary: Vocabulary,
        executor: Executor,
        stop: Stop,
        past: Past,
        selection: Selection,
        mock: MockExecutor,
    ) -> None:
        super().__init__(run, vocabulary, executor, stop, past, selection)
        self._mock = mock
        mock.answers.wanted = wanted_of(run.pipeline)
        folders = self.folders
        self.folders = Folders(folders.mapfiles, folders.parsets, folders.logs, MockMaps(mock.inputs))
        self.results: dict[str, Mapping[str, object]] = MockResults(self.results, self._missing)
        self._is_there = True

    def _missing(self, reference: Reference) -> str:
        value = self._mock.answers.missing(reference)
        self.note(made_up(f"{reference}: nothing gives that: it is {value!r} in this mock run", self.step))
        return value

    def _run_step(self, step: Step, passes: Passes) -> Result:
        kind = self.vocabulary.kinds.get(step.kind)
        if kind is not None and not kind.run:
            return self._passed_over(step, f"steps of kind {step.kind!r} are passed over")
        if step.kind == "pipeline" and step.scope is None:
            return self._passed_over(step, f"there is no parset {step.type!r}: it is passed over")
        return super()._run_step(step, passes)

    def _passed_over(self, step: Step, why: str) -> Result:
        self.note(made_up(f"step {step.name!r}: {why}", step))
        result: Result = {}
        self.enter(step.name, result)
        return result

    def bind(self, step: Step, task_parset: str = "") -> BoundStep:
        """Replace a step's references; its node script counts as none: nothing of it is run."""
        bound = super().bind(step, task_parset)
        if not is_foreign(bound.control.get("nodescript", "")):
            return bound
        control = {key: text for key, text in bound.control.items() if key != "nodescript"}
        return replace(bound, control=control)

    def read_arguments(self, path: str, named_at: Location) -> dict[str, Value]:
        """Return the options in an argument parset; none where it is not there."""
        if os.path.isfile(path):
            return argument_file(path, named_at)
        message = f"step {self.step.name!r}: there is no argument parset {path!r}: its options are left out"
        self.note(Finding(Severity.WARNING, "made-up", message, named_at))
        return {}

    def find_program(self, step: Step, name: str, is_script: bool) -> str:
        """Return the program or script as it is named: it need not be there."""
        relative = os.sep in name and not name.startswith(("$", os.sep))
        return os.path.abspath(name) if relative else name

    def find_plugin(self, step: Step) -> PluginSource:
        """Return what answers to the name of a step plugin; something stands in for one that is not there."""
        try:
            source = super().find_plugin(step)
        except PluginError:
            self._is_there = False
            self.note(
                made_up(f"step {step.name!r}: there is no plugin {step.type!r}: something stands in", step)
            )
            return PluginSource(step.type, Place.STAND_IN, target=f"{step.type}:plugin_main")
        self._is_there = True
        return source

    def _prepared(self, job: Job) -> Job:
        """Return a job as its step makes it: nothing adapts it to this machine."""
        self._past.job_begins(job)
        # Only a step plugin can be missing: an earlier one's absence says nothing of a step of another kind.
        self._mock.expect(self.step, job, self._is_there or self.step.kind != "plugin")
        return job

    def _refusal(self, job: Job) -> str:
        """Return nothing: what the job would read is made up."""
        return ""

    def _judged(self, job: Job, outcome: Outcome) -> Outcome:
        """Return an outcome as it is: there is nothing to look at."""
        return outcome
