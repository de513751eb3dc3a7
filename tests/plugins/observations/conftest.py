"""Small measurement sets, made by casacore itself, small h5parms, and mapfiles."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

STATIONS = ("CS001HBA0", "CS002HBA0", "RS106HBA", "RS305HBA")

# What of a station is flagged: name -> how many channels of each of its baselines.
Flagged = Mapping[str, int]


@pytest.fixture
def measurement_set(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of measurement sets."""
    tables = pytest.importorskip("casacore.tables")
    import numpy as np

    def make(
        name: str,
        stations: Sequence[str] = STATIONS,
        *,
        flagged: Flagged | None = None,
        rows: Iterable[tuple[int, int]] | None = None,
        channels: int = 4,
        times: int = 2,
        frequency: float = 150e6,
        target: Any = None,
        target_column: str = "",
    ) -> Path:
        """Make one of two correlations, with all baselines of these stations but the autocorrelations.

        `rows` are other baselines. An unset target leaves its cell undefined.
        """
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shape = tables.makearrcoldesc("FLAG", False, ndim=2, shape=[channels, 2])
        main = tables.default_ms(str(path), tables.maketabdesc([shape]))
        pairs = list(combinations(range(len(stations)), 2)) if rows is None else list(rows)
        main.addrows(len(pairs) * times)
        if pairs:
            first, second = (np.tile([pair[end] for pair in pairs], times) for end in (0, 1))
            main.putcol("ANTENNA1", first)
            main.putcol("ANTENNA2", second)
            flags = np.zeros((len(first), channels, 2), bool)
            for station, number in (flagged or {}).items():
                its = (first == stations.index(station)) | (second == stations.index(station))
                flags[its, :number] = True
            main.putcol("FLAG", flags)
            main.putcol("FLAG_ROW", np.zeros(len(first), bool))
        main.close()
        with tables.table(f"{path}/ANTENNA", readonly=False, ack=False) as antennas:
            antennas.addrows(len(stations))
            for row, station in enumerate(stations):
                antennas.putcell("NAME", row, station)
        with tables.table(f"{path}/SPECTRAL_WINDOW", readonly=False, ack=False) as windows:
            windows.addrows(1)
            windows.putcell("REF_FREQUENCY", 0, frequency)
        with tables.table(f"{path}/OBSERVATION", readonly=False, ack=False) as observations:
            observations.addrows(1)
            if target_column == "text":
                observations.addcols(tables.makescacoldesc("LOFAR_TARGET", ""))
            elif target_column == "array":
                observations.addcols(tables.makearrcoldesc("LOFAR_TARGET", "", ndim=-1))
            if target is not None:
                observations.putcell("LOFAR_TARGET", 0, target)
        return path

    return make


@pytest.fixture
def mapfile(tmp_path: Path) -> Callable[..., str]:
    """Return a writer of mapfiles: entries (host, file[, skip]) -> path."""

    def make(*entries: tuple[Any, ...], name: str = "given.mapfile") -> str:
        path = tmp_path / name
        written = [
            {"host": host, "file": file if isinstance(file, list) else str(file), "skip": bool(skip)}
            for host, file, *skip in entries
        ]
        path.write_text(repr(written))
        return str(path)

    return make


@pytest.fixture
def h5parm(tmp_path: Path) -> Callable[..., str]:
    """Return a maker of h5parms: solution set -> names of its stations."""
    h5py = pytest.importorskip("h5py")
    import numpy as np

    def make(sets: Mapping[str, Sequence[str]], name: str = "solutions.h5") -> str:
        path = tmp_path / name
        with h5py.File(path, "w") as file:
            for solution_set, stations in sets.items():
                group = file.create_group(solution_set)
                # As LoSoTo and h5parm collectors write it.
                kind = np.dtype([("name", "S16"), ("position", "f4", (3,))])
                group["antenna"] = np.array([(station, (0, 0, 0)) for station in stations], kind)
        return str(path)

    return make


@pytest.fixture
def real_set(reference: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Return an unpacker of the real measurement sets of the reference data: name -> path."""
    pytest.importorskip("casacore.tables")

    def unpack(name: str) -> Path:
        with tarfile.open(reference / "data" / f"{name}.MS.tgz") as archive:
            # Pythons before 3.11.4, as Debian 12 has, know no filters.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(tmp_path)
        return tmp_path / f"{name}.MS"

    return unpack
