"""The noise of an image (image contract 5.3)."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLIPPED_AT = 4.0
ROUNDS = 10
#: Clipping ends with a round that rejects a smaller part of the pixels.
FEW = 1e-3
#: The median deviation of a normal distribution, and the mean one as the estimator takes it, in sigmas.
MEDIAN_DEVIATION, MEAN_DEVIATION = 0.6745, 0.8
TUNING = 6.0
NOTHING = 1e-20
# Pixels that are looked at as double precision numbers at a time: images reach 40000 x 40000.
_PIECE = 1 << 20

Sorted = NDArray[Any]


class NoiseError(ValueError):
    """Why the noise of an image cannot be told."""


def rms_noise(image: NDArray[Any]) -> float:
    """Return the noise of an image, in its unit: sources do not count.

    Pixels that are not finite or exactly zero (outside the primary beam, say) are left out. The image is
    not modified; in all, one copy of it and, for a moment, twice that are in memory.

    Parameters
    ----------
    image
        Pixels, of any shape.

    Returns
    -------
    float
        The biweight dispersion of what is left after clipping.

    Raises
    ------
    NoiseError
        If there are no such pixels, or too few of them.
    """
    survivors = clipped(usable(image))
    if not len(survivors):
        raise NoiseError("no pixel of the image is finite and not zero")
    return dispersion(survivors, is_sorted=True)


def usable(image: NDArray[Any]) -> Sorted:
    """Return the pixels that are finite and not zero, sorted, in the precision of the image."""
    flat = image.reshape(-1)
    native = flat.dtype.newbyteorder("=")
    pixels = np.empty(len(flat), native)
    number = 0
    for piece in _pieces(flat):
        kept = piece[np.isfinite(piece) & (piece != 0)]
        pixels[number : number + len(kept)] = kept
        number += len(kept)
    pixels = pixels[:number]
    pixels.sort()
    return pixels


def clipped(values: Sorted) -> Sorted:
    """Return the sorted values that are within four standard deviations of the median, again and again.

    As the values are sorted, each round but moves the two ends.
    """
    for _ in range(ROUNDS):
        before = len(values)
        if not before:
            break
        median = _median(values)
        bound = CLIPPED_AT * _deviation(values)
        if bound == 0:
            break
        first = bisect_right(values, -bound, key=lambda value: float(value) - median)
        last = bisect_left(values, bound, key=lambda value: float(value) - median)
        values = values[first:last]
        if before - len(values) < FEW * before:
            break
    return values


def dispersion(values: NDArray[Any], *, is_sorted: bool = False) -> float:
    """Return the biweight dispersion (midvariance's root), which outliers hardly move.

    Parameters
    ----------
    values
        Numbers, shape (n,).
    is_sorted
        Whether they come in rising order.

    Raises
    ------
    NoiseError
        If fewer than three values lie within six median deviations of the median.

    Notes
    -----
    Hoaglin, Mosteller, Tukey: Understanding Robust and Exploratory Data Analysis (1983), chapter 12; with
    the corrected denominator d (d - 1).
    """
    if not is_sorted:
        values = np.sort(values)
    centre = _median(values)
    deviations = values.astype(np.float64)
    deviations -= centre
    np.abs(deviations, out=deviations)
    mean = float(np.mean(deviations))
    scale = float(np.median(deviations, overwrite_input=True)) / MEDIAN_DEVIATION
    del deviations
    if scale < NOTHING:
        scale = mean / MEAN_DEVIATION
        if scale < NOTHING:
            return 0.0
    number, above, below = 0, 0.0, 0.0
    for piece in _pieces(values):
        away = piece.astype(np.float64) - centre
        squared = (away / (TUNING * scale)) ** 2
        near = squared <= 1
        away, squared = away[near], squared[near]
        number += len(away)
        above += float(np.sum(away**2 * (1 - squared) ** 4))
        below += float(np.sum((1 - squared) * (1 - 5 * squared)))
    if number < 3 or below * (below - 1) <= 0:
        raise NoiseError(f"the noise cannot be told from {len(values)} pixels")
    return math.sqrt(len(values) * above / (below * (below - 1)))


def _median(values: Sorted) -> float:
    half, odd = divmod(len(values), 2)
    return float(values[half]) if odd else (float(values[half - 1]) + float(values[half])) / 2


def _deviation(values: NDArray[Any]) -> float:
    """Return the standard deviation, summed up in double precision."""
    mean = sum(float(np.sum(piece, dtype=np.float64)) for piece in _pieces(values)) / len(values)
    squares = sum(float(np.sum((piece.astype(np.float64) - mean) ** 2)) for piece in _pieces(values))
    return math.sqrt(squares / len(values))


def _pieces(values: NDArray[Any]) -> Iterator[NDArray[Any]]:
    for start in range(0, len(values), _PIECE):
        yield values[start : start + _PIECE]
