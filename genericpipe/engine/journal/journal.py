"""``journal.jsonl``: one line an event, only ever appended to; what a crash tore off is dropped."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ...errors import Location, StateError

NAME = "journal.jsonl"

#: Seconds after which an event that was written is on the disk at the latest, while further ones come.
SYNC_EVERY = 1.0

Event = Mapping[str, Any]

_decode = json.JSONDecoder().raw_decode
_encode = json.JSONEncoder(separators=(",", ":")).encode  # `dumps` would make one for each event
_BLOCK = 65536


class Journal:
    """The journal of a job folder, open for appending.

    A line is one ``write`` at the end of the file; nothing else changes the file, so that it needs neither
    locks nor maps into memory and works on NFS and Lustre. Only the owner of the folder's lock may open it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise _unwritable(path, error) from None
        try:
            _end_last_line(self._file)
            _sync_folder(path.parent)
        except OSError as error:
            os.close(self._file)
            raise _unwritable(path, error) from None
        self._synced = time.monotonic()
        self._unsynced = False
        self._torn = False

    @classmethod
    def open(cls, job_directory: Path) -> Journal:
        """Open the journal of a job folder; it is made where there is none, and a torn last line is cut off.

        Raises
        ------
        StateError
            If it cannot be written.
        """
        return cls(job_directory / NAME)

    def write(self, event: str, fields: Event) -> None:
        """Append an event.

        Parameters
        ----------
        event
            What happened.
        fields
            What there is to say of it: texts, numbers, lists and mappings.

        Raises
        ------
        StateError
            If it cannot be written: the disk is full. What was written before stays readable.
        """
        line = _encode({"event": event, **fields}).encode("ascii") + b"\n"
        if self._torn:
            line = b"\n" + line
        try:
            if os.write(self._file, line) != len(line):
                self._torn = True
                raise StateError("the journal took only a part of a line", Location(str(self.path)), _FULL)
            self._torn = False
            self._unsynced = True
            if time.monotonic() - self._synced >= SYNC_EVERY:
                self.sync()
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def sync(self) -> None:
        """Wait until everything written is on the disk.

        Raises
        ------
        StateError
            If the disk does not take it.
        """
        if self._unsynced:
            try:
                os.fsync(self._file)
            except OSError as error:
                raise _unwritable(self.path, error) from None
            self._unsynced = False
        self._synced = time.monotonic()

    def due(self) -> float | None:
        """Return in how many seconds `sync` ought to be called, for whoever waits; None for never."""
        return max(0.0, self._synced + SYNC_EVERY - time.monotonic()) if self._unsynced else None

    def close(self) -> None:
        """Bring everything to the disk and close the file."""
        if self._file >= 0:
            try:
                self.sync()
            finally:
                os.close(self._file)
                self._file = -1

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_events(path: Path) -> Iterator[tuple[int, Event | None]]:
    """Yield each line's number, from 1, and its event; None for a line that is none.

    A last line without its end is no event and is not told: whoever wrote it was killed over it.

    Parameters
    ----------
    path
        The journal; one that does not exist has no lines.

    Raises
    ------
    StateError
        If it cannot be read.
    """
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            for number, line in enumerate(file, 1):
                event = _event(line)
                if event is not None:
                    yield number, event
                elif line.endswith("\n") and line != "\n":
                    yield number, None
    except FileNotFoundError:
        return
    except OSError as error:
        raise StateError(
            f"the journal cannot be read: {error.strerror or error}", Location(str(path))
        ) from None


def _event(line: str) -> Event | None:
    """Return the event in a line, or None. Text that was cut off never ends with the brace that fits."""
    try:
        value, end = _decode(line)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(value, dict) and "event" in value and not line[end:].strip()
    return value if whole else None


def _end_last_line(file: int) -> None:
    """Cut off a torn last line; one that lacks just its newline gets it."""
    size = os.fstat(file).st_size
    start = size
    tail = b""
    while start > 0 and b"\n" not in tail:
        step = min(_BLOCK, start)
        start -= step
        tail = os.pread(file, step, start) + tail
    last = tail[tail.rfind(b"\n") + 1 :]
    if not last:
        return
    if _event(last.decode("utf-8", "replace")) is not None:
        os.write(file, b"\n")
    else:
        os.ftruncate(file, size - len(last))
    os.fsync(file)


def _sync_folder(folder: Path) -> None:
    """Bring a new file's name to the disk; some network file systems cannot and need not."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)


_FULL = "make room on the disk and start again: what is recorded stays"


def _unwritable(path: Path, error: OSError) -> StateError:
    return StateError(f"the journal cannot be written: {error.strerror or error}", Location(str(path)), _FULL)
