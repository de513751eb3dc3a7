"""What is there in the place of a file that is not: another case, a neighbour, half of the path."""

from __future__ import annotations

import os
from pathlib import Path

from ...errors import nearest


def nearby(path: str) -> str:
    """Return a hint about a path that does not exist: the nearest that does, or how far it leads.

    Parameters
    ----------
    path
        The path; empty for no hint, as for a name without a folder that is not here.
    """
    try:
        missing = Path(os.path.abspath(path))
        while not missing.parent.is_dir():
            missing = missing.parent
        names = os.listdir(missing.parent)
    except (OSError, ValueError):
        return ""
    same = [name for name in names if name.lower() == missing.name.lower()]
    near = same[0] if same else nearest(missing.name, names)
    if near is not None:
        rest = os.path.relpath(os.path.abspath(path), missing)
        meant = os.path.normpath(missing.parent / near / rest)
        if os.path.exists(meant):
            return f"did you mean {_as_given(path, meant)!r}?"
    if str(missing) != os.path.abspath(path):
        return f"there is no folder {_as_given(path, str(missing))!r}"
    return ""


def _as_given(path: str, found: str) -> str:
    """Return an absolute path as relative as the one that was asked for."""
    return found if os.path.isabs(path) else os.path.relpath(found)
