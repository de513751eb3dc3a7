"""What every test shares: a project in a temporary folder that runs the real command; the reference data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# A loaded machine is no reason to fail: what takes long is measured by the benchmarks.
hypothesis.settings.register_profile(
    "gate", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("gate")


ROOT = Path(__file__).resolve().parent.parent


@cache
def is_installed() -> bool:
    """Return whether this interpreter finds the package anywhere, not only from within the checkout."""
    words = [sys.executable, "-I", "-c", "import genericpipe"]
    return subprocess.run(words, cwd="/", capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Outcome:
    """What became of one command: its exit status and what it said."""

    argv: tuple[str, ...]
    status: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """Return standard output, read as JSON."""
        return json.loads(self.stdout)

    def expect(self, status: int = 0) -> Outcome:
        """Fail, showing all that the command said, unless it ended with this exit status."""
        assert self.status == status, (
            f"{' '.join(self.argv)}: exit status {self.status}, expected {status}\n"
            f"--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"
        )
        return self


@dataclass(frozen=True)
class Project:
    """A folder with a parset and what belongs to it; the command runs inside."""

    path: Path
    home: Path

    def file(self, name: str) -> Path:
        """Return the path of a file of the project; it need not exist."""
        return self.path / name

    def write(self, name: str, text: str) -> Path:
        """Write a file, with the folders above it; one that starts with ``#!`` becomes a program."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        if text.startswith("#!"):
            target.chmod(0o755)
        return target

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of the command: nothing of the developer's own configuration.

        A folder ``bin`` of the project comes first on PATH: the place for fake programs.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GENERICPIPE_", "LOFAR", "PYTHON", "SLURM_", "XDG_", "_ARGCOMPLETE"))
        }
        if not is_installed():
            kept["PYTHONPATH"] = str(ROOT)
        kept["HOME"] = str(self.home)
        kept["PATH"] = os.pathsep.join([str(self.path / "bin"), kept.get("PATH", os.defpath)])
        kept["COLUMNS"] = "110"
        kept["LC_ALL"] = "C.UTF-8"
        return {**kept, **(extra or {})}

    def run(
        self,
        *argv: str | os.PathLike[str],
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        timeout: float = 120,
    ) -> Outcome:
        """Run ``genericpipe`` with these words, as a process of its own, in the project's folder.

        Parameters
        ----------
        argv
            The words after ``genericpipe``.
        env
            Environment variables to set on top of the clean environment.
        stdin
            What the command can read from standard input.
        timeout
            Seconds after which the test fails.
        """
        words = tuple(os.fspath(word) for word in argv)
        done = subprocess.run(
            [sys.executable, "-m", "genericpipe", *words],
            cwd=self.path,
            env=self.environment(env),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Outcome(("genericpipe", *words), done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the whole session an empty home, so that nobody's ``~/.pipeline.cfg`` is read."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        yield folder


@pytest.fixture
def project(tmp_path: Path, home: Path) -> Callable[[Mapping[str, str]], Project]:
    """Return a maker of projects: ``project({"a.parset": "...", "bin/fake": "#!/bin/sh ..."})``.

    Every call adds its files to the same temporary folder.
    """

    def make(files: Mapping[str, str] = {}) -> Project:
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        made = Project(folder, home)
        for name, text in files.items():
            made.write(name, text)
        return made

    return make


@pytest.fixture(scope="session")
def reference() -> Path:
    """Return the folder of the reference data: archived parsets, recordings of the original."""
    folder = Path(os.environ.get("GENERICPIPE_REFERENCE") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no reference data in {folder}: set GENERICPIPE_REFERENCE to their folder")
    return folder.resolve()
