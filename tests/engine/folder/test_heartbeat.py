from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

import pytest

from genericpipe import Job, JobIdentity, Status
from genericpipe.engine.folder.heartbeat import Beating
from genericpipe.engine.folder.lock import Lock
from genericpipe.executors.local import LocalExecutor


def job(folder: Path, *argv: str) -> Job:
    return Job(JobIdentity("s", 0), "localhost", argv, {}, folder, folder / "0.log", folder / "0.err")


def test_with_a_lock_of_the_system_waits_are_as_long_as_asked(tmp_path: Path) -> None:
    with Lock(tmp_path) as lock:
        executor = Beating(LocalExecutor(), lock)
        executor.submit(job(tmp_path, "sleep", "0.2"))
        (done,) = executor.poll(None)
        assert done.outcome.status is Status.DONE
        executor.close()


def test_without_locks_a_wait_ends_in_time_for_the_next_beat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(file: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    monkeypatch.setattr("genericpipe.engine.folder.lock.HEARTBEAT", 0.05)
    with Lock(tmp_path) as lock:
        assert lock.warning is not None
        executor = Beating(LocalExecutor(), lock)
        submission = executor.submit(job(tmp_path, "sleep", "60"))
        began = time.monotonic()
        assert list(executor.poll(None)) == []
        assert time.monotonic() - began < 30
        executor.cancel(submission)
        done = []
        while not done:
            done = list(executor.poll(None))
        assert done[0].outcome.status is Status.CANCELLED
        executor.close()
