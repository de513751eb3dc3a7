"""Which measurement sets a call of do_magic means."""

from __future__ import annotations

import os
from collections.abc import Sequence

from genericpipe import DataMap, entries_of

from .faults import fault

# What the pipelines that fill gaps in frequency put there; there is no data behind it.
_DUMMY = "dummy"


def is_dummy(path: str) -> bool:
    """Return whether a path is a dummy entry: one whose name begins so."""
    return os.path.basename(path.rstrip("/")).lower().startswith(_DUMMY)


def input_files(given: Sequence[str] | str) -> list[str]:
    """Return the measurement sets that the first argument stands for.

    Parameters
    ----------
    given
        A list of paths; the text of a list, ``[a,b]``; the path of a mapfile, whose skipped entries do not
        count and whose other entries may be lists; or the path of one set.

    Raises
    ------
    GenericPipeError
        If there is none, one is a dummy entry, or the mapfile cannot be read.
    """
    if isinstance(given, str) and os.path.isfile(given.strip()):
        path = given.strip()
        files = [
            file
            for product in DataMap.load(path).data
            if not product.skip
            for file in entries_of(product.file)
        ]
        said = f"the mapfile {path}"
    else:
        files = entries_of(given.strip() if isinstance(given, str) else list(given))
        said = "the first argument"
    files = [file.strip() for file in files]
    if not any(files):
        raise fault(f"{said} names no measurement set")
    for file in files:
        if is_dummy(file) or not file:
            raise fault(
                f"{said} names {file!r}, which stands for no data",
                "take dummy entries out before: pruneMapfile does with prune_str = dummy",
            )
    return files
