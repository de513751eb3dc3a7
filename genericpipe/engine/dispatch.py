"""Jobs -> outcomes through an executor: slots per host, retries, time limits, stopping."""

from __future__ import annotations

import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..errors import GenericPipeError
from ..executors.contract import Executor, Submission
from ..recipes.job import Job, JobIdentity, Outcome, Status

SEGMENTATION_FAULT = -11


@dataclass
class Stop:
    """Whether the run has been asked to stop, and how often."""

    requests: int = 0
    signal: int | None = None

    def __bool__(self) -> bool:
        return self.requests > 0


@dataclass
class _Running:
    """A job under way: which entry it is, how often it was started, when it must have ended."""

    index: int
    submission: Submission
    attempts: int
    deadline: float | None
    timed_out: bool = False


@dataclass
class Dispatcher:
    """Runs the jobs of one step after another.

    Parameters
    ----------
    executor
        Where commands run.
    started, finished
        Called with each job that was started, and with each that ended for good.
    stop
        Looked at after every wake-up: once it is set, running jobs are stopped and no other starts.
    """

    executor: Executor
    started: Callable[[Submission], None]
    finished: Callable[[Job, Outcome], None]
    stop: Stop
    _running: dict[JobIdentity, _Running] = field(default_factory=dict)
    _cancelled: int = 0

    def run(self, hosts: Mapping[int, str], job: Callable[[int], Job], per_host: int) -> dict[int, Outcome]:
        """Run jobs until none is left; return what became of each.

        Parameters
        ----------
        hosts
            Entry -> its host, for the entries that have a job.
        job
            Makes the job of an entry; it is made when it is about to start.
        per_host
            How many run at once on one host.
        """
        waiting: dict[str, deque[int]] = {}
        for index in hosts:
            waiting.setdefault(hosts[index], deque()).append(index)
        busy = dict.fromkeys(waiting, 0)
        outcomes: dict[int, Outcome] = {}
        while any(waiting.values()) or self._running:
            if self.stop:
                self._stop_all(waiting)
            for host, queue in waiting.items():
                while queue and busy[host] < per_host and not self.stop:
                    index = queue.popleft()
                    outcome = self._start(index, job(index), 1)
                    if outcome is None:
                        busy[host] += 1
                    else:
                        outcomes[index] = outcome
            if not self._running:
                continue
            for index, outcome, retry in self._wait():
                busy[hosts[index]] -= 1
                if retry is not None and not self.stop:
                    failed = self._start(index, retry.job, retry.attempts + 1)
                    if failed is None:
                        busy[hosts[index]] += 1
                        continue
                    outcome = failed
                outcomes[index] = outcome
        return outcomes

    def _start(self, index: int, job: Job, attempt: int) -> Outcome | None:
        """Start a job; return its outcome where it cannot be started at all."""
        began = time.time()
        try:
            submission = self.executor.submit(job)
        except GenericPipeError as error:
            outcome = Outcome(Status.FAILED, None, began, 0.0, reason=error.message)
            self.finished(job, outcome)
            return outcome
        limit = job.limits.timeout
        deadline = None if limit is None else time.monotonic() + limit
        self._running[job.identity] = _Running(index, submission, attempt, deadline)
        self.started(submission)
        return None

    def _wait(self) -> Iterator[tuple[int, Outcome, _Retry | None]]:
        """Wait for jobs to end, or for a time limit or a signal; yield those that ended."""
        deadlines = [one.deadline for one in self._running.values() if one.deadline and not one.timed_out]
        timeout = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
        for done in self.executor.poll(timeout):
            running = self._running.pop(done.submission.job.identity)
            outcome = done.outcome
            if running.timed_out:
                limit = done.submission.job.limits.timeout
                outcome = replace(
                    outcome, status=Status.FAILED, reason=f"took longer than {limit:g} s (timeout)"
                )
            retry = self._retry(running, outcome)
            if retry is None:
                self.finished(done.submission.job, outcome)
            yield running.index, outcome, retry
        now = time.monotonic()
        for running in self._running.values():
            if running.deadline is not None and not running.timed_out and now >= running.deadline:
                running.timed_out = True
                self.executor.cancel(running.submission)

    def _retry(self, running: _Running, outcome: Outcome) -> _Retry | None:
        """Return the job to start again: a segmentation fault once, others as the step allows."""
        if outcome.status.ok or outcome.status is Status.CANCELLED:
            return None
        job = running.submission.job
        allowed = max(job.limits.retries, 1 if outcome.returncode == SEGMENTATION_FAULT else 0)
        if running.attempts > allowed:
            return None
        remove_products(job)
        return _Retry(job, running.attempts)

    def _stop_all(self, waiting: Mapping[str, deque[int]]) -> None:
        for queue in waiting.values():
            queue.clear()
        if self._cancelled < self.stop.requests:
            self._cancelled = self.stop.requests
            for running in self._running.values():
                self.executor.cancel(running.submission)


@dataclass(frozen=True)
class _Retry:
    job: Job
    attempts: int


def remove_products(job: Job) -> None:
    """Remove what a failed job left under the names of its products; never one of its inputs."""
    for product in job.products:
        if product in job.inputs:
            continue
        if os.path.isdir(product) and not os.path.islink(product):
            shutil.rmtree(product, ignore_errors=True)
        else:
            try:
                os.unlink(product)
            except OSError:
                continue
