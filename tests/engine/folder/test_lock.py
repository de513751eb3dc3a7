"""One run a job folder, on file systems with locks and without."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from genericpipe.engine.folder.lock import Lock
from genericpipe.engine.folder.ownerfile import GONE_AFTER, HEARTBEAT
from genericpipe.engine.folder.processes import Life, ProcessId, life_of, stat_of, this_process
from genericpipe.errors import ExitStatus, LockedError, StateError

HOLDER = """
import sys
from pathlib import Path
from genericpipe.engine.folder.lock import Lock
lock = Lock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture(params=[errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def no_locks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that has no locks."""

    def refuse(file: int, operation: int) -> None:
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(fcntl, "flock", refuse)


def test_another_process_is_named(tmp_path: Path) -> None:
    process = hold(tmp_path)
    try:
        with pytest.raises(LockedError) as caught:
            Lock(tmp_path)
        assert caught.value.exit_status == ExitStatus.LOCKED == 4
        year = time.strftime("%Y")
        assert f"{tmp_path} is in use by process {process.pid} on {os.uname().nodename} since {year}" in str(
            caught.value
        )
        assert f"kill {process.pid}" in caught.value.hint
    finally:
        end(process)


def test_it_ends_with_its_owner(tmp_path: Path) -> None:
    end(hold(tmp_path))
    with Lock(tmp_path) as lock:
        assert (lock.warning, lock.heartbeat) == (None, None)
        lock.beat()


def test_it_is_given_back(tmp_path: Path) -> None:
    with Lock(tmp_path) as lock, pytest.raises(LockedError):
        Lock(tmp_path)
    lock.release()
    Lock(tmp_path).release()


def test_children_do_not_hold_it(tmp_path: Path) -> None:
    with Lock(tmp_path):
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        Lock(tmp_path).release()
    finally:
        child.kill()
        child.wait()


def test_an_owner_that_is_just_starting_is_not_named(tmp_path: Path) -> None:
    process = hold(tmp_path)
    try:
        (tmp_path / "lock").write_text("")
        with pytest.raises(LockedError, match=r"in use by another process$"):
            Lock(tmp_path)
    finally:
        end(process)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be locked: No such file or directory"):
        Lock(tmp_path / "none")


def test_other_errors_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: int, operation: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(StateError, match="cannot be locked: Input/output error"):
        Lock(tmp_path)


@pytest.mark.usefixtures("no_locks")
class TestWithoutLocks:
    def test_a_file_marks_the_folder(self, tmp_path: Path) -> None:
        lock = Lock(tmp_path)
        assert lock.warning is not None
        assert (lock.warning.code, lock.heartbeat) == ("no-locks", HEARTBEAT)
        owner = json.loads((tmp_path / "lock.owner").read_text())
        me = this_process()
        assert (owner["pid"], owner["host"], owner["boot"]) == (me.pid, me.host, me.boot)
        with pytest.raises(LockedError, match=f"in use by process {me.pid} on {me.host} since 2"):
            Lock(tmp_path)
        lock.release()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["lock"]
        Lock(tmp_path).release()

    def owned(self, folder: Path, age: float = 0.0, **fields: object) -> None:
        me = this_process()
        owner = {"host": me.host, "pid": me.pid, "process_start": me.start, "boot": me.boot, "since": "2026"}
        path = folder / "lock.owner"
        path.write_text(json.dumps({**owner, **fields}))
        os.utime(path, (time.time() - age, time.time() - age))

    @pytest.mark.parametrize("fields", [{"process_start": 1}, {"boot": "an earlier one"}, {"pid": 2**22 + 1}])
    def test_a_dead_owner_is_followed(self, tmp_path: Path, fields: dict[str, object]) -> None:
        self.owned(tmp_path, **fields)
        with Lock(tmp_path):
            assert json.loads((tmp_path / "lock.owner").read_text())["pid"] == os.getpid()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["lock"]

    def test_an_owner_elsewhere_lives_as_long_as_its_heart_beats(self, tmp_path: Path) -> None:
        self.owned(tmp_path, GONE_AFTER - 60, host="node7")
        with pytest.raises(LockedError, match="on node7 since 2026"):
            Lock(tmp_path)
        self.owned(tmp_path, GONE_AFTER + 60, host="node7")
        Lock(tmp_path).release()

    def test_the_heart_beats(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with Lock(tmp_path) as lock:
            os.utime(tmp_path / "lock.owner", (1, 1))
            lock.beat()
            assert (tmp_path / "lock.owner").stat().st_mtime == 1
            later = time.monotonic() + HEARTBEAT
            monkeypatch.setattr(time, "monotonic", lambda: later)
            lock.beat()
            assert (tmp_path / "lock.owner").stat().st_mtime > 1

    def test_without_links_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(source: Path, target: Path) -> None:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
        with Lock(tmp_path), pytest.raises(LockedError):
            Lock(tmp_path)

    def test_another_ones_file_is_not_removed(self, tmp_path: Path) -> None:
        with Lock(tmp_path):
            self.owned(tmp_path, host="node7")
        assert (tmp_path / "lock.owner").exists()


def test_processes_are_known_by_more_than_their_number() -> None:
    me = this_process()
    assert life_of(me) is Life.ALIVE
    assert life_of(ProcessId(me.host, me.pid, 1, me.boot)) is Life.ENDED
    assert life_of(ProcessId(me.host, me.pid, me.start, "earlier")) is Life.ENDED
    assert life_of(ProcessId("node7", me.pid, me.start, me.boot)) is Life.ELSEWHERE
    assert life_of(ProcessId(me.host, me.pid, None, "")) is Life.ALIVE


def test_a_program_may_have_any_name(tmp_path: Path) -> None:
    program = tmp_path / "a) R 1 (b"
    program.symlink_to("/bin/sleep")
    process = subprocess.Popen([program, "60"], start_new_session=True)
    try:
        stat = stat_of(process.pid)
        assert stat is not None
        assert (stat.group, stat.session) == (process.pid, process.pid)
        assert stat.start >= (this_process().start or 0)
    finally:
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert stat_of(process.pid) is None, "a zombie has ended"
        process.wait()
    assert stat_of(process.pid) is None
