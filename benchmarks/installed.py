"""The programs that we are compared with, installed once beside the checkout's other tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".dev" / "benchmarks"

#: Seconds that one installation may take.
PATIENCE = 600


class Absent(Exception):
    """A program that is not here and cannot be had."""


@cache
def from_pypi(package: str, program: str | None = None) -> str:
    """Return the path of a program in an environment of its own, which is made where it is missing.

    Parameters
    ----------
    package
        What to install.
    program
        The program that is wanted; by default it is called like the package.

    Raises
    ------
    Absent
        If it cannot be installed.
    """
    folder = FOLDER / package
    found = folder / "bin" / (program or package)
    complete = folder / "complete"
    if not complete.exists():
        _do(sys.executable, "-m", "venv", "--clear", str(folder))
        _do(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", package)
        complete.touch()
    if not found.exists():
        raise Absent(f"{package} brings no {found.name}")
    return str(found)


@cache
def from_debian(package: str) -> str:
    """Return the path of a program; where it is missing and we may, its Debian package is installed.

    Raises
    ------
    Absent
        If it is not here and cannot be installed.
    """
    if shutil.which(package) is None:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise Absent(f"there is no {package} here: apt-get install {package}")
        _do("apt-get", "update")
        _do("apt-get", "install", "-y", "--no-install-recommends", package)
    found = shutil.which(package)
    if found is None:
        raise Absent(f"Debian's package {package} brings no program of that name")
    return found


def _do(*argv: str) -> None:
    """Run a command.

    Raises
    ------
    Absent
        If it fails, with its last line.
    """
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Absent(str(error)) from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Absent(f"{' '.join(argv[:4])} failed: {said[-1] if said else done.returncode}")
