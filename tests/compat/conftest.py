"""The interpreters under which site programs may run: this one and each other Python from 3.8 on."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def interpreters() -> list[str]:
    """Return this interpreter and one of each other version, from PATH or out of pyenv's folder."""
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)  # HOME is a folder of the tests
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders += sorted(Path(os.environ.get("PYENV_ROOT", home / ".pyenv")).glob("versions/*/bin"))
    found = {sys.version_info.minor: Path(sys.executable)}
    for minor in range(8, 20):
        for folder in folders:
            program = folder / f"python3.{minor}"
            # One of pyenv's on PATH only says that its version is not chosen.
            if minor not in found and os.access(program, os.X_OK) and _starts(program):
                found[minor] = program
    return [str(program) for program in found.values()]


def _starts(program: Path) -> bool:
    return subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0
