"""The real DP3 of the package from PyPI, real sets, and jobs of a step that runs it."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from genericpipe_plugins.dp3.installation import package_of

from genericpipe import Job, JobIdentity, Location

#: What a user may have set, and what these tests are about.
VARIABLES = ("OPENBLAS_NUM_THREADS", "EVERYBEAM_DATADIR", "CASARCFILES")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def dp3() -> Path:
    """Return DP3.py; it is in the extra ``test``, so that nothing is skipped where that is installed."""
    import sys

    program = Path(sys.executable).parent / "DP3.py"
    if package_of(str(program)) is None:
        pytest.skip("DP3.py is not in this environment: pip install 'genericpipe[tools]'")
    return program


@pytest.fixture
def real_set(reference: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Return an unpacker of the real measurement sets of the reference data: name -> path in ``data``."""

    def unpack(name: str) -> Path:
        with tarfile.open(reference / "data" / f"{name}.MS.tgz") as archive:
            # Pythons before 3.11.4, as Debian 12 has, know no filters.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(tmp_path / "data")
        return tmp_path / "data" / f"{name}.MS"

    return unpack


@pytest.fixture
def step() -> Callable[..., Any]:
    """Return a maker of steps with arguments, each on a line of its own from line 10 on."""

    def make(arguments: Mapping[str, str] = {}, **control: str) -> Any:
        values = {
            key: SimpleNamespace(text=text, location=Location("a.parset", 10 + number))
            for number, (key, text) in enumerate(arguments.items())
        }
        said = {
            key: SimpleNamespace(text=text, location=Location("a.parset", 3)) for key, text in control.items()
        }
        return SimpleNamespace(
            name="average",
            kind="recipe",
            type="dppp",
            control=said,
            arguments=values,
            location=Location("a.parset", 1),
        )

    return make


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Job]:
    """Return a maker of jobs: a program with options."""

    def make(program: str | os.PathLike[str], *words: str, **settings: Any) -> Job:
        logs = tmp_path / "logs"
        made: dict[str, Any] = {
            "identity": JobIdentity("average", 0),
            "host": "localhost",
            "argv": (os.fspath(program), *words),
            "environment": {"OMP_NUM_THREADS": "8"},
            "working_directory": tmp_path,
            "stdout": logs / "0.log",
            "stderr": logs / "0.err",
        }
        return Job(**{**made, **settings})

    return make
