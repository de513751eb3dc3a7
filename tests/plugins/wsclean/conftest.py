"""A small real measurement set, the real WSClean on it, and little programs in its place."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins import everybeamdata
from genericpipe_plugins.wsclean.images import Products
from genericpipe_plugins.wsclean.options import CommandLine


@pytest.fixture(scope="session")
def wsclean() -> str:
    """Return WSClean."""
    found = shutil.which("wsclean")
    if found is None:
        pytest.skip("WSClean is not installed (Debian: apt-get install wsclean)")
    return found


@pytest.fixture(scope="session")
def sets(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a set of 8 stations, 8 channels and 6 times of 10 s, which tests leave alone."""
    pytest.importorskip("casacore.tables")
    packed = reference / "data/tNDPPP-generic.MS.tgz"
    if not packed.is_file():
        pytest.skip(f"there is no {packed}")
    folder = tmp_path_factory.mktemp("sets")
    with tarfile.open(packed) as archive:
        # Pythons before 3.11.4, as Debian 12 has, know no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="session")
def measured(sets: Path) -> str:
    """Return the path of the set."""
    return str(sets / "tNDPPP-generic.MS")


@pytest.fixture(scope="session")
def everybeam(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return EveryBeam, with what it needs in the environment."""
    module = pytest.importorskip("everybeam")
    found = everybeamdata.environment(os.environ, tmp_path_factory.mktemp("casarc"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("EVERYBEAM_DATADIR", "CASARCFILES"):
            if name in found:
                patch.setenv(name, found[name])
        yield module


@pytest.fixture(scope="session")
def imaged(wsclean: str, measured: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what makes images of the set: options -> the images."""

    def image(options: Sequence[str]) -> Products:
        folder = tmp_path_factory.mktemp("images")
        words = [
            "-no-update-model-required",
            "-reorder",
            "-use-wgridder",
            "-data-column",
            "DATA",
            "-name",
            "a",
        ]
        call = [wsclean, *words, "-temp-dir", str(folder), *options, measured]
        done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return Products(CommandLine.parse(call), folder)

    return image
