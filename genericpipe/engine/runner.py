"""The step loop: one step after the other, each by its kind; results entered for the steps after it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ..errors import Finding, GenericPipeError
from ..kinds.services import Passes, Result
from ..parset import as_string
from ..pipeline import Pipeline, Step, Value, resolve
from ..pipeline.binding import BoundStep, bind_step
from ..pipeline.declarations import imported
from ..pipeline.vocabulary import Vocabulary
from ..recipes.executable_args import Folders, Work
from ..recipes.job import Job, Outcome, Status
from .dispatch import Dispatcher, Stop
from .executor import Executor, Submission
from .programs import find_program
from .run import Run, StepOutcome
from .slots import Slots
from .stepparset import write_bound
from .truth import is_true


class Stopped(GenericPipeError):
    """A run that was asked to stop."""


class Runner:
    """Runs the steps of a pipeline and serves their kinds.

    Parameters
    ----------
    run
        The run, with its folders.
    vocabulary
        What is plugged in.
    executor
        Where commands run.
    stop
        Set by whoever wants the run to end.
    """

    def __init__(self, run: Run, vocabulary: Vocabulary, executor: Executor, stop: Stop) -> None:
        self.run = run
        self.pipeline: Pipeline = run.pipeline
        self.config = run.config
        self.vocabulary = vocabulary
        self.folders = Folders(run.mapfile_directory, run.parset_directory, run.log_directory)
        self.findings: list[Finding] = []
        self.results: dict[str, Mapping[str, object]] = dict(run.pipeline.dictionaries)
        self._stop = stop
        self._slots = Slots(run.config)
        self._breaks: list[bool] = []
        self._step: list[Step] = []
        self._counts: list[dict[Status, int]] = []
        self._dispatcher = Dispatcher(executor, self._job_started, self._job_finished, stop)

    def run_steps(self, steps: tuple[Step, ...], passes: Passes = ()) -> None:
        """Run steps one after the other; each result is entered under the step's name.

        Raises
        ------
        GenericPipeError
            If a step fails; the steps after it do not run.
        """
        for step in steps:
            if self._stop:
                raise Stopped("stopped by a signal", step.location)
            with self._told(step):
                kind = self.vocabulary.kinds[step.kind]
                result = imported(kind.run)(step, passes, self)
                if self._stop:
                    raise Stopped("stopped by a signal", step.location)
                self.enter(step.name, result)
            if self._breaks and step.kind != "loop" and is_true(result.get("break")):
                self._breaks[-1] = True

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
        """Replace a step's references by the results so far, and write its step parset."""
        bound = bind_step(step, self.results, task_parset)
        write_bound(bound, self.folders.parsets)
        return bound

    def resolve(self, value: Value) -> str:
        """Return the text of a line with its references replaced and quotes removed."""
        try:
            return as_string(resolve(value.raw, self.results).text)
        except GenericPipeError as error:
            raise error.at(value.location) from None

    def run_jobs(self, work: Work) -> Mapping[int, Outcome]:
        """Run the jobs of a step; return what became of each entry's."""
        per_host = self._slots.on_a_host(work.inputs.max_per_node)
        excess = self._slots.excess(min(per_host, len(work.indices)), work.inputs.nthreads)
        if excess is not None:
            self.note(excess)
        hosts = {index: work.maps[0].data[index].host for index in work.indices}
        return self._dispatcher.run(hosts, lambda index: self._prepared(work.job(index)), per_host)

    def run_alone(self, step: Step, job: Job) -> Outcome:
        """Run one process of a step that has no mapfile: a step plugin's."""
        return self._dispatcher.run({0: job.host}, lambda _: self._prepared(job), 1)[0]

    def note(self, finding: Finding) -> None:
        """Tell the user something that does not stop the run."""
        self.findings.append(finding)

    def find_program(self, step: Step, name: str, is_script: bool) -> str:
        """Return the program or script to run: the named one, or what a plugin found in its place."""
        program, finding = find_program(step, name, is_script, self.vocabulary.manager)
        if finding is not None:
            self.note(finding)
        return program

    def _prepared(self, job: Job) -> Job:
        changed: Job = self.vocabulary.manager.passed_through(
            "prepare_job", "job", step=self._step[-1], job=job
        )
        return changed

    @contextmanager
    def _told(self, step: Step) -> Iterator[None]:
        """Tell observers of a step's start and end, whichever way it ends."""
        self._observe("step_started", step=step)
        began = time.monotonic()
        self._step.append(step)
        self._counts.append({})
        reason = ""
        try:
            yield
        except GenericPipeError as error:
            reason = error.message
            raise
        finally:
            counts = self._counts.pop()
            self._step.pop()
            outcome = StepOutcome(
                Status.FAILED if reason else Status.DONE,
                {key: str(value) for key, value in self.results.get(step.name, {}).items()}
                if not reason
                else {},
                counts,
                time.monotonic() - began,
                reason,
            )
            self._observe("step_finished", step=step, outcome=outcome)

    def _job_started(self, submission: Submission) -> None:
        self._observe("job_started", step=self._step[-1], job=submission.job)

    def _job_finished(self, job: Job, outcome: Outcome) -> None:
        counts = self._counts[-1]
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
        self._observe("job_finished", step=self._step[-1], job=job, outcome=outcome)

    def _observe(self, hook: str, **arguments: object) -> None:
        self.findings += self.vocabulary.manager.observe(hook, run=self.run, **arguments)
