"""Size and time of files: how a product or an input is known again."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import NamedTuple

from ...mapfile import entries_of

# Reading a measurement set touches its lock file.
_TOUCHED_BY_READERS = frozenset({"table.lock"})

# So many questions about one folder, and listing it is cheaper than asking for each name.
_LIST_AFTER = 8


class Stamp(NamedTuple):
    """What a file looks like from outside.

    Of a folder (a measurement set) ``size`` is the sum of the files directly in it and ``mtime_ns`` the
    latest change of it and of those files: writing into a table's columns leaves the folder's own time alone.
    """

    size: int
    mtime_ns: int


class FileStamp(NamedTuple):
    """A file and what it looked like."""

    path: str
    size: int
    mtime_ns: int

    @property
    def stamp(self) -> Stamp:
        """Size and time."""
        return Stamp(self.size, self.mtime_ns)


def stamp_of(path: str) -> Stamp | None:
    """Return what a file or folder looks like; None where there is none, or none that may be looked at."""
    try:
        status = os.stat(path)
        if not stat.S_ISDIR(status.st_mode):
            return Stamp(status.st_size, status.st_mtime_ns)
        return _folder(path, status.st_mtime_ns)
    except (OSError, ValueError):
        return None


def _folder(path: str, newest: int) -> Stamp:
    size = 0
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.name in _TOUCHED_BY_READERS or not entry.is_file():
                continue
            status = entry.stat()
            size += status.st_size
            newest = max(newest, status.st_mtime_ns)
    return Stamp(size, newest)


def file_stamp(path: str) -> FileStamp | None:
    """Return a file with what it looks like; None where there is none."""
    stamp = stamp_of(path)
    return None if stamp is None else FileStamp(path, *stamp)


def paths_in(fields: Iterable[str]) -> list[str]:
    """Return the files that mapfile entries name, each once: an entry may be a list of several."""
    return list(
        dict.fromkeys(
            path
            for field in fields
            for path in (entries_of(field) if field[:1] in ("[", " ", "") else (field,))
        )
    )


class Presence:
    """Which files are there, for many of them at once: a folder that is asked for often is listed once.

    It holds what it has seen; take a new one after something has run.
    """

    def __init__(self) -> None:
        self._asked: dict[str, int] = {}
        self._listed: dict[str, frozenset[str]] = {}

    def __contains__(self, path: object) -> bool:
        folder, _, name = str(path).rpartition("/")
        if not folder or name in {"", ".", ".."}:
            return _exists(str(path))
        names = self._listed.get(folder)
        if names is not None:
            return name in names
        asked = self._asked[folder] = self._asked.get(folder, 0) + 1
        if asked < _LIST_AFTER:
            return _exists(str(path))
        try:
            names = frozenset(os.listdir(folder))
        except (FileNotFoundError, NotADirectoryError):
            names = frozenset()
        except (OSError, ValueError):
            return _exists(str(path))  # a folder that may be searched but not listed
        self._listed[folder] = names
        return name in names


def _exists(path: str) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:
        return False
