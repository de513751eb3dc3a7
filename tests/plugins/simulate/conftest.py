"""Small simulated observations, made once for all tests, and what reads them."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.simulate import Simulated, Source, simulate
from genericpipe_plugins.simulate.settings import PHASE_CENTRE
from genericpipe_plugins.simulate.stations import open_database

STATIONS = "CS001,CS302HBA1,RS106,RS305,RS503"
# Ten minutes in twenty slots: short enough for a test, long enough for the beams to turn.
SMALL: dict[str, Any] = {
    "stations": STATIONS,
    "duration": 600.0,
    "interval": 30.0,
    "subbands": 1,
    "channels": 2,
}
PERFECT: dict[str, Any] = {**SMALL, "noise": 0.0, "flagged": 0.0, "broken_tiles": 0.3}

Column = Callable[..., Any]


@pytest.fixture(scope="session")
def database() -> Any:
    """Return lofarantpos's tables."""
    return open_database()


@pytest.fixture(scope="session")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """Return two subbands with all that is wrong with data."""
    folder = tmp_path_factory.mktemp("noisy")
    return simulate(folder, **{**SMALL, "subbands": 2}, flagged=0.1, broken_tiles=0.3, failed=["RS305"])


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """Return one source at the phase centre, with the beam taken out there; nothing else."""
    source = Source("centre", *PHASE_CENTRE, 3.0, -0.7, q=0.3, u=-0.2, v=0.1, frequency=150e6)
    return simulate(tmp_path_factory.mktemp("centre"), sky=[source], **PERFECT)


@pytest.fixture(scope="session")
def column() -> Column:
    """Return a reader: set, column, sub-table -> its values."""
    from casacore.tables import table

    def read(path: Path, name: str, sub_table: str = "") -> Any:
        with table(f"{path}/{sub_table}" if sub_table else str(path), ack=False) as opened:
            return opened.getcol(name)

    return read


@pytest.fixture(scope="session")
def real_set(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a real set with 61 stations."""
    folder = tmp_path_factory.mktemp("real")
    with tarfile.open(reference / "data" / "tAWImager2.MS.tgz") as archive:
        # Pythons before 3.11.4, as Debian 12 has, know no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)
    return folder / "tAWImager2.MS"
