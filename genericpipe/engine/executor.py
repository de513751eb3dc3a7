"""What the engine asks of an executor: start a job, tell which ended, stop one, close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from genericpipe.recipes.job import Job, Outcome

if TYPE_CHECKING:
    from genericpipe.config import Config


@dataclass(frozen=True, slots=True)
class Submission:
    """A job that was started; the journal keeps it, so that a later process can still stop it.

    Parameters
    ----------
    job
        The job.
    handle
        How the executor knows it: a process group, a batch system's number.
    host
        The machine that runs it or that the request went to.
    process_start
        When the process started, in clock ticks since the machine did (``/proc/<pid>/stat``,
        field 22): tells a surviving process from a later one with the same number. None where
        the handle is no process of this machine.
    """

    job: Job
    handle: str
    host: str
    process_start: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A submission that ended, and how."""

    submission: Submission
    outcome: Outcome


class Executor(Protocol):
    """Runs jobs in one way: on this machine, over ssh, through a batch system.

    The engine decides how many jobs run at once; an executor starts what it is given. None of
    its methods is called from two threads at once.
    """

    def submit(self, job: Job) -> Submission:
        """Start a job and return at once.

        Raises
        ------
        GenericPipeError
            The job cannot be started: no such program, no such host. It counts as failed.
        """
        ...

    def poll(self, timeout: float | None) -> Sequence[Finished]:
        """Return the jobs that ended since the last call; each is told exactly once.

        Parameters
        ----------
        timeout
            How long to wait for the first of them, in seconds; 0 not at all, None for ever. The
            wait is one on the jobs themselves, not a loop of sleeps.
        """
        ...

    def cancel(self, submission: Submission) -> None:
        """Stop a job with all processes it started; ``poll`` tells its end.

        It is asked politely first and killed in the end; a second call hurries. A job that ended
        already is left alone. It also takes a submission of an earlier process, read from the
        journal: if that is over, nothing happens, see `adopt`.
        """
        ...

    def adopt(self, submission: Submission) -> bool:
        """Take over a job that an earlier process submitted, read from the journal.

        Returns
        -------
        bool
            Whether anything of it still runs. Only then ``poll`` tells its end.
        """
        ...

    def wake(self) -> None:
        """Make a ``poll`` that waits return at once, maybe with nothing.

        The one method that a signal handler or another thread may call.
        """
        ...

    def step_ended(self) -> None:
        """Hear that no further job of a step comes, and give back what was held for its jobs alone."""
        ...

    def close(self) -> None:
        """Stop what still runs and give back connections and processes."""
        ...


class ExecutorFactory(Protocol):
    """Makes an executor; what the hook ``genericpipe_executors`` registers under a name."""

    def __call__(self, config: Config) -> Executor:
        """Return an executor with the settings of ``[remote]``."""
        ...
