"""What somebody sees who waits for a run: a line for each step, and on a terminal what happens now."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from ..engine.run import Expected, Failure, Run, StepOutcome
from ..errors import ExitStatus, Finding
from ..pipeline import Step
from ..pluginmanager import hookimpl
from ..recipes.job import Job, JobIdentity, Outcome, Status
from .failure import describe, how_to_go_on
from .heard import Heard
from .log import told

#: How many failed jobs of a step are told in full; the log has all.
TOLD_FAILURES = 3
#: How many findings are shown before the first step; lint and the log have all.
SHOWN_FINDINGS = 10
#: What contains other steps is no step of its own to somebody who waits.
CONTAINERS = ("loop", "pipeline")


def _shown(findings: Sequence[Finding]) -> list[Finding]:
    """Return those that are shown: one of each code before many of one, in their order."""
    seen: Counter[str] = Counter()
    ranked = []
    for number, finding in enumerate(findings):
        ranked.append((seen[finding.code], number))
        seen[finding.code] += 1
    return [findings[number] for number in sorted(number for _, number in sorted(ranked)[:SHOWN_FINDINGS])]


@dataclass
class Current:
    """The step under way, as far as it has come.

    Parameters
    ----------
    step
        The step.
    jobs
        How many jobs it has in all; None where nobody knows yet.
    running
        Which run now; a job that is tried again is still the same.
    ended
        How many ended in which way.
    began
        When it started, by the monotonic clock.
    """

    step: Step
    jobs: int | None = None
    running: set[JobIdentity] = field(default_factory=set)
    ended: Counter[Status] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    @property
    def failed(self) -> int:
        """How many jobs ended badly."""
        return sum(count for status, count in self.ended.items() if not status.ok)

    @property
    def rest(self) -> float | None:
        """How many seconds it will still take if jobs go on as they did; None where nobody can tell."""
        done = self.ended.total() - self.ended[Status.REUSED]
        if self.jobs is None or not done:
            return None
        return (time.monotonic() - self.began) / done * (self.jobs - self.ended.total())

    def __str__(self) -> str:
        of = f" of {self.jobs}" if self.jobs is not None else ""
        failed = f", {self.failed} failed" if self.failed else ""
        running = f", {len(self.running)} running" if self.running else ""
        return f"{self.ended.total() - self.failed}{of} jobs done{failed}{running}"


class Progress:
    """Plain lines, for files and logs of batch systems: every step as it begins and ends, and what failed.

    Parameters
    ----------
    stream
        Where they go.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._current: list[Current] = []
        self._began = time.monotonic()
        self._heard: Heard | None = None
        self._steps = 0
        self._jobs: Counter[Status] = Counter()

    def say(self, text: str) -> None:
        """Write lines; where nobody reads them any more, no more are written and the run goes on."""
        try:
            print(text, file=self._stream, flush=True)
        except UnicodeEncodeError:
            print(text.encode("ascii", "backslashreplace").decode(), file=self._stream, flush=True)
        except (OSError, ValueError):
            self.say = lambda text: None  # type: ignore[method-assign]

    def show(self) -> None:
        """Bring what is shown of the current step up to date; plain lines show nothing of it."""

    @hookimpl
    def genericpipe_run_started(self, run: Run) -> None:
        """Say what runs, and what is odd about it."""
        self.say(f"{run.job_name}: {steps_in(run.pipeline.steps)} steps, log {run.config.log_file}")
        self._heard = Heard(run)
        first = list(self._heard.new())
        for finding in _shown(first):
            self.say(str(finding))
        if len(first) > SHOWN_FINDINGS:
            self.say(f"... {len(first) - SHOWN_FINDINGS} more findings: in the log")

    @hookimpl
    def genericpipe_step_started(self, run: Run, step: Step) -> None:
        """Begin a step."""
        self._current.append(Current(step))
        if step.kind not in CONTAINERS:
            self._steps += 1
            self._step_begins(step)
        self.show()

    @hookimpl
    def genericpipe_job_started(self, run: Run, step: Step, job: Job) -> None:
        """Count a job that runs."""
        self._say_findings()
        if self._current:
            current = self._current[-1]
            current.running.add(job.identity)
            expected = run.stash.get(Expected)
            if expected is not None and expected.step == step.name:
                current.jobs = expected.jobs
            self.show()

    @hookimpl
    def genericpipe_job_finished(self, run: Run, step: Step, job: Job, outcome: Outcome) -> None:
        """Count a job that ended; tell of one that failed."""
        if not self._current:
            return
        current = self._current[-1]
        current.running.discard(job.identity)
        current.ended[outcome.status] += 1
        if step.kind != "plugin":
            self._jobs[outcome.status] += 1
        if not outcome.status.ok and outcome.status is not Status.CANCELLED:
            if current.failed <= TOLD_FAILURES:
                self.say("\n".join(describe(step, job, outcome)))
            elif current.failed == TOLD_FAILURES + 1:
                self.say("... more jobs of this step failed: all are in the log")
        self.show()

    @hookimpl
    def genericpipe_step_finished(self, run: Run, step: Step, outcome: StepOutcome) -> None:
        """Say how a step ended."""
        self._say_findings()
        if self._current:
            self._current.pop()
        if step.kind not in CONTAINERS:
            self.say(line_of(step, outcome))
        self.show()

    @hookimpl
    def genericpipe_run_finished(self, run: Run, status: ExitStatus) -> None:
        """Say how the run ended, and where to read more."""
        self._say_findings()
        took = span(time.monotonic() - self._began)
        jobs = f", {counted(self._jobs)}" if self._jobs else ""
        if status is ExitStatus.DONE:
            self.say(f"done: {self._steps} steps{jobs}, in {took}")
            return
        failure = run.stash.get(Failure)
        word = "stopped" if status is ExitStatus.STOPPED else "failed"
        self.say(f"{word} after {took}{jobs}" + (f": {told(failure, run)}" if failure else ""))
        for line in how_to_go_on(run.job_directory, status):
            self.say(line)
        self.say(f"log: {run.config.log_file}")

    def _step_begins(self, step: Step) -> None:
        self.say(f"{step.name}: started")

    def _say_findings(self) -> None:
        for finding in self._heard.new() if self._heard else ():
            self.say(str(finding))


def line_of(step: Step, outcome: StepOutcome) -> str:
    """Return the line about a step that ended."""
    if outcome.status is Status.REUSED:
        return f"{step.name}: done before"
    jobs = f", {counted(outcome.jobs)}" if outcome.jobs and step.kind != "plugin" else ""
    if outcome.status.ok:
        return f"{step.name}: done in {span(outcome.duration)}{jobs}"
    if outcome.jobs.get(Status.CANCELLED):
        return f"{step.name}: stopped after {span(outcome.duration)}{jobs}"
    return f"{step.name}: failed after {span(outcome.duration)}{jobs}: {outcome.reason}"


def counted(jobs: Mapping[Status, int]) -> str:
    """Return how many jobs ended in which way: ``12 jobs``, or ``9 jobs done, 3 failed``."""
    if set(jobs) == {Status.DONE}:
        return f"{jobs[Status.DONE]} job{'s' * (jobs[Status.DONE] != 1)}"
    (first, count), *others = jobs.items()
    return ", ".join([f"{count} job{'s' * (count != 1)} {first}", *(f"{n} {status}" for status, n in others)])


def span(seconds: float) -> str:
    """Return a time for people: ``3.2 s``, ``4:05`` or ``2:07:30``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def steps_in(steps: Sequence[Step]) -> int:
    """Return how many steps run at most: those of a loop as often as it goes round."""
    total = 0
    for step in steps:
        if step.kind in CONTAINERS:
            total += steps_in(step.body) * (step.loopcount if step.loopcount is not None else 1)
        else:
            total += 1
    return total
