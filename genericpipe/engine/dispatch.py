"""Jobs -> outcomes through an executor: slots per host, retries, time limits, stopping."""

from __future__ import annotations

import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..errors import GenericPipeError
from ..recipes.job import Job, JobIdentity, Outcome, Status
from .executor import Executor, Submission

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
    judged
        Gives the outcome as it counts: a job with exit status 0 may have failed all the same.
    refusal
        Says why a job must not start, in a few words; empty where it may.
    """

    executor: Executor
    started: Callable[[Submission], None]
    finished: Callable[[Job, Outcome], None]
    stop: Stop
    judged: Callable[[Job, Outcome], Outcome] = lambda _, outcome: outcome
    refusal: Callable[[Job], str] = lambda _: ""
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
            for running, outcome in self._wait():
                index, job_done = running.index, running.submission.job
                busy[hosts[index]] -= 1
                outcome = self.judged(job_done, outcome)
                if self._is_retried(running, outcome):
                    remove_products(job_done)
                    failed = self._start(index, job_done, running.attempts + 1)
                    if failed is None:
                        busy[hosts[index]] += 1
                    else:
                        outcomes[index] = failed
                    continue
                self.finished(job_done, outcome)
                outcomes[index] = outcome
        self.executor.step_ended()
        return outcomes

    def _start(self, index: int, job: Job, attempt: int) -> Outcome | None:
        """Start a job; return its outcome where it cannot, or must not, be started at all."""
        began = time.time()
        reason = self.refusal(job)
        if reason:
            return self._not_started(job, began, reason)
        try:
            submission = self.executor.submit(job)
        except GenericPipeError as error:
            return self._not_started(job, began, error.message)
        limit = job.limits.timeout
        deadline = None if limit is None else time.monotonic() + limit
        self._running[job.identity] = _Running(index, submission, attempt, deadline)
        self.started(submission)
        return None

    def _not_started(self, job: Job, began: float, reason: str) -> Outcome:
        outcome = Outcome(Status.FAILED, None, began, 0.0, reason=reason)
        self.finished(job, outcome)
        return outcome

    def _wait(self) -> Iterator[tuple[_Running, Outcome]]:
        """Wait for jobs to end, or for a time limit or a signal; yield those that ended."""
        deadlines = [one.deadline for one in self._running.values() if one.deadline and not one.timed_out]
        timeout = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
        for done in self.executor.poll(timeout):
            running = self._running.pop(done.submission.job.identity)
            outcome = done.outcome
            # One that came to its own end just before we stopped it has its own outcome.
            if running.timed_out and outcome.status is Status.CANCELLED:
                limit = done.submission.job.limits.timeout
                outcome = replace(
                    outcome, status=Status.FAILED, reason=f"took longer than {limit:g} s (timeout)"
                )
            yield running, outcome
        if not deadlines:
            return
        now = time.monotonic()
        for running in self._running.values():
            if running.deadline is not None and not running.timed_out and now >= running.deadline:
                running.timed_out = True
                self.executor.cancel(running.submission)

    def _is_retried(self, running: _Running, outcome: Outcome) -> bool:
        """Return whether a job starts again: after a segmentation fault once, else as the step allows."""
        if outcome.status.ok or outcome.status is Status.CANCELLED or self.stop:
            return False
        crashed = outcome.returncode == SEGMENTATION_FAULT
        return running.attempts <= max(running.submission.job.limits.retries, 1 if crashed else 0)

    def _stop_all(self, waiting: Mapping[str, deque[int]]) -> None:
        for queue in waiting.values():
            queue.clear()
        if self._cancelled < self.stop.requests:
            self._cancelled = self.stop.requests
            for running in self._running.values():
                self.executor.cancel(running.submission)


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
