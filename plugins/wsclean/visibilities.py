"""What the imaging weights and the beam need of a measurement set, read a part at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from genericpipe import GenericPipeError

Array = np.ndarray[Any, np.dtype[Any]]

# Numbers that are held at once of one column.
_AT_ONCE = 8_000_000


@dataclass(frozen=True)
class Part:
    """Some rows of a set, those of two different antennas.

    Parameters
    ----------
    times
        In seconds, as TIME has them (rows).
    antenna1, antenna2
        Numbers of antennas (rows).
    u, v
        In metres (rows).
    weights
        Of Stokes I (rows, channels): 0 where anything is flagged.
    """

    times: Array
    antenna1: Array
    antenna2: Array
    u: Array
    v: Array
    weights: Array


@dataclass(frozen=True)
class VisibilitySet:
    """A measurement set.

    Parameters
    ----------
    path
        Where it is.
    frequencies
        Of its channels, in Hz, as they are stored.
    stations
        The names of its antennas.
    telescope
        The name of the telescope.
    times
        The different times, sorted, in seconds.
    column
        The column with the data that WSClean takes.
    """

    path: str
    frequencies: Array
    stations: tuple[str, ...]
    telescope: str
    times: Array
    column: str

    @classmethod
    def open(cls, path: str, column: str = "", interval: tuple[int, int] | None = None) -> VisibilitySet:
        """Look at a set.

        Parameters
        ----------
        path
            Where it is.
        column
            The column with the data; as WSClean, CORRECTED_DATA where it is there, unless given.
        interval
            The first time and the one after the last, as ``-interval`` counts them.

        Raises
        ------
        GenericPipeError
            If it cannot be read, or is of several spectral windows.
        """
        with _table(path, "SPECTRAL_WINDOW") as windows:
            if windows.nrows() != 1:
                raise GenericPipeError(
                    f"{path}: it has {windows.nrows()} spectral windows; one is understood here"
                )
            frequencies = np.asarray(windows.getcell("CHAN_FREQ", 0), float)
        with _table(path, "ANTENNA") as antennas:
            stations = tuple(map(str, antennas.getcol("NAME")))
        with _table(path, "OBSERVATION") as observation:
            telescope = str(observation.getcell("TELESCOPE_NAME", 0))
        with _table(path) as rows:
            times = np.unique(rows.getcol("TIME"))
            columns = rows.colnames()
        if interval is not None:
            times = times[slice(*interval)]
        if not times.size:
            raise GenericPipeError(f"{path}: there are no data in it")
        known = column or ("CORRECTED_DATA" if "CORRECTED_DATA" in columns else "DATA")
        return cls(path, frequencies, stations, telescope, times, known)

    def channels(self, lowest: float, highest: float) -> slice:
        """Return the channels between two frequencies in Hz: those of an output channel of WSClean."""
        inside = np.flatnonzero((self.frequencies > lowest) & (self.frequencies < highest))
        return slice(int(inside[0]), int(inside[-1]) + 1) if inside.size else slice(0, 0)

    def parts(self, channels: slice) -> Iterator[Part]:
        """Read some channels, a part of the rows at a time.

        WSClean takes as weight of Stokes I four times the lower one of those of XX and YY, nothing where one
        of them is flagged or without weight (its images' keyword WSCIMGWG tells).

        Parameters
        ----------
        channels
            Which.

        Raises
        ------
        GenericPipeError
            If casacore cannot read on.
        """
        count = channels.stop - channels.start
        if not count:
            return
        with _table(self.path) as rows:
            total, spectrum = rows.nrows(), _has_spectrum(rows)
            step = max(1, _AT_ONCE // (4 * count))
            first, last = [channels.start, 0], [channels.stop - 1, -1]
            for start in range(0, total, step):
                number = min(step, total - start)
                antenna1 = rows.getcol("ANTENNA1", start, number)
                antenna2 = rows.getcol("ANTENNA2", start, number)
                times = rows.getcol("TIME", start, number)
                wanted = (antenna1 != antenna2) & (times >= self.times[0]) & (times <= self.times[-1])
                if not wanted.any():
                    continue
                uvw = rows.getcol("UVW", start, number)[wanted]
                if spectrum:
                    weights = rows.getcolslice("WEIGHT_SPECTRUM", first, last, [], start, number)[wanted]
                else:
                    weights = rows.getcol("WEIGHT", start, number)[wanted][:, np.newaxis, :]
                flags = rows.getcolslice("FLAG", first, last, [], start, number)[wanted]
                yield Part(
                    times[wanted],
                    antenna1[wanted],
                    antenna2[wanted],
                    uvw[:, 0],
                    uvw[:, 1],
                    _of_stokes_i(weights, flags),
                )


def _of_stokes_i(weights: Array, flags: Array) -> Array:
    """Return the weight of Stokes I from those of XX and YY, the first and the last correlation."""
    lower = np.minimum(weights[..., 0], weights[..., -1]).astype(float)
    lower = 4.0 * np.where(np.isfinite(lower) & (lower > 0), lower, 0.0)
    flagged: Array = flags[..., 0] | flags[..., -1]
    return np.where(flagged, 0.0, lower)


def _has_spectrum(rows: Any) -> bool:
    return "WEIGHT_SPECTRUM" in rows.colnames() and bool(rows.iscelldefined("WEIGHT_SPECTRUM", 0))


@contextmanager
def _table(path: str, name: str = "") -> Iterator[Any]:
    """Open a table of a set, the main one without a name, for the time of a ``with`` block."""
    from casacore.tables import table

    opened = None
    try:
        opened = table(os.path.join(path, name), ack=False, lockoptions="autonoread")
        yield opened
    except RuntimeError as error:  # what casacore raises for everything
        reason = next(iter(str(error).splitlines()), "casacore gives no reason")
        raise GenericPipeError(f"{path}: {name or 'the main table'} cannot be read: {reason}") from None
    finally:
        if opened is not None:
            opened.close()
