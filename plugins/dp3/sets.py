"""Measurement sets before DP3 reads their data: times, baselines, frequencies; whether anything is usable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Blocks of rows that are looked at first, spread over the set, and rows in each.
_BLOCKS, _ROWS = 16, 64
#: Rows that are read at once where all have to be.
_MANY = 20_000


@dataclass(frozen=True)
class Header:
    """What has to agree between sets that are joined, and how long they are.

    Parameters
    ----------
    path
        The set.
    columns
        The columns of its main table.
    first, last
        Middles of the first and the last time slot, in seconds.
    interval
        Length of a time slot, in seconds.
    correlations
        How many.
    antennas
        Names of the stations.
    baselines
        Both ends of each baseline of the first time slot, in the order of the rows.
    frequencies
        Middles of the channels, in Hz.
    width
        Width of the first channel, in Hz.
    """

    path: Path
    columns: frozenset[str]
    first: float
    last: float
    interval: float
    correlations: int
    antennas: tuple[str, ...]
    baselines: tuple[tuple[int, int], ...]
    frequencies: tuple[float, ...]
    width: float

    @property
    def slots(self) -> int:
        """The number of time slots, those that are missing in between too."""
        return round((self.last - self.first) / self.interval) + 1 if self.interval > 0 else 1


def read_header(path: Path, band: int = 0) -> Header:
    """Read what is in the tables of a set besides its data.

    Parameters
    ----------
    path
        The set.
    band
        Which row of SPECTRAL_WINDOW counts.

    Raises
    ------
    ValueError
        If it is no measurement set or has no rows; says which.
    """
    try:
        return _header(path, band)
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{path} cannot be opened as a measurement set: {reason}") from None


def _header(path: Path, band: int) -> Header:
    with opened(path) as main:
        rows = main.nrows()
        if rows == 0:
            raise ValueError(f"{path} has no rows")
        columns = frozenset(main.colnames())
        first, last = float(main.getcell("TIME", 0)), float(main.getcell("TIME", rows - 1))
        interval = float(main.getcell("INTERVAL", 0))
        with opened(path / "ANTENNA") as table:
            antennas = tuple(map(str, table.getcol("NAME")))
        most = min(rows, len(antennas) * (len(antennas) + 1) // 2)
        times = main.getcol("TIME", 0, most)
        ends = zip(main.getcol("ANTENNA1", 0, most), main.getcol("ANTENNA2", 0, most), times, strict=True)
        baselines = tuple((int(one), int(other)) for one, other, time in ends if time == times[0])
    with opened(path / "POLARIZATION") as table:
        correlations = int(table.getcell("NUM_CORR", 0)) if table.nrows() else 0
    with opened(path / "SPECTRAL_WINDOW") as table:
        if not 0 <= band < table.nrows():
            raise ValueError(f"{path} has no band {band} in SPECTRAL_WINDOW")
        frequencies = tuple(map(float, table.getcell("CHAN_FREQ", band)))
        if not frequencies:
            raise ValueError(f"{path} has no channels")
        width = abs(float(table.getcell("CHAN_WIDTH", band)[0]))
    return Header(path, columns, first, last, interval, correlations, antennas, baselines, frequencies, width)


def opened(path: Path) -> Any:
    """Open a table to read, without waiting for whoever writes it."""
    from casacore.tables import table

    return table(str(path), ack=False, lockoptions="autonoread")


def holds(table: Any, column: str, is_good: Callable[[Any], NDArray[Any]]) -> bool:
    """Return whether any cell of a column holds a good value.

    Some rows all over the set are looked at first: mostly that is enough. That nothing is good is only said
    after all rows have been read.

    Parameters
    ----------
    table
        An open table.
    column
        The column.
    is_good
        Gives truth values for the values of some rows.
    """
    return any(
        bool(is_good(table.getcol(column, start, rows)).any()) for start, rows in _blocks(table.nrows())
    )


def _blocks(rows: int) -> Iterator[tuple[int, int]]:
    if rows > _BLOCKS * _ROWS:
        for block in range(_BLOCKS):
            yield block * (rows - _ROWS) // (_BLOCKS - 1), _ROWS
    for start in range(0, rows, _MANY):
        yield start, min(_MANY, rows - start)
