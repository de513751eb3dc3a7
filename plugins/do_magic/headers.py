"""What is read of a measurement set: in one pass, and as little as possible."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .faults import NAME, UnusableSet, fault

#: Where elevations are taken: at every 10000th row, or once at each time slot.
SAMPLINGS = ("rows", "times")
_EVERY = 10000
# The elevation of the phase centre at the first antenna of a baseline.
_SAMPLED = {
    "rows": f"select INTERVAL, mscal.azel1()[1] as ELEVATION from $1 limit ::{_EVERY}",
    "times": "select INTERVAL, mscal.azel1()[1] as ELEVATION from $1 "
    "where ANTENNA1 == $2 orderby unique TIME",
}


@dataclass(frozen=True)
class Header:
    """What a measurement set says of itself.

    Parameters
    ----------
    path
        Its path.
    frequency
        ``SPECTRAL_WINDOW::REF_FREQUENCY`` in Hz.
    channels
        Number of channels.
    channel_width
        Width of its first channel in Hz.
    diameter
        ``ANTENNA::DISH_DIAMETER`` of its first station in m.
    interval
        Sampling interval in s.
    elevations
        Elevations of the phase centre in rad, one for each row or time that was sampled.
    rows
        Number of rows.
    start, end
        The first and the last time in s of MJD, the middles of their slots.
    """

    path: str
    frequency: float
    channels: int
    channel_width: float
    diameter: float
    interval: float
    elevations: tuple[float, ...]
    rows: int
    start: float
    end: float

    @property
    def has_one_slot(self) -> bool:
        """Whether it has a single time slot."""
        return self.start == self.end


def unusable(path: str, message: str, hint: str = "") -> UnusableSet:
    """Return an error that names a measurement set."""
    return UnusableSet(f"{NAME}: {path}: {message}", hint=hint)


@contextmanager
def opened(path: str, name: str = "") -> Iterator[Any]:
    """Open a table of a measurement set, the main one without a name, for the time of a ``with`` block.

    Parameters
    ----------
    path
        The set.
    name
        The table.

    Raises
    ------
    UnusableSet
        If there is none, or casacore has something to complain about, now or within the block.
    GenericPipeError
        If casacore is not installed.
    """
    try:
        from casacore.tables import table
    except ImportError as error:
        raise fault(f"python-casacore cannot be imported: {error}", "pip install python-casacore") from None
    if not os.path.isfile(os.path.join(path, name, "table.dat")):
        missing = not os.path.exists(path)
        raise unusable(
            path,
            "there is no such measurement set"
            if missing
            else f"it has no table {name}"
            if name
            else "this is no measurement set",
        )
    made = None
    try:
        # Not locked for reading: nothing else may wait for us, nor we for it.
        made = table(os.path.join(path, name), ack=False, lockoptions="usernoread")
        yield made
    except RuntimeError as error:  # what casacore raises for everything
        reason = next(iter(str(error).splitlines()), "casacore gives no reason")
        raise unusable(path, f"{name or 'the main table'} cannot be read: {reason}") from None
    finally:
        if made is not None:
            made.close()


def read_header(path: str, sampling: str = SAMPLINGS[0]) -> Header:
    """Return what a measurement set says of itself; each of three tables is opened once.

    Parameters
    ----------
    path
        The set.
    sampling
        Where elevations are taken: one of `SAMPLINGS`.

    Raises
    ------
    UnusableSet
        If it cannot be read, or has no rows or no channels.
    GenericPipeError
        If casacore is not installed.
    """
    with opened(path) as main:
        return header_of(path, main, sampling)


def header_of(path: str, main: Any, sampling: str = SAMPLINGS[0]) -> Header:
    """Return the header of a set whose main table is open already; see `read_header`."""
    with opened(path, "SPECTRAL_WINDOW") as windows:
        if not windows.nrows() or not int(windows.getcell("NUM_CHAN", 0)):
            raise unusable(path, "it has no channels")
        frequency = float(windows.getcell("REF_FREQUENCY", 0))
        channels = int(windows.getcell("NUM_CHAN", 0))
        width = float(windows.getcell("CHAN_WIDTH", 0)[0])
    with opened(path, "ANTENNA") as antennas:
        if not antennas.nrows():
            raise unusable(path, "it has no stations")
        diameter = float(antennas.getcell("DISH_DIAMETER", 0))
    rows = int(main.nrows())
    if not rows:
        raise unusable(path, "it has no rows")
    start, end = (float(main.getcell("TIME", row)) for row in (0, rows - 1))
    elevations, interval = _sampled(main, sampling)
    return Header(path, frequency, channels, width, diameter, interval, elevations, rows, start, end)


def _sampled(main: Any, sampling: str) -> tuple[tuple[float, ...], float]:
    """Return elevations in rad, and the sampling interval in s.

    The interval is the median of INTERVAL where rows are sampled. The script of prefactor took the difference
    of two TIMEs, which has fewer digits and needs two time slots (image contract 3.1).
    """
    from statistics import median

    from casacore.tables import taql

    first = int(main.getcell("ANTENNA1", 0))
    query = _SAMPLED[sampling].replace("$2", str(first))
    found = taql(query, tables=[main])
    try:
        elevations = tuple(map(float, found.getcol("ELEVATION")))
        interval = float(median(map(float, found.getcol("INTERVAL"))))
    finally:
        found.close()
    return elevations, interval if interval > 0 else _step(main)


def _step(main: Any) -> float:
    """Return the time between the first two rows of the first cross baseline; 0 where there are none."""
    from casacore.tables import taql

    first = taql("select ANTENNA1, ANTENNA2 from $1 where ANTENNA1 < ANTENNA2 limit 1", tables=[main])
    if not first.nrows():
        return 0.0
    one, two = (int(first.getcell(name, 0)) for name in ("ANTENNA1", "ANTENNA2"))
    query = f"select TIME from $1 where ANTENNA1 == {one} && ANTENNA2 == {two} limit 2"
    times = taql(query, tables=[main]).getcol("TIME")
    return float(times[1] - times[0]) if len(times) > 1 else 0.0
