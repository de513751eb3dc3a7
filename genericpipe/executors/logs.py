"""The two log files of a job: the process writes them itself, we only open them and hand them over."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ..recipes.job import Job
from .starting import CannotStart

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC  # a retry appends (design: logs)


@dataclass(frozen=True, slots=True)
class OpenLogs:
    """The log files of a job, open until its process has them."""

    stdout: int
    stderr: int

    def close(self) -> None:
        """Close our own side of them."""
        os.close(self.stdout)
        os.close(self.stderr)


def open_logs(job: Job) -> OpenLogs:
    """Open the log files of a job, with their folder; what they hold is kept.

    Raises
    ------
    CannotStart
        If they cannot be written.
    """
    stdout = _open(os.fspath(job.stdout))
    try:
        return OpenLogs(stdout, _open(os.fspath(job.stderr)))
    except CannotStart:
        os.close(stdout)
        raise


def _open(path: str) -> int:
    try:
        try:
            return os.open(path, _FLAGS, 0o666)
        except FileNotFoundError:  # the first job of a step makes the folder
            os.makedirs(os.path.dirname(path), exist_ok=True)
            return os.open(path, _FLAGS, 0o666)
    except OSError as error:
        raise CannotStart(
            f"cannot write the log {path}: {error.strerror}", hint="is there space, and may you write there?"
        ) from None


def remove_if_empty(job: Job, session: int | None) -> None:
    """Remove the file of standard error if nothing came.

    Parameters
    ----------
    job
        A job that ended.
    session
        The process group that it was; if some of it still runs, it may yet write.
    """
    path = os.fspath(job.stderr)
    try:
        if os.stat(path).st_size:
            return
        if session is not None:
            os.killpg(session, 0)
        else:
            os.unlink(path)
    except ProcessLookupError:
        os.unlink(path)
    except OSError:
        pass  # a job may move or remove its own log
