"""Which file is a site's node script; nothing is imported for it (contract 7.8)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def nodescript_folders(recipe_directories: Iterable[str | Path], pythonpath: str | None) -> list[Path]:
    """Return the folders that may hold node scripts, existing or not; a later one wins.

    Parameters
    ----------
    recipe_directories
        Folders of ``pipeline.cfg``; each has its node scripts in ``nodes``.
    pythonpath
        The variable PYTHONPATH: the folders in which LOFAR's own ``lofarpipe`` may lie. None where it is
        not set, which LOFAR's own did not survive.
    """
    installed = [Path(entry) for entry in (pythonpath or "").split(os.pathsep) if entry]
    return [
        *(entry / "lofarpipe" / "recipes" / "nodes" for entry in installed),
        *(Path(directory) / "nodes" for directory in recipe_directories),
    ]


def find_nodescript(name: str, folders: Iterable[Path]) -> Path | None:
    """Return the file of a node script, absolute: that of the last folder which has one.

    Parameters
    ----------
    name
        As ``control.nodescript`` has it, without ``.py``.
    folders
        Where to look, as `nodescript_folders` gives them.
    """
    found = None
    if name and "\0" not in name:
        for folder in folders:
            file = folder / f"{name}.py"
            if file.is_file():
                found = file
    return None if found is None else Path(os.path.abspath(found))


def known_nodescripts(folders: Iterable[Path]) -> set[str]:
    """Return the names of all node scripts in some folders, for hints."""
    return {file.stem for folder in folders if folder.is_dir() for file in folder.glob("[!_]*.py")}
