from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.mapfiles.keywords import Keywords
from genericpipe_plugins.observations.flagcounts import FlagCount, flag_counts
from genericpipe_plugins.observations.measurementset import MeasurementSet

from genericpipe import GenericPipeError

Make = Callable[..., Any]


def counts_of(path: Path, cells: int | None = None) -> Mapping[str, FlagCount]:
    ms = MeasurementSet(Keywords("tested", {}, ()), "mapfile_in", str(path))
    return flag_counts(ms) if cells is None else flag_counts(ms, cells)


@pytest.mark.parametrize("cells", [None, 1, 4, 20, 10_000])
def test_counts(measurement_set: Make, cells: int | None) -> None:
    """4 stations, 6 baselines, 2 times, 4 channels, however many rows are read at once."""
    path = measurement_set("a.MS", flagged={"CS001HBA0": 1, "RS305HBA": 4})
    assert counts_of(path, cells) == {
        "CS001HBA0": FlagCount(2 * (1 + 1 + 4), 24),
        "CS002HBA0": FlagCount(2 * (1 + 0 + 4), 24),
        "RS106HBA": FlagCount(2 * (1 + 0 + 4), 24),
        "RS305HBA": FlagCount(24, 24),
    }


def test_percentages() -> None:
    assert (FlagCount(6, 24).percentage, FlagCount(6, 24).fully) == (25.0, False)
    assert (FlagCount(24, 24).percentage, FlagCount(24, 24).fully) == (100.0, True)


def test_autocorrelations_count_once(measurement_set: Make) -> None:
    rows = [(0, 0), (0, 1), (1, 1)]
    path = measurement_set("a.MS", ("A", "B"), rows=rows, times=1, flagged={"A": 4})
    assert counts_of(path) == {"A": FlagCount(8, 8), "B": FlagCount(4, 8)}


def test_stations_without_data_are_left_out(measurement_set: Make) -> None:
    path = measurement_set("a.MS", ("A", "B", "C"), rows=[(0, 2)], times=1)
    assert list(counts_of(path)) == ["A", "C"]


def test_the_first_correlation_and_whole_rows_count(measurement_set: Make) -> None:
    tables = pytest.importorskip("casacore.tables")
    path = measurement_set("a.MS", ("A", "B"), times=3)
    with tables.table(str(path), readonly=False, ack=False) as main:
        flags = main.getcol("FLAG")
        flags[0, :2, 0] = True
        flags[1, :, 1] = True
        main.putcol("FLAG", flags)
        main.putcell("FLAG_ROW", 2, True)
    assert counts_of(path) == {"A": FlagCount(6, 12), "B": FlagCount(6, 12)}


def test_faults(measurement_set: Make) -> None:
    empty = measurement_set("e.MS", rows=[])
    with pytest.raises(GenericPipeError, match=rf"^tested: mapfile_in: {empty}: it has no rows$"):
        counts_of(empty)
    beyond = measurement_set("b.MS", ("A", "B"), rows=[(0, 2)])
    with pytest.raises(GenericPipeError, match="a row names an antenna beyond the 2 of the table ANTENNA"):
        counts_of(beyond)


def dp3() -> str:
    found = shutil.which(
        "DP3.py", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    if found is None:
        pytest.skip("DP3.py is not installed: pip install dp3")
    return found


def counter(path: Path, folder: Path) -> dict[str, float]:
    """Return the percentage of each station that DP3's step counter writes into a table."""
    casacore = pytest.importorskip("casacore")
    tables = pytest.importorskip("casacore.tables")
    (folder / "casarc").write_text(f"measures.directory: {Path(casacore.__file__).parent / 'data'}\n")
    words = [dp3(), f"msin={path}", "msin.autoweight=false", "msout=", "steps=[count]", "count.type=counter"]
    words += ["count.warnperc=100", "count.save=true", f"count.path={folder}"]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "CASARCFILES": str(folder / "casarc")}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    warned = re.findall(r"\*\* NOTE: 100.0% .* station \d+ \((\S+)\)", done.stdout + done.stderr)
    (table,) = folder.glob("*.flagstat")
    with tables.table(str(table), ack=False) as saved:
        found = dict(zip(saved.getcol("Name"), saved.getcol("Percentage").tolist(), strict=True))
    assert warned == [name for name, percentage in found.items() if percentage == 100]
    return found


@pytest.mark.parametrize("name", ["tNDPPP-generic", "tAWImager2"])
def test_dp3_counts_the_same(real_set: Make, tmp_path: Path, name: str) -> None:
    """On real sets, with and without autocorrelations, and flags of every sort."""
    import numpy as np

    dp3()
    tables = pytest.importorskip("casacore.tables")
    path = real_set(name)
    with tables.table(str(path), readonly=False, ack=False) as main:
        random = np.random.default_rng(1)
        flags = random.random(main.getcol("FLAG").shape) < 0.3
        first, second = main.getcol("ANTENNA1"), main.getcol("ANTENNA2")
        flags[(first == 2) | (second == 2)] = True
        main.putcol("FLAG", flags)
        main.putcol("FLAG_ROW", random.random(len(first)) < 0.1)
        data = main.getcol("DATA")
        data[(first == 0) & (second == 1)] = np.nan
        main.putcol("DATA", data)
    ours = {station: count.percentage for station, count in counts_of(path).items()}
    assert ours == pytest.approx(counter(path, tmp_path), abs=1e-4)
    assert [station for station, count in counts_of(path).items() if count.fully] == [list(ours)[2]]
