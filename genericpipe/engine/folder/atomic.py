"""Writing a small file in one go: a reader sees the old content or the new, never a part."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

# Names under which this module, mapfiles and parsets are written before they are renamed.
_UNFINISHED = re.compile(r"\..+(-\d+-[0-9a-f]{12}|\.\d+-[0-9a-f]{8})")


def write_atomically(path: str | Path, content: bytes, durable: bool = False) -> None:
    """Write a file under another name beside its own, and rename it.

    A link stays a link, and a file that exists keeps its permissions.

    Parameters
    ----------
    path
        The file; its folder exists.
    content
        What it is to hold.
    durable
        Whether to wait until it is on the disk.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name[:200]}-{os.getpid()}-{os.urandom(6).hex()}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            if target.exists():
                os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))
            if durable:
                os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_unfinished(folder: Path) -> None:
    """Remove what a writer that was killed left beside the files of a folder.

    Only whoever holds the job folder's lock may do so, and after all other writers have ended.

    Parameters
    ----------
    folder
        The folder; it need not exist. Those in it are not looked into.
    """
    try:
        with os.scandir(folder) as entries:
            torn = [entry.path for entry in entries if _UNFINISHED.fullmatch(entry.name) and entry.is_file()]
        for path in torn:
            os.unlink(path)
    except OSError:
        return  # it stays, and harms nobody
