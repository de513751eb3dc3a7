"""Copies and moves files."""

from __future__ import annotations

import os
import shutil

from .errors import DistutilsFileError

__all__ = ["copy_file", "move_file", "write_file"]


def copy_file(
    src: str,
    dst: str,
    preserve_mode: bool = True,
    preserve_times: bool = True,
    update: bool = False,
    link: str | None = None,
    verbose: bool = True,
    dry_run: bool = False,
) -> tuple[str, bool]:
    """Copy a file; return where it is, and whether it had to be copied.

    Raises
    ------
    DistutilsFileError
        If it is not there.
    """
    if not os.path.isfile(src):
        raise DistutilsFileError(f"can't copy {src!r}: doesn't exist or not a regular file")
    target = os.path.join(dst, os.path.basename(src)) if os.path.isdir(dst) else dst
    if update and os.path.exists(target) and os.path.getmtime(target) >= os.path.getmtime(src):
        return target, False
    if not dry_run:
        if link:
            (os.link if link == "hard" else os.symlink)(src, target)
            return target, True
        shutil.copyfile(src, target)
        if preserve_mode:
            shutil.copymode(src, target)
        if preserve_times:
            state = os.stat(src)
            os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
    return target, True


def move_file(src: str, dst: str, verbose: bool = True, dry_run: bool = False) -> str:
    """Move a file; return where it is.

    Raises
    ------
    DistutilsFileError
        If it is not there, or something is in its place.
    """
    if not os.path.isfile(src):
        raise DistutilsFileError(f"can't move {src!r}: not a regular file")
    target = os.path.join(dst, os.path.basename(src)) if os.path.isdir(dst) else dst
    if os.path.exists(target):
        raise DistutilsFileError(f"can't move {src!r}: destination {target!r} exists")
    return target if dry_run else str(shutil.move(src, target))


def write_file(filename: str, contents: list[str]) -> None:
    """Write lines."""
    with open(filename, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in contents)
