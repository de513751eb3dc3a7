"""The imaging weights of WSClean: natural, uniform and Briggs, cut and filtered as it does.

WSClean 3.1 stores none (``-store-imaging-weights`` leaves no column), so they are made here once more. The
rules are Briggs' (1995, PhD thesis, New Mexico Tech, chapter 3) with the details of WSClean, which
``-save-weights`` and the keyword WSCIMGWG show.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from genericpipe import GenericPipeError

from .images import Place
from .options import CommandLine
from .visibilities import Array, Part, VisibilitySet

SPEED_OF_LIGHT = 299792458.0
# They change the weights of WSClean and are not followed here.
_NOT_FOLLOWED = (
    *("taper-tukey", "taper-inner-tukey", "taper-edge", "taper-edge-tukey", "maxw", "baseline-averaging"),
    *("visibility-weighting-mode", "even-timesteps", "odd-timesteps", "use-weights-as-taper"),
)
_ANGLES = {"": 1 / 3600, "asec": 1 / 3600, "amin": 1 / 60, "deg": 1.0, "masec": 1 / 3.6e6}
_FOUR = 4


@dataclass(frozen=True)
class Weighting:
    """How a call of WSClean weights.

    Parameters
    ----------
    mode
        ``natural``, ``uniform`` or ``briggs``.
    robustness
        Of Briggs' weights.
    width, height
        Of the plane that weights are counted in, in cells.
    step
        The pixel of the image, in radians: a cell is one over width times step, in wavelengths.
    shortest, longest
        Baselines that count, in wavelengths.
    shortest_metres, longest_metres
        The same in metres.
    rank_level, rank_size
        Of the filter that lowers single high weights; 0 for none.
    taper
        Width of the Gaussian beam that a taper aims at, in radians; 0 for none.
    for_all_channels
        Whether the weights of all output channels are counted together.
    not_followed
        Options that change the weights of WSClean, and not these.
    """

    mode: str
    robustness: float
    width: int
    height: int
    step: float
    shortest: float = 0.0
    longest: float = math.inf
    shortest_metres: float = 0.0
    longest_metres: float = math.inf
    rank_level: float = 0.0
    rank_size: int = 16
    taper: float = 0.0
    for_all_channels: bool = False
    not_followed: tuple[str, ...] = ()

    @classmethod
    def of(cls, line: CommandLine, place: Place) -> Weighting:
        """Return what a call asks for.

        Parameters
        ----------
        line
            The call.
        place
            Where the pixels of its images are.
        """
        mode, *robustness = [word.lower() for word in line.values("weight")] or ["uniform"]
        if mode not in ("natural", "uniform", "briggs"):
            raise GenericPipeError(f"-weight {mode}: there is no such weighting")
        padding, larger = line.number("padding", 1.2), line.number("super-weight", 1.0)
        return cls(
            mode,
            float(robustness[0]) if robustness else 0.0,
            _cells(place.width, padding, larger),
            _cells(place.height, padding, larger),
            abs(place.step_y),
            line.number("minuv-l", 0.0),
            line.number("maxuv-l", math.inf),
            line.number("minuvw-m", 0.0),
            line.number("maxuvw-m", math.inf),
            line.number("weighting-rank-filter", 0.0),
            int(line.number("weighting-rank-filter-size", 16)),
            _angle(line.value("taper-gaussian")),
            line.has("mf-weighting") or (line.has("join-channels") and not line.has("no-mf-weighting")),
            tuple(f"-{name}" for name in _NOT_FOLLOWED if line.has(name)),
        )

    def __str__(self) -> str:
        return f"{self.mode} {self.robustness:g}" if self.mode == "briggs" else self.mode


class Plane:
    """The plane of spatial frequencies, in cells, its half with v above 0.

    Parameters
    ----------
    weighting
        How to weight.
    """

    def __init__(self, weighting: Weighting) -> None:
        self._weighting = weighting
        self._counted = np.zeros((weighting.height // 2, weighting.width))
        self._factors: Array | None = None

    def count(self, part: Part, frequencies: Array) -> None:
        """Count the weights of some visibilities.

        Parameters
        ----------
        part
            The visibilities.
        frequencies
            Of its channels, in Hz.
        """
        weights = self._selected(part)
        cells, inside = self._cells(part, frequencies)
        counted = inside & (weights > 0)
        np.add.at(self._counted.reshape(-1), cells[counted], weights[counted])

    def factors(self) -> Array:
        """Return the factor of each cell, when all is counted."""
        if self._factors is None:
            weighting, counted = self._weighting, self._counted
            total = counted.sum()
            if weighting.mode == "natural" or not total:
                factors = np.ones_like(counted)
            elif weighting.mode == "uniform":
                factors = np.divide(1.0, counted, out=np.zeros_like(counted), where=counted > 0)
            else:  # Briggs' f^2 over the mean weight of a cell
                scale = (5.0 * 10.0**-weighting.robustness) ** 2 * total / np.square(counted).sum()
                factors = 1.0 / (1.0 + counted * scale)
            if weighting.rank_level >= 1.0:
                factors = filtered(factors, weighting.rank_level, weighting.rank_size)
            self._factors = factors * self._window()
        return self._factors

    def weights(self, part: Part, frequencies: Array) -> Array:
        """Return the imaging weights of some visibilities (rows, channels)."""
        cells, inside = self._cells(part, frequencies)
        factors = np.where(inside, self.factors().reshape(-1)[np.where(inside, cells, 0)], 0.0)
        weights: Array = self._selected(part) * factors
        return weights

    def _selected(self, part: Part) -> Array:
        """Return the weights of visibilities, 0 for baselines that are too short or too long in metres."""
        weighting = self._weighting
        if weighting.shortest_metres == 0 and math.isinf(weighting.longest_metres):
            return part.weights
        length = np.hypot(part.u, part.v)
        counts = (length >= weighting.shortest_metres) & (length <= weighting.longest_metres)
        return part.weights * counts[:, np.newaxis]

    def _cells(self, part: Part, frequencies: Array) -> tuple[Array, Array]:
        """Return the cell of each visibility, and whether there is one."""
        weighting = self._weighting
        upper = np.where(part.v < 0, -1.0, 1.0)[:, np.newaxis]
        wavelengths = frequencies / SPEED_OF_LIGHT * weighting.step
        u, v = (upper * axis[:, np.newaxis] * wavelengths for axis in (part.u, part.v))
        column = np.floor(u * weighting.width + weighting.width // 2)
        row = np.floor(v * weighting.height)
        inside = (column >= 0) & (column < weighting.width) & (row < weighting.height // 2)
        cells = (row * weighting.width + column).astype(np.int64)
        return cells, inside

    def _window(self) -> Array:
        """Return what remains of the factor of each cell: nothing beyond the limits, less by a taper."""
        weighting = self._weighting
        u = (np.arange(weighting.width) - weighting.width // 2) / (weighting.width * weighting.step)
        v = np.arange(weighting.height // 2) / (weighting.height * weighting.step)
        squared = np.square(u)[np.newaxis, :] + np.square(v)[:, np.newaxis]
        window = ((squared >= weighting.shortest**2) & (squared <= weighting.longest**2)).astype(float)
        if weighting.taper:
            # WSClean's width of the taper, in wavelengths, for a beam in radians.
            sigma = 2.0 * math.sqrt(2.0 * math.log(2.0)) / (2.0 * math.pi * weighting.taper)
            window *= np.exp(-squared / (2.0 * sigma**2))
        return window


def filtered(factors: Array, level: float, size: int) -> Array:
    """Return factors of cells, none of them higher than so many times the mean around it.

    Parameters
    ----------
    factors
        The factors.
    level
        How many times.
    size
        The width of the square around a cell; cells with a factor of 0 do not count.
    """
    mean = _boxes(factors, size // 2) / np.maximum(_boxes((factors != 0).astype(float), size // 2), 1.0)
    highest = mean * level
    return np.where((factors != 0) & (factors > highest), highest, factors)


def _boxes(values: Array, reach: int) -> Array:
    """Return for each cell the sum over those from `reach` before to just before `reach` after it."""
    sums = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    np.cumsum(np.cumsum(values, 0), 1, out=sums[1:, 1:])
    edges = [
        (np.maximum(np.arange(number) - reach, 0), np.minimum(np.arange(number) + reach, number))
        for number in values.shape
    ]
    (top, bottom), (left, right) = edges
    found: Array = sums[bottom][:, right] - sums[top][:, right] - sums[bottom][:, left] + sums[top][:, left]
    return found


def planes(
    weighting: Weighting, sets: Iterable[VisibilitySet], bands: Iterable[tuple[float, float]]
) -> Iterator[Plane]:
    """Yield the plane of each output channel, one for all where they are counted together.

    Parameters
    ----------
    weighting
        How to weight.
    sets
        The visibilities.
    bands
        The edges of each output channel, in Hz.
    """
    together: Plane | None = None
    chosen, everything = tuple(sets), tuple(bands)
    for band in everything:
        if together is None:
            plane = Plane(weighting)
            if weighting.mode != "natural":
                for one in everything if weighting.for_all_channels else (band,):
                    for visibilities in chosen:
                        channels = visibilities.channels(*one)
                        for part in visibilities.parts(channels):
                            plane.count(part, visibilities.frequencies[channels])
            together = plane if weighting.for_all_channels or weighting.mode == "natural" else None
            yield plane
        else:
            yield together


def _cells(pixels: int, padding: float, larger: float) -> int:
    """Return the number of cells for an image: padded to a multiple of four, then made even."""
    padded = math.ceil(pixels * padding)
    padded += -padded % _FOUR
    cells = math.floor(padded / larger + 0.5)
    return cells + cells % 2


def _angle(text: str) -> float:
    """Return an angle as WSClean reads it, in radians: arcseconds where no unit is given; 0 for none."""
    found = re.fullmatch(r"([\d.eE+-]+?)([a-z]*)", text)
    if not text:
        return 0.0
    if found is None or found[2] not in _ANGLES:
        raise GenericPipeError(f"-taper-gaussian {text}: this is no angle")
    return math.radians(float(found[1]) * _ANGLES[found[2]])
