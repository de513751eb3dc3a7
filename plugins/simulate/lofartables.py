"""The sub-tables that only LOFAR has: stations, and the tiles of each antenna field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .cells import direction, epoch, position, put, unit
from .observation import Observation


def write_lofar_tables(path: Path, observation: Observation) -> None:
    """Add them to a measurement set.

    Parameters
    ----------
    path
        The measurement set, with its table ANTENNA.
    observation
        Whose stations.
    """
    _stations(path, observation.stations)
    _antenna_fields(path, observation)
    _element_failures(path)


def _stations(path: Path, stations: Sequence[str]) -> None:
    from casacore.tables import makescacoldesc

    columns = [makescacoldesc("NAME", ""), makescacoldesc("CLOCK_ID", 0), makescacoldesc("FLAG_ROW", False)]
    with _added(path, "LOFAR_STATION", columns) as table:
        table.addrows(len(stations))
        for row, name in enumerate(stations):
            # The core stations share one clock.
            clock = 0 if name.startswith("CS") else row
            put(table, row, {"NAME": name, "CLOCK_ID": clock, "FLAG_ROW": False})


def _antenna_fields(path: Path, observation: Observation) -> None:
    import numpy as np
    from casacore.tables import makearrcoldesc, makescacoldesc

    columns = [
        makescacoldesc("ANTENNA_ID", 0),
        makescacoldesc("NAME", ""),
        makearrcoldesc("POSITION", 0.0, ndim=1, shape=[3], keywords=position()),
        makearrcoldesc("COORDINATE_AXES", 0.0, ndim=2, shape=[3, 3], keywords=direction("ITRF", "m")),
        makearrcoldesc("ELEMENT_OFFSET", 0.0, ndim=2, keywords=position()),
        makearrcoldesc("ELEMENT_RCU", 0, ndim=2),
        makearrcoldesc("ELEMENT_FLAG", False, ndim=2),
        makescacoldesc("TILE_ROTATION", 0.0, keywords=unit("rad")),
        makearrcoldesc("TILE_ELEMENT_OFFSET", 0.0, ndim=2, keywords=position()),
    ]
    with _added(path, "LOFAR_ANTENNA_FIELD", columns) as table:
        table.addrows(len(observation.fields))
        for row, field in enumerate(observation.fields):
            receivers = np.arange(2 * len(field.tiles), dtype=np.int32).reshape(-1, 2)
            cells = {
                "ANTENNA_ID": row,
                "NAME": field.kind,
                "POSITION": field.position,
                "COORDINATE_AXES": field.axes,
                "ELEMENT_OFFSET": field.tiles,
                "ELEMENT_RCU": np.where(field.used[:, None], receivers, -1),
                "ELEMENT_FLAG": np.repeat((~field.used | field.broken)[:, None], 2, axis=1),
                "TILE_ROTATION": 0.0,  # what there is of it is in TILE_ELEMENT_OFFSET, as in real sets
                "TILE_ELEMENT_OFFSET": field.elements,
            }
            put(table, row, cells)


def _element_failures(path: Path) -> None:
    """Add the table of tiles that broke during the observation: none did."""
    from casacore.tables import makescacoldesc

    columns = [makescacoldesc("ANTENNA_FIELD_ID", 0), makescacoldesc("ELEMENT_INDEX", 0)]
    with _added(path, "LOFAR_ELEMENT_FAILURE", [*columns, makescacoldesc("TIME", 0.0, keywords=epoch())]):
        pass


@contextmanager
def _added(path: Path, name: str, columns: Sequence[Any]) -> Iterator[Any]:
    """Make a sub-table that casacore does not know of, and tell the main table of it."""
    from casacore.tables import maketabdesc, table

    with table(f"{path}/{name}", maketabdesc(columns), ack=False) as made:
        yield made
    with table(str(path), readonly=False, ack=False) as main:
        main.putkeyword(name, f"Table: {path}/{name}")
