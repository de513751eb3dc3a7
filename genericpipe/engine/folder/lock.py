"""One run a job folder: a lock of the operating system's, which ends with its owner."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ...errors import Finding, Location, LockedError, Severity, StateError
from .ownerfile import HEARTBEAT, OwnerFile
from .processes import ProcessId, this_process

NAME = "lock"

# What a file system says that knows no locks.
_NO_LOCKS = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP})
_HELD = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES})


@dataclass(frozen=True)
class Owner:
    """Who holds a job folder, and since when (UTC)."""

    process: ProcessId
    since: str

    def __str__(self) -> str:
        return f"process {self.process.pid} on {self.process.host} since {self.since}"


class Lock:
    """Holds a job folder until it is released or this process ends, however it ends.

    Children do not inherit it: the file is closed where they start a program.

    Attributes
    ----------
    warning
        Set where the file system has no locks and a file with a heartbeat has to do.
    """

    def __init__(self, job_directory: Path) -> None:
        """Take the lock of a job folder.

        Raises
        ------
        LockedError
            Another run is at work there; names it.
        StateError
            The lock's file cannot be written.
        """
        self.path = job_directory / NAME
        self.warning: Finding | None = None
        self._owner_file: OwnerFile | None = None
        owner = Owner(this_process(), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        text = _written(owner)
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise self._unusable(error) from None
        try:
            self._take(owner, text)
        except BaseException:
            os.close(self._file)
            self._file = -1
            raise

    @property
    def heartbeat(self) -> float | None:
        """In how many seconds at most `beat` has to be called again; None where that is not needed."""
        return None if self._owner_file is None else HEARTBEAT

    def beat(self) -> None:
        """Show that this run is alive. Cheap: call it whenever the runner wakes up."""
        if self._owner_file is not None:
            self._owner_file.beat()

    def release(self) -> None:
        """Give the folder back."""
        if self._file < 0:
            return
        if self._owner_file is not None:
            self._owner_file.remove()
        else:
            os.ftruncate(self._file, 0)
        os.close(self._file)
        self._file = -1

    def __enter__(self) -> Lock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _take(self, owner: Owner, text: bytes) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                raise self._held(_owner(os.pread(self._file, 4096, 0))) from None
            if error.errno not in _NO_LOCKS:
                raise self._unusable(error) from None
            self._take_without(text)
            return
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, text, 0)
        except OSError as error:
            raise self._unusable(error) from None

    def _take_without(self, text: bytes) -> None:
        """Take the folder where the file system knows no locks."""
        owner_file = OwnerFile(self.path.with_name(f"{NAME}.owner"))
        try:
            holder = owner_file.take(text, lambda content: getattr(_owner(content), "process", None))
        except OSError as error:
            raise self._unusable(error) from None
        if holder is not None:
            raise self._held(_owner(holder))
        self._owner_file = owner_file
        self.warning = Finding(
            Severity.WARNING,
            "no-locks",
            "this file system has no locks; a file that is touched now and then marks the folder as in use",
            Location(str(owner_file.path)),
            "a folder on a local disk, or Lustre mounted with -o flock, has locks",
        )

    def _held(self, owner: Owner | None) -> LockedError:
        who = str(owner) if owner else "another process"
        hint = f"wait for it, or end it: kill {owner.process.pid} on {owner.process.host}" if owner else ""
        return LockedError(f"{self.path.parent} is in use by {who}", Location(str(self.path)), hint)

    def _unusable(self, error: OSError) -> StateError:
        return StateError(
            f"the job folder cannot be locked: {error.strerror or error}", Location(str(self.path))
        )


def _written(owner: Owner) -> bytes:
    process = owner.process
    fields = {
        "host": process.host,
        "pid": process.pid,
        "process_start": process.start,
        "boot": process.boot,
        "since": owner.since,
    }
    return json.dumps(fields).encode("ascii") + b"\n"


def _owner(content: bytes) -> Owner | None:
    """Return the owner that a lock's file names; None where it is just being written."""
    try:
        fields = json.loads(content)
        process = ProcessId(fields["host"], int(fields["pid"]), fields["process_start"], fields["boot"])
        return Owner(process, fields["since"])
    except (ValueError, KeyError, TypeError):
        return None
