"""Small LOFAR measurement sets, made by casacore itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

# Where the first three stations of the public test set tNDPPP-generic stand, and the 3C source that it
# looks at (image contract 3.5 a, b).
POSITIONS = (
    (3826896.235, 460979.455, 5064658.203),
    (3826600.961, 460953.402, 5064881.136),
    (3826565.594, 460958.110, 5064907.258),
)
DIAMETERS = (31.26253314, 31.26088262, 31.26004498)
DIRECTION = (0.42624572, 0.57874697)
START = 4871282392.00278

_BEAM_COLUMNS = "COORDINATE_AXES ELEMENT_OFFSET ELEMENT_FLAG TILE_ELEMENT_OFFSET".split()

Changes = Mapping[str, Mapping[str, Any]]


def _sub_table(tables: Any, main: Path, name: str, columns: list[Any]) -> None:
    made = tables.table(f"{main}/{name}", tables.maketabdesc(columns), nrow=1, readonly=False, ack=False)
    made.close()
    with tables.table(str(main), readonly=False, ack=False) as opened:
        opened.putkeyword(name, f"Table: {main}/{name}", makesubrecord=False)


def make_set(path: Path, channels: int, slots: int, interval: float) -> None:
    """Make a set of three stations with autocorrelations, looking at 3C48, at 150 MHz."""
    import casacore.tables as tables
    import numpy as np

    cell = {"ndim": 2, "shape": [channels, 4]}
    columns = [
        tables.makearrcoldesc("DATA", 0j, valuetype="complex", **cell),
        tables.makearrcoldesc("FLAG", False, **cell),
        tables.makearrcoldesc("WEIGHT_SPECTRUM", 0.0, valuetype="float", **cell),
    ]
    main = tables.default_ms(str(path), tables.maketabdesc(columns))
    pairs = [(first, second) for first in range(3) for second in range(first, 3)]
    rows = slots * len(pairs)
    main.addrows(rows)
    for end in (0, 1):
        main.putcol(f"ANTENNA{end + 1}", np.tile([pair[end] for pair in pairs], slots).astype(np.int32))
    times = np.repeat(START + np.arange(slots) * interval, len(pairs))
    for column in ("TIME", "TIME_CENTROID"):
        main.putcol(column, times)
    for column in ("INTERVAL", "EXPOSURE"):
        main.putcol(column, np.full(rows, interval))
    main.putcol("DATA", np.ones((rows, channels, 4), np.complex64))
    main.putcol("FLAG", np.zeros((rows, channels, 4), bool))
    main.putcol("WEIGHT_SPECTRUM", np.ones((rows, channels, 4), np.float32))
    for key, value in (("LOFAR_APPLIED_BEAM_MODE", "None"), ("LOFAR_APPLIED_BEAM_DIR", "")):
        main.putcolkeyword("DATA", key, value)
    main.close()

    def fill(name: str, count: int, **cells: Any) -> None:
        with tables.table(f"{path}/{name}", readonly=False, ack=False) as table:
            table.addrows(count)
            for column, values in cells.items():
                for row in range(count):
                    table.putcell(column, row, values[row] if count > 1 else values)

    with tables.table(f"{path}/ANTENNA", readonly=False, ack=False) as antennas:
        antennas.addcols(tables.makescacoldesc("LOFAR_STATION_ID", 0))
        antennas.addcols(tables.makearrcoldesc("LOFAR_PHASE_REFERENCE", 0.0, ndim=1, shape=[3]))
    fill("ANTENNA", 3, NAME=("CS001HBA0", "CS002HBA0", "CS002HBA1"), POSITION=POSITIONS)
    with tables.table(f"{path}/ANTENNA", readonly=False, ack=False) as antennas:
        antennas.putcol("DISH_DIAMETER", np.array(DIAMETERS))
    widths = np.full(channels, 195312.5 / channels)
    window = {"NUM_CHAN": channels, "REF_FREQUENCY": 150e6, "CHAN_WIDTH": widths}
    fill("SPECTRAL_WINDOW", 1, **window, CHAN_FREQ=150e6 + np.arange(channels) * widths, RESOLUTION=widths)
    pointing = np.array([DIRECTION])
    fill("FIELD", 1, PHASE_DIR=pointing, DELAY_DIR=pointing, REFERENCE_DIR=pointing)
    fill("POLARIZATION", 1, NUM_CORR=4, CORR_TYPE=np.arange(9, 13, dtype=np.int32))
    fill("DATA_DESCRIPTION", 1, SPECTRAL_WINDOW_ID=0, POLARIZATION_ID=0)
    with tables.table(f"{path}/OBSERVATION", readonly=False, ack=False) as observations:
        observations.addcols(tables.makescacoldesc("LOFAR_ANTENNA_SET", ""))
    fill("OBSERVATION", 1, LOFAR_ANTENNA_SET="HBA_DUAL_INNER", TELESCOPE_NAME="LOFAR")
    axes = [tables.makearrcoldesc(name, 0.0, ndim=2) for name in _BEAM_COLUMNS]
    _sub_table(tables, path, "LOFAR_ANTENNA_FIELD", axes)
    _sub_table(tables, path, "LOFAR_STATION", [tables.makescacoldesc("NAME", "")])


@pytest.fixture(scope="session")
def set_templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int, float], Path]:
    """Return a maker of sets to be copied: channels, slots, interval -> path."""
    pytest.importorskip("casacore.tables")
    made: dict[tuple[int, int, float], Path] = {}

    def get(channels: int, slots: int, interval: float) -> Path:
        key = channels, slots, interval
        if key not in made:
            made[key] = tmp_path_factory.mktemp("sets") / "template.MS"
            make_set(made[key], *key)
        return made[key]

    return get


@pytest.fixture
def lofar_set(tmp_path: Path, set_templates: Callable[..., Path]) -> Callable[..., Path]:
    """Return a maker of small measurement sets.

    ``changes`` are cells of the first row: ``{"SPECTRAL_WINDOW": {"REF_FREQUENCY": 120e6}}``; for the main
    table, whose name is empty, a value for the whole column. A ``linked`` set has but links to
    what does not change, which is faster; its main table must not be written to.
    """
    import casacore.tables as tables

    def make(
        name: str = "a.MS",
        frequency: float = 150e6,
        *,
        channels: int = 4,
        slots: int = 4,
        interval: float = 4.00556032,
        changes: Changes | None = None,
        linked: bool = False,
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        template = set_templates(channels, slots, interval)
        if linked:
            path.mkdir()
            for part in template.iterdir():
                if part.name in ("SPECTRAL_WINDOW", *(changes or {})):
                    shutil.copytree(part, path / part.name)
                else:
                    (path / part.name).symlink_to(part)
        else:
            shutil.copytree(template, path)
        with tables.table(f"{path}/SPECTRAL_WINDOW", readonly=False, ack=False) as windows:
            windows.putcell("REF_FREQUENCY", 0, frequency)
            moved = windows.getcell("CHAN_FREQ", 0) + (frequency - 150e6)
            windows.putcell("CHAN_FREQ", 0, moved)
        for table, cells in (changes or {}).items():
            with tables.table(f"{path}/{table}", readonly=False, ack=False) as opened:
                for column, value in cells.items():
                    if table:
                        opened.putcell(column, 0, value)
                    else:
                        opened.putcol(column, value)
        return path

    return make
