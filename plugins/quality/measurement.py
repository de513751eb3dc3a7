"""How bright sources are that are known to be there: fluxes and positions measured in an image."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..feedback.noise import NoiseError, rms_noise
from ..simulate.angles import separation
from .catalogues import CatalogueSource, read_catalogue
from .fitsimage import FWHM, Beam, SkyImage, read_image
from .gaussians import Gaussian, NoFitError, fit
from .keywords import QualityError

# Pixels within so many widths at half maximum are fitted: there a beam has fallen to 0.2 %.
_REACH = 1.5
# Of a source that is cut off by more, the shape cannot be told.
_LEAST_PART = 0.8
# The noise at a source is that of a square of so many widths to each side.
_AROUND = 15
# A fit that is so much smaller or larger than the beam is of something else.
_SMALLEST, _LARGEST = 0.5, 4.0


@dataclass(frozen=True)
class Measured:
    """What was measured where a source should be.

    Parameters
    ----------
    source
        The source as it is known.
    expected
        Its flux at the frequency of the image, Jy.
    distance
        How far it is from the reference direction of the image, deg.
    trouble
        Why there is no measurement; empty where there is one, and only then what follows means anything.
    flux, flux_error
        Integrated flux of the Gaussian that fits, and its uncertainty from noise, Jy.
    peak
        Its height, Jy/beam.
    noise
        The noise around it, Jy/beam.
    ra, dec
        Where it is, deg.
    offset
        How far that is from where it should be, arcsec.
    major, minor, angle
        Its widths at half maximum, not deconvolved, arcsec, and the angle of the major axis, deg.
    """

    source: CatalogueSource
    expected: float
    distance: float
    trouble: str = ""
    flux: float = math.nan
    flux_error: float = math.nan
    peak: float = math.nan
    noise: float = math.nan
    ra: float = math.nan
    dec: float = math.nan
    offset: float = math.nan
    major: float = math.nan
    minor: float = math.nan
    angle: float = math.nan

    @property
    def found(self) -> bool:
        """Whether it is there."""
        return not self.trouble

    @property
    def ratio(self) -> float:
        """The measured flux over the expected one."""
        return self.flux / self.expected if self.expected else math.nan


def measure_sources(
    image: SkyImage | str | os.PathLike[str],
    truth: Sequence[CatalogueSource] | str | os.PathLike[str],
    *,
    radius: float | None = None,
    least: float = 5.0,
) -> list[Measured]:
    """Fit a Gaussian at each known position and return its integrated flux and its position.

    Parameters
    ----------
    image
        The image in Jy/beam, or its path.
    truth
        The sources, or the path of a catalogue.
    radius
        How far off a source may be, deg; without it, the longer width of the beam.
    least
        How many times the noise around it a source has to stand out.

    Returns
    -------
    list
        One for each source that lies in the image, in the order given.

    Raises
    ------
    QualityError
        If one of the two cannot be read, or the image has no beam or another unit.
    """
    looked_at = image if isinstance(image, SkyImage) else read_image(image)
    sources = truth if isinstance(truth, Sequence) and not isinstance(truth, str) else read_catalogue(truth)
    if looked_at.beam is None or looked_at.unit != "Jy/beam":
        lack = "no beam (BMAJ, BMIN)" if looked_at.beam is None else f"the unit {looked_at.unit!r}"
        raise QualityError(
            f"{looked_at.path} has {lack}: no flux can be measured", hint="WSClean's -fit-beam fits one"
        )
    places = looked_at.pixels_of([one.ra for one in sources], [one.dec for one in sources])
    measuring = _Measuring(looked_at, looked_at.beam.major if radius is None else radius, least)
    return [
        measuring.measure(source, float(x), float(y))
        for source, (x, y) in zip(sources, places, strict=True)
        if math.isfinite(x)
    ]


class _Measuring:
    """One image and what counts as found in it."""

    def __init__(self, image: SkyImage, radius: float, least: float) -> None:
        assert image.beam is not None
        assert image.beam_covariance is not None
        self._image = image
        self._beam = image.beam
        self._shape = image.beam_covariance
        self._radius = radius
        self._least = least
        self._width = self._beam.major / min(image.scales)  # in pixels

    def measure(self, source: CatalogueSource, x: float, y: float) -> Measured:
        """Measure at a pixel."""
        distance = separation(*self._image.reference, source.ra, source.dec)
        made = Measured(source, source.flux_at(self._image.frequency), distance)
        try:
            return self._measured(made, x, y)
        except (NoFitError, NoiseError) as error:
            return replace(made, trouble=str(error))

    def _measured(self, made: Measured, x: float, y: float) -> Measured:
        noise = self._noise(x, y)
        top_x, top_y = self._top(x, y)
        height = float(self._image.pixels[top_y, top_x])
        if height < self._least * noise:
            raise NoFitError(f"the brightest pixel there is {height:.3g}, the noise {noise:.3g} Jy/beam")
        found = fit(*self._around(top_x, top_y), Gaussian(height, top_x, top_y, self._shape))
        ra, dec = (float(value) for value in self._image.wcs.wcs_pix2world(found.x, found.y, 0))
        offset = separation(made.source.ra, made.source.dec, ra % 360, dec) if math.isfinite(ra) else math.inf
        if offset > self._radius:
            raise NoFitError(f"what is near is {3600 * offset:.1f} arcsec off")
        size = math.sqrt(float(np.linalg.det(found.covariance) / np.linalg.det(self._shape)))
        if not _SMALLEST <= size <= _LARGEST:
            raise NoFitError(f"what is there is {size:.2g} times as large as the beam")
        return self._described(made, found, noise, size, offset, ra % 360, dec)

    def _described(
        self, made: Measured, found: Gaussian, noise: float, size: float, offset: float, ra: float, dec: float
    ) -> Measured:
        matrix = np.asarray(self._image.wcs.pixel_scale_matrix, dtype=np.float64)
        widths, axes = np.linalg.eigh(matrix @ found.covariance @ matrix.T)
        minor, major = (FWHM * math.sqrt(float(width)) for width in widths)
        east, north = axes[:, 1]
        flux = found.peak * size
        return replace(
            made,
            flux=flux,
            flux_error=flux
            * _relative_error(found.peak / noise if noise else math.inf, major, minor, self._beam),
            peak=found.peak,
            noise=noise,
            ra=ra,
            dec=dec,
            offset=3600 * offset,
            major=3600 * major,
            minor=3600 * minor,
            angle=math.degrees(math.atan2(east, north)) % 180,
        )

    def _noise(self, x: float, y: float) -> float:
        half = max(10, round(_AROUND * self._width))
        top, left = max(0, round(y) - half), max(0, round(x) - half)
        return rms_noise(self._image.pixels[top : round(y) + half + 1, left : round(x) + half + 1])

    def _top(self, x: float, y: float) -> tuple[int, int]:
        """Return the brightest pixel that is not farther off than a source may be."""
        reach = max(1.0, self._radius / min(self._image.scales))
        near_x, near_y, values = self._cut(x, y, reach)
        near = (np.hypot(near_x - x, near_y - y) <= reach) & np.isfinite(values)
        if not near.any():
            raise NoFitError("there is no pixel with a number")
        index = int(np.argmax(np.where(near, values, -np.inf)))
        return int(near_x[index]), int(near_y[index])

    def _around(self, x: int, y: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the pixels of a source, and their values."""
        near_x, near_y, values = self._cut(x, y, _REACH * self._width)
        apart = np.stack([near_x - x, near_y - y], axis=1)
        widths = np.einsum("ni,ij,nj->n", apart, np.linalg.inv(self._shape), apart) / FWHM**2
        near = (widths <= _REACH**2) & np.isfinite(values)
        whole = math.pi * _REACH**2 * FWHM**2 * math.sqrt(float(np.linalg.det(self._shape)))
        if near.sum() < _LEAST_PART * whole:
            raise NoFitError("the edge of the image, or pixels without a number, are too near")
        return near_x[near], near_y[near], values[near]

    def _cut(
        self, x: float, y: float, reach: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        pixels = self._image.pixels
        top, left = (max(0, math.floor(value - reach)) for value in (y, x))
        part = pixels[top : math.ceil(y + reach) + 1, left : math.ceil(x + reach) + 1]
        rows, columns = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
        return (
            columns.ravel().astype(np.float64),
            rows.ravel().astype(np.float64),
            part.ravel().astype(np.float64),
        )


def _relative_error(signal: float, major: float, minor: float, beam: Beam) -> float:
    """Return the uncertainty of an integrated flux, relative to it.

    Source: Condon 1997, PASP 109, 166, eqs. 41 and 42, for noise that is correlated as the beam is.

    Parameters
    ----------
    signal
        The peak over the noise.
    major, minor
        The widths of the source, deg.
    beam
        The beam, which is how far noise is correlated.
    """
    theta = math.sqrt(beam.major * beam.minor)

    def squared(power_major: float, power_minor: float) -> float:
        area = major * minor / (4 * theta**2)
        factors = (1 + (theta / major) ** 2) ** power_major * (1 + (theta / minor) ** 2) ** power_minor
        return float(2 / (area * factors * signal**2))

    of_axes = squared(2.5, 0.5) + squared(0.5, 2.5)
    return math.sqrt(squared(1.5, 1.5) + theta**2 / (major * minor) * of_axes)
