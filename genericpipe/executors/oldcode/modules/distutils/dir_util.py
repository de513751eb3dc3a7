"""Makes, copies and removes folders."""

from __future__ import annotations

import os
import shutil

from .errors import DistutilsFileError
from .file_util import copy_file

__all__ = ["copy_tree", "mkpath", "remove_tree"]


def mkpath(name: str, mode: int = 0o777, verbose: bool = True, dry_run: bool = False) -> list[str]:
    """Make a folder and those above it; return those that were made."""
    made = []
    folder = os.path.normpath(name)
    while folder and not os.path.isdir(folder):
        made.append(folder)
        folder = os.path.dirname(folder)
    if not dry_run:
        os.makedirs(name, mode, exist_ok=True)
    return made[::-1]


def copy_tree(
    src: str,
    dst: str,
    preserve_mode: bool = True,
    preserve_times: bool = True,
    preserve_symlinks: bool = False,
    update: bool = False,
    verbose: bool = True,
    dry_run: bool = False,
) -> list[str]:
    """Copy what is in a folder into another, which may exist; return the files that are there then.

    Raises
    ------
    DistutilsFileError
        If there is no such folder.
    """
    if not os.path.isdir(src):
        raise DistutilsFileError(f"cannot copy tree {src!r}: not a directory")
    copied = []
    mkpath(dst, dry_run=dry_run)
    for name in os.listdir(src):
        source, target = os.path.join(src, name), os.path.join(dst, name)
        if preserve_symlinks and os.path.islink(source):
            if not dry_run:
                os.symlink(os.readlink(source), target)
            copied.append(target)
        elif os.path.isdir(source):
            options = (preserve_mode, preserve_times, preserve_symlinks, update, verbose, dry_run)
            copied += copy_tree(source, target, *options)
        else:
            copy_file(source, target, preserve_mode, preserve_times, update, None, verbose, dry_run)
            copied.append(target)
    return copied


def remove_tree(directory: str, verbose: bool = True, dry_run: bool = False) -> None:
    """Remove a folder with all that is in it."""
    if not dry_run:
        shutil.rmtree(directory)
