"""Names of files in options: those that lists and mapfiles can hold, and places that can be written to."""

from __future__ import annotations

import os
import re
import tempfile

from .request import Request

# A blank ends an argument; the others end an item of a list or a key.
_UNFIT = re.compile(r"[\s,\[\]:]")


def is_fit(request: Request, option: str, path: str) -> bool:
    """Return whether a path is absolute and without signs that lists and mapfiles cannot carry; else tell.

    Parameters
    ----------
    request
        The pipeline.
    option
        Where the path stands.
    path
        The path.
    """
    unfit = _UNFIT.search(path)
    if unfit is None and os.path.isabs(path):
        return True
    why = f"has {unfit[0]!r} in it" if unfit else "is no absolute path"
    request.fatal(
        "bad-data-path", option, f"{path!r} {why}", "mapfiles and lists in parsets cannot carry such a name"
    )
    return False


def is_writable(request: Request, option: str, folder: str, make: bool = True) -> bool:
    """Return whether a file can be made in a folder, which is made if need be; else tell.

    Parameters
    ----------
    request
        The pipeline.
    option
        What names the folder, or something in it.
    folder
        The folder.
    make
        Whether it is made where it is missing.
    """
    try:
        if make:
            os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as error:
        reason = error.strerror or str(error)
        request.fatal("not-writable", option, f"nothing can be written to {folder}: {reason}")
        return False


def existing(path: str) -> str:
    """Return a path, or the closest folder above it that is there."""
    path = os.path.abspath(path)
    while not os.path.exists(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path
