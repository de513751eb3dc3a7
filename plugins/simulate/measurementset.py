"""Measurement sets before there is anything in them: all rows with their UVW, all visibilities zero."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .lofartables import write_lofar_tables
from .observation import Observation
from .subtables import write_sub_tables, write_subband

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TILE_ROWS = 4096

# Columns that are the same in all rows.
_NUMBERS = "ARRAY_ID DATA_DESC_ID FEED1 FEED2 FIELD_ID OBSERVATION_ID PROCESSOR_ID SCAN_NUMBER STATE_ID"
_STEADY: Mapping[str, Any] = {
    **dict.fromkeys(_NUMBERS.split(), 0),
    **dict.fromkeys(("INTERVAL", "EXPOSURE"), 0.0),
    **dict.fromkeys(("WEIGHT", "SIGMA"), [1.0] * 4),
    "FLAG_ROW": False,
}


def baselines(observation: Observation) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return both ends of each baseline, autocorrelations too, in the order of LOFAR's correlator.

    Returns
    -------
    tuple of array
        Rows of ANTENNA, first <= second, each of shape (baselines,).
    """
    import numpy as np

    pairs = [(first, second) for second in range(len(observation.fields)) for first in range(second + 1)]
    both = np.array(pairs, np.int32)
    return both[:, 0], both[:, 1]


def make_empty_set(path: Path, observation: Observation) -> None:
    """Make a measurement set whose visibilities are zero, with weights of one and nothing flagged.

    UVW are casacore's, from the positions of the stations.

    Parameters
    ----------
    path
        Where; nothing must be there.
    observation
        What to write. Frequencies are left out: `copy_for_subband` fills them in.
    """
    from casacore.tables import default_ms, maketabdesc, table, taql

    columns, managers = _description(observation.channels)
    default_ms(str(path), maketabdesc(columns), managers).close()
    with table(str(path), readonly=False, ack=False) as main:
        _fill(main, observation)
    write_sub_tables(path, observation)
    write_lofar_tables(path, observation)
    with table(str(path), readonly=False, ack=False) as main:
        taql("update $1 set UVW = mscal.uvwj2000()", tables=[main])


def copy_for_subband(empty: Path, path: Path, observation: Observation, subband: int) -> None:
    """Copy an empty set and give it the frequencies of one subband."""
    shutil.copytree(empty, path)
    write_subband(path, observation, subband)


def _description(channels: int) -> tuple[list[Any], dict[str, Any]]:
    """Return the columns that casacore has otherwise or not at all, and how all columns are stored."""
    from casacore.tables import makearrcoldesc

    cell = {"ndim": 2, "shape": [channels, 4]}
    frame = {"QuantumUnits": ["m", "m", "m"], "MEASINFO": {"type": "uvw", "Ref": "J2000"}}
    columns = [
        makearrcoldesc("UVW", 0.0, ndim=1, shape=[3], keywords=frame),
        makearrcoldesc("WEIGHT", 0.0, ndim=1, shape=[4], valuetype="float"),
        makearrcoldesc("SIGMA", 0.0, ndim=1, shape=[4], valuetype="float"),
        makearrcoldesc("DATA", 0j, valuetype="complex", **cell),
        makearrcoldesc("FLAG", False, **cell),
        makearrcoldesc("WEIGHT_SPECTRUM", 0.0, valuetype="float", **cell),
    ]
    tiled = {"UVW": [3], "DATA": [4, channels], "FLAG": [4, channels], "WEIGHT_SPECTRUM": [4, channels]}
    managers = {
        name: {
            "TYPE": "TiledColumnStMan",
            "NAME": f"Tiled{name}",
            "COLUMNS": [name],
            "SPEC": {"DEFAULTTILESHAPE": [*shape, _TILE_ROWS]},
        }
        for name, shape in tiled.items()
    }
    managers["steady"] = {"TYPE": "IncrementalStMan", "NAME": "Steady", "COLUMNS": [*_STEADY]}
    return columns, managers


def _fill(main: Any, observation: Observation) -> None:
    import numpy as np

    first, second = baselines(observation)
    slots, rows = observation.slots, observation.rows
    # Rows that are added take over what the last row has in these columns. To write them all row by row takes
    # minutes: their storage manager is made for values that stay.
    main.addrows(1)
    steady = {**_STEADY, "INTERVAL": observation.interval, "EXPOSURE": observation.interval}
    for column, value in steady.items():
        main.putcell(column, 0, value)
    main.addrows(rows - 1)

    middles = observation.start + (np.arange(slots) + 0.5) * observation.interval
    for column in ("TIME", "TIME_CENTROID"):
        main.putcol(column, np.repeat(middles, len(first)))
    for column, ends in (("ANTENNA1", first), ("ANTENNA2", second)):
        main.putcol(column, np.tile(ends, slots))
    for start, number in observation.chunks():
        place = start * len(first), number * len(first)
        cell = (place[1], observation.channels, 4)
        main.putcol("DATA", np.zeros(cell, np.complex64), *place)
        main.putcol("FLAG", np.zeros(cell, bool), *place)
        main.putcol("WEIGHT_SPECTRUM", np.ones(cell, np.float32), *place)
    main.putcolkeyword("DATA", "LOFAR_APPLIED_BEAM_MODE", "None")  # DP3 says so once it has applied one
