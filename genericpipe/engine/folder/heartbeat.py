"""What has to be done in time while jobs are waited for: the lock's heartbeat, syncing the journal."""

from __future__ import annotations

from collections.abc import Sequence

from ...recipes.job import Job
from ..executor import Executor, Finished, Submission
from ..journal.journal import Journal
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
        self._journal: Journal | None = None

    def watch(self, journal: Journal) -> None:
        """Bring the journal to the disk in time, too, while jobs are waited for."""
        self._journal = journal

    def submit(self, job: Job) -> Submission:
        """Start a job."""
        return self._executor.submit(job)

    def poll(self, timeout: float | None) -> Sequence[Finished]:
        """Return the jobs that ended; maybe none, before the time is over."""
        self._lock.beat()
        due = self._journal.due() if self._journal is not None else None
        limits = [limit for limit in (timeout, self._lock.heartbeat, due) if limit is not None]
        finished = self._executor.poll(min(limits, default=None))
        if not finished and self._journal is not None:
            self._journal.sync()
        return finished

    def cancel(self, submission: Submission) -> None:
        """Stop a job."""
        self._executor.cancel(submission)

    def adopt(self, submission: Submission) -> bool:
        """Take over a job of an earlier process."""
        return self._executor.adopt(submission)

    def wake(self) -> None:
        """Make a `poll` that waits return."""
        self._executor.wake()

    def step_ended(self) -> None:
        """Hear that no further job of a step comes."""
        self._executor.step_ended()

    def close(self) -> None:
        """Close the executor."""
        self._executor.close()
