"""The run proper: jobs are started, or taken over from an earlier run, and everything is recorded."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from ..errors import Finding, GenericPipeError, Severity
from ..kinds.services import Passes, Result
from ..pipeline import Step
from ..pipeline.binding import BoundStep
from ..pipeline.vocabulary import Vocabulary
from ..recipes.executable_args import Work
from ..recipes.job import Job, Outcome, Status
from ..recipes.nodescripts import with_results
from ..recipes.results import StepFailed
from .dispatch import Dispatcher, Stop
from .executor import Executor, Submission
from .resume.past import Past
from .resume.resume import StepDecision
from .run import Expected, Run, StepOutcome
from .selection import Selection
from .slots import Slots
from .steploop import StepLoop
from .stepparset import write_bound


class Stopped(GenericPipeError):
    """A run that was asked to stop."""


class Runner(StepLoop):
    """Runs the steps of a pipeline.

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
    past
        What earlier runs left, and where this one is recorded.
    selection
        Which steps are wanted.
    """

    def __init__(
        self,
        run: Run,
        vocabulary: Vocabulary,
        executor: Executor,
        stop: Stop,
        past: Past,
        selection: Selection | None = None,
    ) -> None:
        super().__init__(run, vocabulary)
        self._stop = stop
        self._past = past
        self._selection = selection or Selection()
        self._slots = Slots(run.config)
        self._counts: list[dict[Status, int]] = []
        self._dispatcher = Dispatcher(
            executor, self._job_started, self._job_finished, stop, self._judged, self._refusal
        )

    def _run_step(self, step: Step, passes: Passes) -> Result:
        self._check_stop(step)
        if not self._selection.wants(step):
            left = self._selection.passed(step, self.key, self._past)
            self.enter(step.name, left)
            return left
        with self._told(step):
            result = super()._run_step(step, passes)
            self._check_stop(step)
        self._selection.end(step)
        return result

    def _check_stop(self, step: Step) -> None:
        if self._stop:
            raise Stopped("stopped by a signal", step.location)

    def bind(self, step: Step, task_parset: str = "") -> BoundStep:
        """Replace a step's references by the results so far, and write its step parset."""
        bound = super().bind(step, task_parset)
        write_bound(bound, self.folders.parsets)
        return bound

    def run_work(self, work: Work) -> Result:
        """Run the jobs of a step, or take over what an earlier run did, and return the step's result.

        Raises
        ------
        StepFailed
            If jobs failed that the step does not tolerate.
        StateError
            If it would run on files that later steps have changed in place.
        """
        step, key, past = self.step, self.key, self._past
        planned = past.planned(step, key, work)
        decision = past.decide(planned)
        self._selection.check_inputs(step, map(work.job, decision.run), past)
        self.run.stash.keep(Expected(step.name, len(work.indices)))
        paths = [str(path) for path, _ in work.outputs.maps()]
        past.started(step, planned, work, len(decision.run))
        self._count(Status.REUSED, len(work.indices) - len(decision.run))
        if decision.whole and decision.record is not None:
            past.maps.forward(key)
            adopted = decision.record.adopted
            past.finished(step, key, Status.REUSED, decision.record.result, paths, adopted=adopted)
            return decision.record.result
        try:
            outcomes = self._run_jobs(work, decision)
            self._check_stop(step)  # a stopped step leaves no maps
            result = work.finish(outcomes)
        except GenericPipeError as error:
            status = Status.CANCELLED if self._stop else Status.FAILED
            past.finished(step, key, status, {}, paths, error.message)
            raise
        past.finished(step, key, Status.DONE, result, paths)
        return result

    def _run_jobs(self, work: Work, decision: StepDecision) -> Mapping[int, Outcome]:
        """Run the jobs that have to run; return each entry's outcome."""
        waiting = [index for index in work.indices if index in decision.run]
        per_host = self._slots.on_a_host(work.inputs.max_per_node)
        # Eight threads are the default of every task, which says nothing of what anybody wants.
        threads = work.inputs.nthreads if "nthreads" in work.bound.control else 1
        excess = self._slots.excess(min(per_host, len(waiting)), threads)
        if excess is not None:
            self.note(excess)
        hosts = {index: work.maps[0].data[index].host for index in waiting}
        ran = self._dispatcher.run(hosts, lambda index: self._prepared(work.job(index)), per_host)
        return {**decision.outcomes(), **ran}

    def run_alone(self, step: Step, job: Job, foretold: Mapping[str, str] | None = None) -> Outcome:
        """Run one process of a step that has no mapfile: a step plugin's.

        It runs on every resume, from the maps as they were before it (contract 6.2). What follows from it
        runs again where it gives something else than it did.
        """
        key, past = self.key, self._past
        maps = _maps_of(job)
        past.started_alone(step, key, maps, _script_of(job))
        outcome = self._dispatcher.run({0: job.host}, lambda _: self._prepared(job), 1)[0]
        left = [*maps, *(text for text in outcome.results.values() if text.startswith(os.sep))]
        past.finished(step, key, outcome.status, outcome.results, left, outcome.reason)
        others = past.differing(key, outcome.results, left) if outcome.status.ok else None
        if others is not None:
            # Whoever is given one of these maps by its path reads something else now, whosesoever map it is.
            names = (name for name, result in self.results.items() if others.intersection(_paths(result)))
            for name in (step.name, *names):
                past.resume.made_again(name)
            message = f"step {step.name!r} gave something else than in the last run"
            self.note(Finding(Severity.WARNING, "other-result", message, step.location))
        return outcome

    def note(self, finding: Finding) -> None:
        """Tell the user something that does not stop the run."""
        self.run.findings.append(finding)

    def _prepared(self, job: Job) -> Job:
        self._past.job_begins(job)
        changed: Job = self.vocabulary.manager.passed_through(
            "prepare_job", "job", step=self.step, job=job, config=self.run.config
        )
        return changed

    @contextmanager
    def _told(self, step: Step) -> Iterator[None]:
        """Tell observers of a step's start and end, whichever way it ends."""
        self._observe("step_started", step=step)
        began = time.monotonic()
        self._counts.append({})
        status: Status | None = None
        reason = ""
        try:
            yield
        except BaseException as error:
            status = Status.CANCELLED if self._stop else Status.FAILED
            reason = error.message if isinstance(error, GenericPipeError) else str(error)
            raise
        finally:
            counts = self._counts.pop()
            outcome = StepOutcome(
                status or _success(counts),
                {} if status else {key: str(value) for key, value in self.results[step.name].items()},
                counts,
                time.monotonic() - began,
                reason,
            )
            self._observe("step_finished", step=step, outcome=outcome)

    def _count(self, status: Status, number: int = 1) -> None:
        if number:
            counts = self._counts[-1]
            counts[status] = counts.get(status, 0) + number

    def _refusal(self, job: Job) -> str:
        """Ask plugins about a job that is about to start; return the first reason not to."""
        reasons = []
        for answer in self.vocabulary.manager.answers("admit_job", step=self.step, job=job):
            for finding in answer.value:
                if finding.severity is Severity.ERROR:
                    reasons.append(self._reason(finding))
                self.note(finding)
        return f"not started: {reasons[0]}" if reasons else ""

    def _reason(self, finding: Finding) -> str:
        """Return what a finding says of a job, where the step is named anyway."""
        return finding.message.removeprefix(f"step {self.step.name!r}: ")

    def _judged(self, job: Job, outcome: Outcome) -> Outcome:
        """Ask plugins about a job that ended well; an error that one finds makes it a failed one.

        What a node script left as its results comes first: plugins see it.
        """
        outcome = with_results(job, outcome)
        if not outcome.status.ok:
            return outcome
        for answer in self.vocabulary.manager.answers("check_job", step=self.step, job=job, outcome=outcome):
            for finding in answer.value:
                if finding.severity is Severity.ERROR:
                    outcome = replace(outcome, status=Status.FAILED, reason=self._reason(finding))
                self.note(finding)
        return outcome

    def _job_started(self, submission: Submission) -> None:
        self._past.job_started(submission)
        self._observe("job_started", step=self.step, job=submission.job)

    def _job_finished(self, job: Job, outcome: Outcome) -> None:
        self._past.job_finished(job, outcome)
        self._count(outcome.status)
        self._observe("job_finished", step=self.step, job=job, outcome=outcome)

    def _observe(self, hook: str, **arguments: object) -> None:
        self.run.findings.extend(self.vocabulary.manager.observe(hook, run=self.run, **arguments))


def _paths(result: Mapping[str, object]) -> list[str]:
    return [value for value in result.values() if isinstance(value, str)]


def _success(counts: Mapping[Status, int]) -> Status:
    """Return how a step ended well: taken over as a whole, or run."""
    return Status.REUSED if set(counts) == {Status.REUSED} else Status.DONE


def _script_of(job: Job) -> str:
    """Return the file of a step plugin; empty for a module, whose package has a version."""
    return job.call.script if job.call is not None and not job.call.is_module else ""


def _maps_of(job: Job) -> list[str]:
    """Return the mapfiles that a step plugin is told of: it may change any of them."""
    if job.call is None:
        return []
    keywords = {key: value for key, value in job.call.keywords.items() if isinstance(value, str)}
    paths = [value for key, value in keywords.items() if "map" in key and value.startswith(os.sep)]
    if "mapfile_dir" in keywords and "filename" in keywords:
        paths.append(os.path.join(keywords["mapfile_dir"], keywords["filename"]))
    if "mapfile_in" in keywords and "newname" in keywords:
        paths.append(os.path.join(os.path.dirname(keywords["mapfile_in"]), keywords["newname"]))
    return [path for path in dict.fromkeys(paths) if not os.path.isdir(path)]


__all__ = ["Runner", "StepFailed", "Stopped"]
