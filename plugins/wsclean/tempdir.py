"""A folder of its own for each run of WSClean, removed with it.

Two runs at once with one ``-temp-dir`` and sets of the same name overwrite each other's reordered data: both
end with exit status 0 and wrong images.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from genericpipe import GenericPipeError

_PREFIX = "genericpipe-wsclean-"
_LOCK = "in-use"


@contextmanager
def own_folder(asked: Path) -> Iterator[Path]:
    """Make a folder below the one asked for, for the time of a ``with`` block.

    What runs that were killed have left there is removed first: it can be as large as the data.

    Parameters
    ----------
    asked
        What stands behind ``-temp-dir``.

    Raises
    ------
    GenericPipeError
        If it cannot be made.
    """
    try:
        _remove_left(asked)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=asked))
    except OSError as error:
        raise GenericPipeError(
            f"-temp-dir {asked}: no folder can be made there: {error.strerror}",
            hint="it has to exist on the machine that WSClean runs on, and to be writable",
        ) from None
    lock = _locked(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            print(f"the folder {folder} could not be removed", file=sys.stderr)
        if lock is not None:
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """Lock a file in the folder until this process ends, however it ends.

    It gets its name when it is locked already: nobody finds it free in between.
    """
    hidden = folder / f".{_LOCK}"
    lock = os.open(hidden, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # some file systems have no locks: then nothing is ever taken for left behind
        os.close(lock)
        return None
    hidden.rename(folder / _LOCK)
    return lock


def _remove_left(asked: Path) -> None:
    for folder in asked.glob(f"{_PREFIX}*"):
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR)
        except OSError:  # not locked yet, or somebody else's
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
        finally:
            os.close(lock)
