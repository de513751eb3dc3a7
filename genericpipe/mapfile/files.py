"""Bytes of mapfiles on disk: reading with clear errors, writing in one go or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from ..errors import Location, MapfileError

_START = 65536
#: The hint about what is no mapfile.
FORM = "a mapfile reads [{'host': 'localhost', 'file': '/data/a.MS', 'skip': False}, ...]"


class MapfileIOError(MapfileError, OSError):
    """A mapfile that cannot be read or written at all; `errno` and `filename` say what and which."""

    @classmethod
    def of(cls, path: str, action: str, error: OSError) -> MapfileIOError:
        """Return the error for an `action` (``read``, ``written``) that failed on `path`."""
        kind = MissingMapfileError if isinstance(error, FileNotFoundError) else cls
        hint = "createMapfile lists measurement sets in a mapfile" if error.errno == errno.EISDIR else ""
        made = kind(f"the mapfile cannot be {action}: {error.strerror or error}", Location(path), hint)
        made.errno, made.strerror, made.filename = error.errno, error.strerror, path
        return made


class MissingMapfileError(MapfileIOError, FileNotFoundError):
    """A mapfile, or the folder it is to be written into, that does not exist."""


def read_bytes(path: str) -> bytes:
    """Return the content of a mapfile.

    What is obviously none is not read to its end: a measurement set's table or an image given by mistake
    may be larger than the memory.

    Raises
    ------
    MapfileIOError
        If the file cannot be read.
    MapfileError
        If it is binary.
    """
    try:
        with Path(path).open("rb") as file:
            start = file.read(_START)
            if b"\0" in start:
                raise MapfileError("a binary file is no mapfile", Location(path), FORM)
            if start.strip() and start.lstrip()[:1] not in b"[(#":
                return start
            return start + file.read()
    except OSError as error:
        raise MapfileIOError.of(path, "read", error) from None
    except ValueError as error:
        raise MapfileError(f"no file can have this name: {error}", Location(path)) from None
    except MemoryError:
        raise MapfileError("the file is too large to be a mapfile", Location(path), FORM) from None


def write_text(path: str, pieces: Iterable[str]) -> None:
    """Write a mapfile in such a way that a reader sees the old content or the new, never a part.

    A link stays a link, and a file that exists keeps its permissions.

    Raises
    ------
    MapfileIOError
        If it cannot be written; nothing is left behind.
    """
    try:
        target = Path(os.path.realpath(path))
    except ValueError as error:
        raise MapfileError(f"no file can have this name: {error}", Location(path)) from None
    try:
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and not stat.S_ISREG(mode):
            _write(target, "wb", pieces)  # a pipe or device has no old content; a folder raises here
        else:
            _replace(target, mode, pieces)
    except OSError as error:
        raise MapfileIOError.of(path, "written", error) from None


def _replace(target: Path, mode: int | None, pieces: Iterable[str]) -> None:
    temporary = target.parent / f".mapfile-{os.getpid()}-{os.urandom(6).hex()}"
    try:
        # Not by tempfile: the umask is to decide who may read the file.
        _write(temporary, "xb", pieces)
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(target)
    except BaseException:
        if temporary.exists():
            temporary.unlink()
        raise


def _write(path: Path, mode: str, pieces: Iterable[str]) -> None:
    with path.open(mode) as file:
        file.writelines(map(_encoded, pieces))


def _encoded(piece: str) -> bytes:
    # Our own entries hold escapes; those of a site's classes may hold a file name's foreign bytes raw.
    try:
        return piece.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return piece.encode("utf-8", "backslashreplace")
