"""How far a job folder is: its runs, its steps, its jobs, from the journal alone."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from ..engine.folder.processes import Life, life_of
from ..engine.journal.history import History
from ..engine.journal.records import JobRecord, JobStart, RunRecord, StepKey, StepRecord
from ..engine.resume.survivors import process_of
from ..recipes.job import Outcome, Status
from .failure import how

#: How a run ended, in words, by what the journal says.
_RUN_STATES = {"done": "done", "step_failed": "failed", "stopped": "stopped", "state": "refused"}


@dataclass(frozen=True)
class RunView:
    """A start of the runner.

    Parameters
    ----------
    number
        Which, from 1.
    record
        What the journal says.
    state
        ``running``, ``done``, ``failed``, ``stopped``, ``refused``, ``killed``, or ``unknown`` where its
        process is one of another machine.
    """

    number: int
    record: RunRecord
    state: str

    @property
    def exit_status(self) -> str:
        """How it ended as the journal spells it; empty while it has not."""
        return self.record.status


@dataclass(frozen=True)
class JobView:
    """A job, as it is now.

    Parameters
    ----------
    key, index
        Which.
    state
        ``done``, ``reused``, ``running``, ``interrupted``, ``waiting``, or how it failed.
    record
        How it ended the last time; None where it has not.
    start
        Its process where it has no end.
    run
        The run in which it ran last.
    folder
        The job folder.
    is_plugin
        Whether it is the one process of a step plugin, which has no entries.
    """

    key: StepKey
    index: int
    state: str
    record: JobRecord | None
    start: JobStart | None
    run: RunView | None
    folder: Path
    is_plugin: bool = False

    @property
    def title(self) -> str:
        """Which it is, as a failure is told: step, pass, entry and the name of its first file."""
        passes = f", pass {'.'.join(map(str, self.key.passes))}" if self.key.passes else ""
        subject = f" ({os.path.basename(self.entry[0].rstrip('/'))})" if self.entry else ""
        return f"step {self.key.step}{passes}" + ("" if self.is_plugin else f", entry {self.index}{subject}")

    @property
    def failed(self) -> bool:
        """Whether its last try failed."""
        return self.record is not None and not self.record.ok

    @property
    def outcome(self) -> Outcome | None:
        """Its outcome; None where it has no end."""
        return None if self.record is None else self.record.outcome()

    @property
    def entry(self) -> tuple[str, ...]:
        """The files that it reads."""
        return tuple(self.record.input_paths) if self.record else ()

    @property
    def ending(self) -> str:
        """How it ended: exit status or signal, in words; empty where it has not."""
        outcome = self.outcome
        if outcome is None:
            return ""
        return "exit status 0" if outcome.status.ok and outcome.returncode in (0, None) else how(outcome)

    @property
    def logs(self) -> tuple[Path, Path]:
        """The files for its standard output and its standard error, of the run in which it ran last."""
        started = self.run.record.start_time if self.run else ""
        stem = ".".join(str(number) for number in (*self.key.passes, self.index))
        folder = self.folder / "logs" / started / self.key.step
        return folder / f"{stem}.log", folder / f"{stem}.err"


@dataclass(frozen=True)
class StepView:
    """A step, as it is now.

    Parameters
    ----------
    key
        Which.
    state
        ``done``, ``failed``, ``running``, ``partly`` (stopped or killed over it), or ``waiting``.
    record
        What the journal says; None where it has not begun.
    run
        The run that began it last.
    jobs
        Its jobs that have begun, by index.
    waiting
        How many have not.
    duration
        In seconds; None where it has not begun.
    """

    key: StepKey
    state: str
    record: StepRecord | None = None
    run: RunView | None = None
    jobs: tuple[JobView, ...] = ()
    waiting: int = 0
    duration: float | None = None

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many jobs are in which state."""
        found = Counter(job.state for job in self.jobs)
        if self.waiting:
            found["waiting"] += self.waiting
        return dict(found)

    @property
    def cpu(self) -> float | None:
        """Processor time of its jobs in seconds; None where none was measured."""
        return sum(given) if (given := self._given("cpu")) else None

    @property
    def memory(self) -> int | None:
        """The most that one of its jobs held at once, in bytes; None where none was measured."""
        return int(max(given)) if (given := self._given("memory")) else None

    def _given(self, name: str) -> list[float]:
        values = (getattr(job.record, name) for job in self.jobs if job.record is not None)
        return [value for value in values if value is not None]


class Overview:
    """What there is to say of a job folder.

    Parameters
    ----------
    folder
        The job folder.
    history
        What its journal says.
    """

    def __init__(self, folder: Path, history: History) -> None:
        self.folder = folder
        self.history = history
        self.runs = [
            RunView(number, record, _state_of(record, number == len(history.runs)))
            for number, record in enumerate(history.runs, 1)
        ]
        self._lines = [record.line for record in history.runs]
        self._started: dict[StepKey, list[JobStart]] = {}
        for start in history.unfinished.values():
            self._started.setdefault(start.key, []).append(start)

    @property
    def is_running(self) -> bool:
        """Whether a run is at work, as far as this machine can tell."""
        return bool(self.runs) and self.runs[-1].state == "running"

    @cached_property
    def steps(self) -> tuple[StepView, ...]:
        """All steps: those that have begun in order of running, then those whose turn has not come."""
        begun = [self._step(key) for key in self.history.order]
        names = {step.key.step for step in begun}
        listed: Sequence[str] = self.runs[-1].record.about.steps if self.runs else ()
        return (*begun, *(StepView(StepKey(name), "waiting") for name in listed if name not in names))

    @property
    def jobs(self) -> Iterable[JobView]:
        """All jobs, in order of running."""
        return (job for step in self.steps for job in step.jobs)

    def busy(self, run: RunView) -> float:
        """Return how long a job, a step plugin or a look at the data was at work in a run, in seconds.

        What ran at the same time counts once. The rest of a run's time is this program's own. Of a job that
        was tried again only the last try is known.
        """
        total, reached = run.record.about.preflight, float("-inf")
        for began, ended in sorted(self._spans.get(run.number, ())):
            total += max(0.0, ended - max(began, reached))
            reached = max(reached, ended)
        return total

    @cached_property
    def _spans(self) -> dict[int, list[tuple[float, float]]]:
        """When each job ran, by the number of its run."""
        spans: dict[int, list[tuple[float, float]]] = {}
        for job in self.jobs:
            if job.record is not None and job.run is not None:
                span = (job.record.started, job.record.started + job.record.duration)
                spans.setdefault(job.run.number, []).append(span)
        return spans

    def run_of(self, line: int) -> RunView | None:
        """Return the run that wrote a line of the journal."""
        place = bisect_right(self._lines, line)
        return self.runs[place - 1] if place else None

    def _step(self, key: StepKey) -> StepView:
        record = self.history.steps[key]
        run = self.run_of(record.line)
        is_now = run is not None and run is self.runs[-1] and run.state == "running"
        if record.status == "":
            state = "running" if is_now else "partly"
        elif record.status == Status.CANCELLED.value:
            state = "partly"
        else:
            state = "done" if record.done else "failed"
        jobs = tuple(self._jobs(key, record))
        return StepView(key, state, record, run, jobs, _waiting(record, jobs), _duration(record, state))

    def _jobs(self, key: StepKey, step: StepRecord) -> Iterable[JobView]:
        records = self.history.jobs.get(key, {})
        is_plugin = step.kind == "plugin"
        starts = {start.index: start for start in self._started.get(key, ())}
        for index in sorted({*records, *starts}):
            record, start = records.get(index), starts.get(index)
            if start is not None:
                state = "running" if self._runs(start) else "interrupted"
                yield JobView(key, index, state, None, start, self._run_by(start), self.folder, is_plugin)
            elif record is not None:
                state = record.status
                if record.sequence < step.line:
                    state = "reused" if record.ok else "waiting" if not step.status else record.status
                run = self.run_of(record.sequence)
                yield JobView(key, index, state, record, None, run, self.folder, is_plugin)

    def _runs(self, start: JobStart) -> bool:
        """Return whether a job without an end still runs; one of a batch system runs while its run does."""
        if start.runner is None:
            return False
        if start.process_start is None or not start.handle.isdecimal():
            return life_of(start.runner) is Life.ALIVE
        return life_of(process_of(start)) is Life.ALIVE

    def _run_by(self, start: JobStart) -> RunView | None:
        return next((run for run in reversed(self.runs) if run.record.process == start.runner), None)


def _state_of(record: RunRecord, is_last: bool) -> str:
    if record.status:
        return _RUN_STATES.get(record.status, record.status)
    life = life_of(record.process) if is_last else Life.ENDED
    return {Life.ALIVE: "running", Life.ENDED: "killed", Life.ELSEWHERE: "unknown"}[life]


def _waiting(step: StepRecord, jobs: Sequence[JobView]) -> int:
    """Return how many jobs of a step that has no end have not begun."""
    if step.planned is None or step.status in ("done", "reused"):
        return 0
    return max(0, step.planned[0] - len(jobs))


def _duration(step: StepRecord, state: str) -> float | None:
    began, ended = _moment(step.began), _moment(step.ended)
    if began is None:
        return None
    if state == "running":
        ended = datetime.now(UTC)
    return None if ended is None else max(0.0, (ended - began).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
