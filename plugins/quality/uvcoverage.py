"""Which spatial frequencies an observation has seen, and how much of it is flagged."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .keywords import QualityError

SPEED_OF_LIGHT = 299792458.0
#: So many points of (u, v) are shown at most, in all: more only make the picture slower.
MOST_POINTS = 200_000
# Fewer of one set would show nothing.
_LEAST_POINTS = 1000
# Flags of all channels and correlations are read piece by piece.
_CELLS_AT_A_TIME = 50_000_000


@dataclass(frozen=True, eq=False)
class Coverage:
    """The uv coverage of measurement sets: cross-correlations only.

    Parameters
    ----------
    u, v
        In m, shape (n,): a sample of the baselines at their times; each stands for its mirror image too.
    flagged
        The flagged part of the channels and correlations of each, 0 to 1.
    low, high
        The lowest and the highest frequency of the set that the point is of, Hz.
    sets
        How many sets there are.
    rows
        How many rows of cross-correlations there are in all.
    fraction
        The flagged part of all data of cross-correlations, 0 to 1.
    longest
        The longest baseline in m, flagged or not.
    """

    u: NDArray[np.float64]
    v: NDArray[np.float64]
    flagged: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    sets: int
    rows: int
    fraction: float
    longest: float


def read_coverage(paths: Sequence[str | os.PathLike[str]], points: int = MOST_POINTS) -> Coverage:
    """Read ``UVW`` and ``FLAG`` of measurement sets.

    The flagged part counts every row; the points are those of so many rows that there are about `points`.

    Parameters
    ----------
    paths
        The sets.
    points
        How many points there may be, about; of each set at least a thousand.

    Raises
    ------
    QualityError
        If there is no set, or one cannot be read or has no cross-correlations.
    """
    if not paths:
        raise QualityError("there is no measurement set to be plotted")
    share = max(_LEAST_POINTS, points // len(paths))
    parts: list[NDArray[np.float64]] = []
    rows = 0
    flags = cells = longest = 0.0
    for path in paths:
        found = _Set(os.fspath(path), share)
        for part in found.parts():
            parts.append(part)
        rows, flags, cells = rows + found.rows, flags + found.flags, cells + found.cells
        longest = max(longest, found.longest)
    u, v, flagged, low, high = np.concatenate(parts, axis=1)
    return Coverage(u, v, flagged, low, high, len(paths), rows, flags / cells, longest)


class _Set:
    """One measurement set, read in pieces; counts on the way."""

    def __init__(self, path: str, points: int) -> None:
        self.path = path
        self.points = points
        self.rows = 0
        self.flags = self.cells = self.longest = 0.0

    def parts(self) -> Iterator[NDArray[np.float64]]:
        """Yield u, v, flagged part, lowest and highest frequency of some rows, shape (5, n)."""
        from casacore.tables import table

        if not Path(self.path).is_dir():
            raise QualityError(f"there is no measurement set {self.path}")
        try:
            with (
                table(self.path, ack=False) as opened,
                table(f"{self.path}/SPECTRAL_WINDOW", ack=False) as sub,
            ):
                frequencies = np.asarray(sub.getcell("CHAN_FREQ", 0), dtype=np.float64)
                yield from self._pieces(opened, float(frequencies.min()), float(frequencies.max()))
        except (RuntimeError, ValueError) as error:  # casacore's own and those of empty arrays
            reason = str(error).strip().splitlines()[0]
            raise QualityError(f"{self.path} cannot be read as measurement set: {reason}") from None
        if not self.cells:
            raise QualityError(
                f"{self.path} has no cross-correlations", hint="a set without rows, or of one station"
            )

    def _pieces(self, opened: Any, low: float, high: float) -> Iterator[NDArray[np.float64]]:
        total = opened.nrows()
        if not total:
            return
        shape = np.shape(opened.getcell("FLAG", 0))
        at_a_time = max(1, _CELLS_AT_A_TIME // max(1, int(np.prod(shape))))
        every = max(1, -(-total // self.points))
        for start in range(0, total, at_a_time):
            number = min(at_a_time, total - start)
            ends = [opened.getcol(f"ANTENNA{end}", start, number) for end in (1, 2)]
            cross = ends[0] != ends[1]
            rows = np.asarray(opened.getcol("FLAG", start, number))
            flagged = rows.reshape(number, -1).mean(axis=1)[cross]
            uvw = np.asarray(opened.getcol("UVW", start, number), dtype=np.float64)[cross]
            if not len(uvw):
                continue
            self.rows += len(uvw)
            self.cells += float(len(uvw)) * rows[0].size
            self.flags += float(flagged.sum()) * rows[0].size
            self.longest = max(self.longest, float(np.hypot(uvw[:, 0], uvw[:, 1]).max()))
            # Not every so many rows: with as many baselines, those would be the same ones at all times.
            shown = _scattered(start, number, every)[cross]
            band = np.ones(int(shown.sum()))
            yield np.stack([uvw[shown, 0], uvw[shown, 1], flagged[shown], low * band, high * band])


def _scattered(start: int, number: int, every: int) -> NDArray[np.bool_]:
    """Return which rows are shown: one of each `every`, never at the same place twice running.

    Source: multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4), so that the same rows are
    chosen whatever the pieces are.
    """
    rows = np.arange(start, start + number, dtype=np.uint64)
    mixed = (rows * np.uint64(2654435761)) % np.uint64(1 << 32)
    return np.asarray(mixed < np.uint64((1 << 32) // every))
