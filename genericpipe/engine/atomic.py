"""Writing a small file in one go: a reader sees the old content or the new, never a part."""

from __future__ import annotations

import os
import stat
from pathlib import Path


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
