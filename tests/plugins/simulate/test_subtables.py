"""Sub-tables: column by column as a real set of the observatory has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.simulate import Simulated

TABLES = (
    "ANTENNA DATA_DESCRIPTION FEED FIELD FLAG_CMD HISTORY OBSERVATION POINTING POLARIZATION PROCESSOR "
    "SPECTRAL_WINDOW STATE LOFAR_STATION LOFAR_ANTENNA_FIELD LOFAR_ELEMENT_FAILURE"
).split()
# What later programs added to the real set, or flags that averaging left.
OTHERS = {"MODEL_DATA", "CORRECTED_DATA", "IMAGING_WEIGHT", "LOFAR_FULL_RES_FLAG"}


def columns(path: Path, name: str) -> dict[str, tuple[Any, ...]]:
    """Return of each column the type, and what says how its values are to be understood."""
    from casacore.tables import table

    found = {}
    with table(f"{path}/{name}" if name else str(path), ack=False) as opened:
        for column in opened.colnames():
            described = opened.getcoldesc(column)
            keywords = described["keywords"]
            frame = {key: keywords.get("MEASINFO", {}).get(key) for key in ("type", "Ref", "VarRefCol")}
            # An array without a number of dimensions is one as well.
            is_array = "ndim" in described
            found[column] = (described["valueType"], is_array, keywords.get("QuantumUnits"), frame)
    return found


@pytest.mark.parametrize("name", ["", *TABLES], ids=["MAIN", *TABLES])
def test_every_column_is_as_in_a_real_set(name: str, real_set: Path, noisy: Simulated) -> None:
    real, ours = columns(real_set, name), columns(noisy.measurement_sets[0], name)
    assert {column: real[column] for column in real if column not in OTHERS} == ours


def test_the_real_set_names_no_other_table(real_set: Path, noisy: Simulated) -> None:
    from casacore.tables import table

    def named(path: Path) -> set[str]:
        with table(str(path), ack=False) as main:
            return {key for key in main.keywordnames() if not key.startswith(("QUALITY_", "SORT_"))}

    assert named(real_set) == named(noisy.measurement_sets[0])


def test_tables_of_tiles(noisy: Simulated) -> None:
    from casacore.tables import table

    fields = noisy.observation.fields
    with table(f"{noisy.measurement_sets[0]}/LOFAR_ANTENNA_FIELD", ack=False) as tiles:
        assert tiles.nrows() == len(fields)
        for row, field in enumerate(fields):
            flags, receivers = tiles.getcell("ELEMENT_FLAG", row), tiles.getcell("ELEMENT_RCU", row)
            assert (flags == (~field.used | field.broken)[:, None]).all()
            assert (receivers[~field.used] == -1).all()
            assert (receivers[field.used] == np.flatnonzero(field.used)[:, None] * 2 + [0, 1]).all()
            assert tiles.getcell("ELEMENT_OFFSET", row).shape == (48, 3)
            assert tiles.getcell("TILE_ELEMENT_OFFSET", row).shape == (16, 3)


def test_stations_and_their_fields(noisy: Simulated, column: Any) -> None:
    path = noisy.measurement_sets[0]
    names = list(column(path, "NAME", "ANTENNA"))
    assert names == ["CS001HBA0", "CS001HBA1", "CS302HBA1", "RS106HBA", "RS305HBA", "RS503HBA"]
    stations = list(column(path, "NAME", "LOFAR_STATION"))
    assert stations == ["CS001", "CS302", "RS106", "RS305", "RS503"]
    assert [stations[row] for row in column(path, "LOFAR_STATION_ID", "ANTENNA")] == [
        name[:5] for name in names
    ]
    assert (column(path, "LOFAR_PHASE_REFERENCE", "ANTENNA") == column(path, "POSITION", "ANTENNA")).all()


def test_frequencies(noisy: Simulated, column: Any) -> None:
    middles = noisy.observation.frequencies
    assert middles[1] - middles[0] == 195312.5
    for number, path in enumerate(noisy.measurement_sets):
        assert path.name == f"L100000_SB{number:03}_uv.MS"
        assert list(column(path, "LOFAR_FILENAME", "OBSERVATION")) == [path.name]
        assert list(column(path, "NAME", "SPECTRAL_WINDOW")) == [f"SB-{number}"]
        assert list(column(path, "REF_FREQUENCY", "SPECTRAL_WINDOW")) == [middles[number]]
        (channels,) = column(path, "CHAN_FREQ", "SPECTRAL_WINDOW")
        assert channels.tolist() == [middles[number] - 195312.5 / 4, middles[number] + 195312.5 / 4]
        assert column(path, "CHAN_WIDTH", "SPECTRAL_WINDOW").tolist() == [[97656.25] * 2]


def test_rows_stand_as_in_a_real_set(noisy: Simulated, column: Any) -> None:
    path = noisy.measurement_sets[0]
    first, second = column(path, "ANTENNA1"), column(path, "ANTENNA2")
    assert list(zip(first, second, strict=True))[:5] == [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2)]
    assert len(first) == 20 * 21
    times = np.unique(column(path, "TIME"))
    assert np.allclose(np.diff(times), 30.0)
    assert times[0] == pytest.approx(noisy.observation.start + 15.0)
    for name in ("INTERVAL", "EXPOSURE"):
        assert (column(path, name) == 30.0).all()
    for name in ("WEIGHT_SPECTRUM", "WEIGHT", "SIGMA"):
        assert (column(path, name) == 1.0).all()
    assert (column(path, "TIME") == column(path, "TIME_CENTROID")).all()
