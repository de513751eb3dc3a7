"""The average primary beam of an image, from the responses of the stations that EveryBeam gives.

The beam that belongs to an apparent image of Stokes I is ::

    B = sum of w Re(tr(J_p J_q^H)) / 2  over times and baselines p < q,  divided by the sum of w

with J the response of a station to a direction, a matrix of 2 by 2, and w the imaging weights: a source of
flux S adds S times the expression under the sum to each visibility of Stokes I, (XX + YY) / 2 (Smirnov 2011,
A&A 527, A106, for the equation), and an image is the mean of these with the weights w.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from genericpipe import GenericPipeError

from . import splines
from .images import Place
from .visibilities import Array, VisibilitySet
from .weights import Plane

# The beam is smooth: so many points across an image, those at the edges outside of it.
_POINTS, _OUTSIDE = 32, 2
# More looks at the beam within one observation change nothing: six within six hours are good to 0.2 %.
_LOOKS = 24
MODEL = "hamaker"
INSTALL = "pip install 'genericpipe[tools]'"


@dataclass(frozen=True)
class Look:
    """The weights of the baselines while the beam is looked at once.

    Parameters
    ----------
    time
        The moment, in seconds as TIME has them.
    weights
        The sum of the imaging weights of each baseline (stations, stations), above the diagonal.
    """

    time: float
    weights: Array


@dataclass(frozen=True)
class Looks:
    """All looks at the beam for one output channel.

    Parameters
    ----------
    looks
        Those with any weight.
    frequency
        The mean frequency with the imaging weights, in Hz.
    weight
        The sum of all weights.
    """

    looks: tuple[Look, ...]
    frequency: float
    weight: float


def looks_at(visibilities: VisibilitySet, channels: slice, plane: Plane, interval: float) -> Looks:
    """Sum the imaging weights of each baseline over short times.

    Parameters
    ----------
    visibilities
        The set.
    channels
        Those of the output channel.
    plane
        The weights of its cells.
    interval
        How long these times are, in seconds; longer for long observations.
    """
    start, end = visibilities.times[0], visibilities.times[-1]
    number = int(np.clip(math.ceil((end - start) / interval), 1, _LOOKS))
    stations = len(visibilities.stations)
    frequencies = visibilities.frequencies[channels]
    weights, moments = np.zeros(number * stations**2), np.zeros(number)
    by_frequency = np.zeros(len(frequencies))
    for part in visibilities.parts(channels):
        imaging = plane.weights(part, frequencies)
        of_row = imaging.sum(1)
        look = np.minimum((part.times - start) / max(end - start, 1.0) * number, number - 1).astype(int)
        first, second = np.minimum(part.antenna1, part.antenna2), np.maximum(part.antenna1, part.antenna2)
        baseline = (look * stations + first) * stations + second
        weights += np.bincount(baseline, of_row, len(weights))
        moments += np.bincount(look, of_row * (part.times - start), number)
        by_frequency += imaging.sum(0)
    of_look = weights.reshape(number, stations, stations)
    sums = of_look.sum((1, 2))
    total = float(sums.sum())
    return Looks(
        tuple(Look(float(start + moments[one] / sums[one]), of_look[one]) for one in np.flatnonzero(sums)),
        float((frequencies * by_frequency).sum() / total) if total else 0.0,
        total,
    )


@dataclass(frozen=True)
class Grid:
    """Directions around the point of tangency of an image, with some beyond its edges.

    Parameters
    ----------
    place
        Where the pixels of the image are.
    """

    place: Place

    @property
    def steps(self) -> tuple[float, float]:
        """From one point to the next, in radians, along l and m."""
        reach = _POINTS // 2 - 1 - _OUTSIDE
        axes = self.place.l_axis(), self.place.m_axis()
        step_l, step_m = (float(np.abs(axis).max()) / reach for axis in axes)
        return step_l, step_m

    def settings(self) -> Any:
        """Return the grid as EveryBeam wants it: its centre is the pixel N / 2, counted from 0."""
        import everybeam

        settings = everybeam.GridSettings()
        settings.width = settings.height = _POINTS
        settings.ra, settings.dec = self.place.right_ascension, self.place.declination
        settings.dl, settings.dm = self.steps
        settings.l_shift = settings.m_shift = 0.0
        return settings

    def enlarge(self, values: Array) -> Array:
        """Return values of the whole image.

        Parameters
        ----------
        values
            On the grid, [y][x] as EveryBeam has them: l falls along x, as in an image.

        Returns
        -------
        array
            At each pixel of the image, [y][x].
        """
        step_l, step_m = self.steps
        across = splines.matrix(_POINTS, _POINTS // 2 - self.place.l_axis() / step_l)
        up = splines.matrix(_POINTS, _POINTS // 2 + self.place.m_axis() / step_m)
        enlarged: Array = up @ values @ across.T
        return enlarged


class Telescope:
    """The stations of a measurement set, broken tiles and all.

    Parameters
    ----------
    visibilities
        The set.
    differential
        Whether its data are corrected at the phase centre, whatever is written in them; otherwise what stands
        in them says whether they are.

    Raises
    ------
    GenericPipeError
        If EveryBeam is not installed, or cannot make use of the set.
    """

    def __init__(self, visibilities: VisibilitySet, differential: bool) -> None:
        if not visibilities.telescope.upper().startswith("LOFAR"):
            raise GenericPipeError(
                f"{visibilities.path}: there is no beam for the telescope {visibilities.telescope!r}",
                hint="images of LOFAR data alone are corrected",
            )
        try:
            import everybeam
        except ImportError as error:
            raise GenericPipeError(f"everybeam cannot be imported: {error}", hint=INSTALL) from None
        modes = everybeam.BeamNormalisationMode
        try:
            self._loaded = everybeam.load_telescope(
                visibilities.path,
                data_column=visibilities.column,
                beam_normalisation_mode=modes.full if differential else modes.pre_applied,
                use_channel_frequency=True,
                element_response_model=MODEL,
            )
        except RuntimeError as error:
            raise GenericPipeError(f"{visibilities.path}: EveryBeam cannot use it: {error}") from None

    def average(self, looks: Looks, grid: Grid) -> Array:
        """Return the sum over times and baselines p < q of w Re(tr(J_p J_q^H)) / 2.

        Parameters
        ----------
        looks
            The weights.
        grid
            The directions.

        Returns
        -------
        array
            [y][x], not divided by the sum of weights.
        """
        settings = grid.settings()
        total = np.zeros((_POINTS, _POINTS))
        for look in looks.looks:
            jones = self._loaded.gridded_response(settings, look.time, looks.frequency)
            # The trace of a product with an adjoint is the sum over the products of all elements.
            flat = np.nan_to_num(jones.reshape(len(jones), -1)).astype(complex)
            products = (flat * (look.weights @ flat.conj())).real
            total += products.sum(0).reshape(_POINTS, _POINTS, 4).sum(-1) / 2.0
        return total


def average_beam(
    sets: Sequence[tuple[VisibilitySet, Telescope, Looks]], place: Place
) -> tuple[Array, float, int]:
    """Return the beam of an output channel.

    Parameters
    ----------
    sets
        The sets that the image is made of, with their weights.
    place
        Where the pixels of the image are.

    Returns
    -------
    tuple
        B at each pixel [y][x], the mean frequency in Hz, and how often the beam was looked at.

    Raises
    ------
    GenericPipeError
        If nothing has any weight.
    """
    grid = Grid(place)
    weight = sum(looks.weight for _, _, looks in sets)
    if not weight:
        raise GenericPipeError(
            f"no data from {place.lowest / 1e6:.3f} to {place.highest / 1e6:.3f} MHz have any weight"
        )
    total = sum(
        (telescope.average(looks, grid) for _, telescope, looks in sets), np.zeros((_POINTS, _POINTS))
    )
    frequency = sum(looks.frequency * looks.weight for _, _, looks in sets) / weight
    return grid.enlarge(total / weight), frequency, sum(len(looks.looks) for _, _, looks in sets)
