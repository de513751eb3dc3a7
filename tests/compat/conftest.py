"""The compatible packages in our own process, and the interpreters under which site programs may run."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import genericpipe.compat


@pytest.fixture
def compat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Put `lofar` and `lofarpipe` on the path as a site plugin has them, and yield what imports a module."""
    monkeypatch.syspath_prepend(str(Path(genericpipe.compat.__file__).parent))
    yield import_module
    for name in [name for name in sys.modules if name.split(".")[0] in ("lofar", "lofarpipe")]:
        del sys.modules[name]


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
