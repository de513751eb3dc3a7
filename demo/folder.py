"""The folder of a demonstration, which begins afresh each time."""

from __future__ import annotations

import shutil
from pathlib import Path

from demo.commands import Failed

#: All that a demonstration makes there.
DATA, JOB, IMAGE, CONFIGURATION = "data", "Image", "image.fits", "pipeline.cfg"
_OURS = {DATA, JOB, IMAGE, CONFIGURATION}


def prepare(folder: Path) -> None:
    """Make a folder, and remove what an earlier demonstration left there.

    Parameters
    ----------
    folder
        The folder.

    Raises
    ------
    Failed
        If it holds anything else: then nothing is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = sorted(folder.iterdir())
    for path in there:
        if path.name not in _OURS:
            raise Failed(f"{path} is of no demonstration: name another folder with --folder")
    for path in there:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
