"""What is read of each set beside what do_magic needs, while its main table is open once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..do_magic.headers import Header, header_of, opened, unusable

#: Blocks of rows that are looked at, spread over the set, and rows in each.
_BLOCKS, _ROWS = 16, 64
# Rows that are read at once where all have to be.
_MANY = 20_000

BEAM_TABLES = ("LOFAR_ANTENNA_FIELD", "LOFAR_STATION")
BEAM_COLUMNS = ("COORDINATE_AXES", "ELEMENT_OFFSET", "ELEMENT_FLAG", "TILE_ELEMENT_OFFSET")
ANTENNA_COLUMNS = ("LOFAR_STATION_ID", "LOFAR_PHASE_REFERENCE")
APPLIED_BEAM = ("LOFAR_APPLIED_BEAM_MODE", "LOFAR_APPLIED_BEAM_DIR")


@dataclass(frozen=True)
class Set:
    """A measurement set as far as the checks go.

    Parameters
    ----------
    header
        What do_magic reads.
    direction
        Phase centre, right ascension and declination in rad.
    baselines
        Both ends of the baselines of the first time slot, in order.
    stations
        Names of the stations in order.
    correlations
        How many.
    antenna_set
        ``OBSERVATION::LOFAR_ANTENNA_SET``, empty where there is none.
    windows, fields, arrays
        How many spectral windows, fields and arrays its data have.
    flagged
        Part of the sampled data that is flagged, 0 to 1; 1 only where all data are.
    has_weights
        Whether a weight is finite and above zero.
    beam_faults
        What of the station beam's description is missing.
    has_applied_beam
        Whether the data column says which beam has been applied.
    """

    header: Header
    direction: tuple[float, float]
    baselines: tuple[tuple[int, int], ...]
    stations: tuple[str, ...]
    correlations: int
    antenna_set: str
    windows: int
    fields: int
    arrays: int
    flagged: float
    has_weights: bool
    beam_faults: tuple[str, ...]
    has_applied_beam: bool

    @property
    def path(self) -> str:
        """Its path."""
        return self.header.path


def read_set(path: str, column: str, sampling: str) -> Set:
    """Read a measurement set.

    Parameters
    ----------
    path
        The set.
    column
        The column of visibilities that it has to have.
    sampling
        Where elevations are taken; see `do_magic.read_header`.

    Raises
    ------
    UnusableSet
        If it cannot be read, or has no rows, no channels or no such column.
    """
    with opened(path) as main:
        if column not in main.colnames():
            raise unusable(path, f"it has no column {column}")
        header = header_of(path, main, sampling)
        with opened(path, "FIELD") as table:
            fields = int(table.nrows())
            direction = tuple(map(float, table.getcell("PHASE_DIR", 0)[0]))
        with opened(path, "ANTENNA") as table:
            stations = tuple(map(str, table.getcol("NAME")))
            faults = [f"ANTENNA::{name}" for name in ANTENNA_COLUMNS if name not in table.colnames()]
        with opened(path, "POLARIZATION") as table:
            correlations = int(table.getcell("NUM_CORR", 0)) if table.nrows() else 0
        with opened(path, "SPECTRAL_WINDOW") as table:
            windows = int(table.nrows())
        with opened(path, "OBSERVATION") as table:
            has = "LOFAR_ANTENNA_SET" in table.colnames() and table.nrows()
            antenna_set = str(table.getcell("LOFAR_ANTENNA_SET", 0)) if has else ""
        keywords = main.getcolkeywords(column)
        return Set(
            header,
            (direction[0], direction[1]),
            _baselines(main, len(stations)),
            stations,
            correlations,
            antenna_set,
            windows,
            fields,
            len({int(one) for start, rows in _samples(main) for one in main.getcol("ARRAY_ID", start, rows)}),
            _flagged(main),
            _has_weights(main),
            (*_missing_tables(path), *faults),
            all(name in keywords for name in APPLIED_BEAM),
        )


def _baselines(main: Any, stations: int) -> tuple[tuple[int, int], ...]:
    most = min(int(main.nrows()), stations * (stations + 1) // 2)
    times = main.getcol("TIME", 0, most)
    ends = zip(main.getcol("ANTENNA1", 0, most), main.getcol("ANTENNA2", 0, most), times, strict=True)
    return tuple((int(one), int(two)) for one, two, time in ends if time == times[0])


def _missing_tables(path: str) -> Iterator[str]:
    for name in BEAM_TABLES:
        if not os.path.isfile(os.path.join(path, name, "table.dat")):
            yield name
        elif name == BEAM_TABLES[0]:
            with opened(path, name) as table:
                yield from (f"{name}::{one}" for one in BEAM_COLUMNS if one not in table.colnames())


def _samples(main: Any) -> list[tuple[int, int]]:
    """Return blocks of rows, first row and number, spread evenly; all rows where there are few."""
    rows = int(main.nrows())
    if rows <= _BLOCKS * _ROWS:
        return [(0, rows)]
    return [(block * (rows - _ROWS) // (_BLOCKS - 1), _ROWS) for block in range(_BLOCKS)]


def _flagged(main: Any) -> float:
    """Return the flagged part of the sampled rows; it is only 1 if all rows have been read."""
    import numpy as np

    def flags(start: int, rows: int) -> Any:
        whole = main.getcol("FLAG_ROW", start, rows)
        return main.getcol("FLAG", start, rows) | whole[:, np.newaxis, np.newaxis]

    parts = [flags(*block) for block in _samples(main)]
    part = sum(int(one.sum()) for one in parts) / sum(int(one.size) for one in parts)
    if part == 1.0 and _any(main, lambda start, rows: not flags(start, rows).all()):
        return 1.0 - 1.0 / int(main.nrows())
    return part


def _has_weights(main: Any) -> bool:
    import numpy as np

    has = "WEIGHT_SPECTRUM" in main.colnames() and main.iscelldefined("WEIGHT_SPECTRUM", 0)
    column = "WEIGHT_SPECTRUM" if has else "WEIGHT"

    def good(start: int, rows: int) -> bool:
        weights = main.getcol(column, start, rows)
        return bool((np.isfinite(weights) & (weights > 0)).any())

    return any(good(*block) for block in _samples(main)) or _any(main, good)


def _any(main: Any, is_good: Callable[[int, int], bool]) -> bool:
    rows = int(main.nrows())
    return any(is_good(start, min(_MANY, rows - start)) for start in range(0, rows, _MANY))
