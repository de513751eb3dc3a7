"""Showing that a run is alive where the file system has no locks that would."""

from __future__ import annotations

from collections.abc import Sequence

from ..recipes.job import Job
from .executor import Executor, Finished, Submission
from .lock import Lock


class Beating:
    """An executor whose waits end in time for the next heartbeat of the job folder's lock.

    Parameters
    ----------
    executor
        The executor that does the work.
    lock
        The lock.
    """

    def __init__(self, executor: Executor, lock: Lock) -> None:
        self._executor = executor
        self._lock = lock

    def submit(self, job: Job) -> Submission:
        """Start a job."""
        return self._executor.submit(job)

    def poll(self, timeout: float | None) -> Sequence[Finished]:
        """Return the jobs that ended; maybe none, before the time is over."""
        self._lock.beat()
        limit = self._lock.heartbeat
        if limit is not None:
            timeout = limit if timeout is None else min(timeout, limit)
        return self._executor.poll(timeout)

    def cancel(self, submission: Submission) -> None:
        """Stop a job."""
        self._executor.cancel(submission)

    def adopt(self, submission: Submission) -> bool:
        """Take over a job of an earlier process."""
        return self._executor.adopt(submission)

    def wake(self) -> None:
        """Make a `poll` that waits return."""
        self._executor.wake()

    def close(self) -> None:
        """Close the executor."""
        self._executor.close()
