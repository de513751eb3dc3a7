"""What is at a path, whatever path a user may have written."""

from __future__ import annotations

import stat
from enum import Enum
from pathlib import Path


class Presence(Enum):
    """What a path leads to; a pipe or a device is as good as a file."""

    NOTHING = "does not exist"
    FILE = "is not a folder"
    FOLDER = "is a folder"


def look(path: Path) -> Presence:
    """Return what is there. What cannot be reached, or can be no name, is nothing."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # among others: no permission, a name too long, a NUL
        return Presence.NOTHING
    return Presence.FOLDER if stat.S_ISDIR(mode) else Presence.FILE


def told(path: Path) -> str:
    """Return in words what is at a path: ``does not exist``, ``is a folder``, or why it cannot be reached."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        pass
    except OSError as error:
        return f"cannot be reached: {error.strerror or error}"
    return look(path).value
