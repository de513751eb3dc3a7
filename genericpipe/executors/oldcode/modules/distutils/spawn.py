"""Finds programs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

__all__ = ["find_executable", "spawn"]


def find_executable(executable: str, path: str | None = None) -> str | None:
    """Return where a program is, or None."""
    return shutil.which(executable, path=path)


def spawn(cmd: Sequence[str], search_path: bool = True, verbose: bool = False, dry_run: bool = False) -> None:
    """Run a program, and raise CalledProcessError where it fails."""
    if not dry_run:
        subprocess.run(list(cmd), check=True)
