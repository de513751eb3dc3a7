"""An image of the sky in a FITS file: its pixels, beam, unit and where they are on the sky."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..feedback.noise import NoiseError, rms_noise
from .fitsfile import open_fits
from .keywords import QualityError

#: Full width at half maximum of a normal distribution of standard deviation 1.
FWHM = math.sqrt(8 * math.log(2))
_STOKES = {1: "I", 2: "Q", 3: "U", 4: "V"}


@dataclass(frozen=True)
class Beam:
    """The restoring beam.

    Parameters
    ----------
    major, minor
        Full widths at half maximum, deg.
    angle
        Of the major axis, deg, from north through east.
    """

    major: float
    minor: float
    angle: float

    @property
    def area(self) -> float:
        """The solid angle in square degrees: that of a Gaussian."""
        return math.pi * self.major * self.minor / (4 * math.log(2))

    @property
    def text(self) -> str:
        """The beam as people write it: major by minor width, and the angle."""
        return f"{self.major * 3600:.1f}″ \u00d7 {self.minor * 3600:.1f}″, {self.angle:.0f}°"


@dataclass(frozen=True, eq=False)
class SkyImage:
    """The first plane of an image.

    Parameters
    ----------
    path
        The file.
    pixels
        Shape (y, x), as FITS has it; in the unit of the image.
    header
        What the file says of it.
    wcs
        astropy's transformation between pixels and the sky, of two axes.
    beam
        The restoring beam, or None where the header has none.
    unit
        Of the pixels, ``Jy/beam`` with WSClean.
    frequency
        Of the plane, Hz, or None where it is not told.
    stokes
        ``I``, ``Q``, ``U``, ``V``, or empty.
    """

    path: Path
    pixels: NDArray[Any]
    header: Any
    wcs: Any
    beam: Beam | None
    unit: str
    frequency: float | None
    stokes: str

    @cached_property
    def rms(self) -> float:
        """The noise in the unit of the image, as in the feedback (image contract 5.3).

        Raises
        ------
        QualityError
            If it cannot be told.
        """
        try:
            return rms_noise(self.pixels)
        except NoiseError as error:
            raise QualityError(f"{self.path}: {error}", hint="the imager has left an empty image") from None

    @cached_property
    def peak(self) -> float:
        """The brightest pixel: the largest magnitude, as Stokes Q, U and V may be negative."""
        finite = np.isfinite(self.pixels)
        highest = np.max(self.pixels, where=finite, initial=0.0)
        return float(max(highest, -np.min(self.pixels, where=finite, initial=0.0)))

    @property
    def dynamic_range(self) -> float:
        """The peak over the noise; infinite where there is no noise."""
        return self.peak / self.rms if self.rms > 0 else math.inf

    @property
    def scales(self) -> tuple[float, float]:
        """Degrees a pixel along x and y, positive."""
        x, y = self.wcs.proj_plane_pixel_scales()
        return abs(float(x.to_value("deg"))), abs(float(y.to_value("deg")))

    @property
    def reference(self) -> tuple[float, float]:
        """Right ascension and declination of the reference pixel, which is the phase centre, deg."""
        ra, dec = self.wcs.wcs.crval
        return float(ra) % 360.0, float(dec)

    @cached_property
    def beam_covariance(self) -> NDArray[np.float64] | None:
        """The beam as the covariance of a Gaussian in pixels (x, y), shape (2, 2); None without a beam."""
        if self.beam is None:
            return None
        angle = math.radians(self.beam.angle)
        along = np.array([math.sin(angle), math.cos(angle)])  # east, north
        across = np.array([along[1], -along[0]])
        major, minor = self.beam.major / FWHM, self.beam.minor / FWHM
        on_sky = major**2 * np.outer(along, along) + minor**2 * np.outer(across, across)
        to_pixels = np.linalg.inv(np.asarray(self.wcs.pixel_scale_matrix, dtype=np.float64))
        return np.asarray(to_pixels @ on_sky @ to_pixels.T)

    def pixels_of(self, ra: ArrayLike, dec: ArrayLike) -> NDArray[np.float64]:
        """Return where directions are in 0-based pixels; NaN where they are not in the image.

        Parameters
        ----------
        ra, dec
            In deg, shape (n,).

        Returns
        -------
        array
            x and y, shape (n, 2).
        """
        right, declination = np.atleast_1d(ra).astype(np.float64), np.atleast_1d(dec).astype(np.float64)
        places = np.stack(self.wcs.wcs_world2pix(right, declination, 0), axis=1)
        height, width = self.pixels.shape
        inside = ((places >= -0.5) & (places < (width - 0.5, height - 0.5))).all(axis=1)
        # A projection of half the sky folds the other half onto it.
        centre_ra, centre_dec = np.radians(self.wcs.wcs.crval)
        near = np.sin(np.radians(declination)) * np.sin(centre_dec)
        near += np.cos(np.radians(declination)) * np.cos(centre_dec) * np.cos(np.radians(right) - centre_ra)
        places[~inside | (near <= 0)] = np.nan
        return places


def read_image(path: str | os.PathLike[str]) -> SkyImage:
    """Read the first plane of a FITS image.

    Parameters
    ----------
    path
        The file, as WSClean writes it: axes of right ascension and declination, then others.

    Raises
    ------
    QualityError
        If it is not there, no FITS file, no image of the sky, or has no pixel that is a number.
    """
    where = Path(path)
    if not where.is_file():
        raise QualityError(
            f"there is no image {where}", hint="has the imager run, and does it use another name?"
        )
    with open_fits(where) as opened:
        header = opened[0].header
        data = opened[0].data
    if data is None or data.ndim < 2 or 0 in data.shape:
        raise QualityError(f"{where} holds no image", hint="its first part is to have two axes or more")
    plane = data.reshape((-1, *data.shape[-2:]))[0]
    if not np.isfinite(plane).any():
        raise QualityError(
            f"{where}: no pixel of the image is a number", hint="the data may be flagged throughout"
        )
    return SkyImage(
        where,
        plane,
        header,
        _wcs(where, header),
        _beam(header),
        "Jy/beam" if (unit := str(header.get("BUNIT", "")).strip()).upper() == "JY/BEAM" else unit,
        _frequency(header),
        _stokes(header),
    )


def store_noise(image: SkyImage) -> None:
    """Write the noise as ``MEANRMS`` into the header of the file, which is changed (image contract 5.3).

    Raises
    ------
    QualityError
        If the file may not be written.
    """
    from astropy.io import fits

    rms = image.rms
    try:
        fits.setval(image.path, "MEANRMS", value=rms, comment="noise, without sources")
    except OSError as error:
        reason = error.strerror or error
        raise QualityError(f"MEANRMS cannot be written into {image.path}: {reason}") from None


def _wcs(path: Path, header: Any) -> Any:
    import warnings

    from astropy.wcs import WCS, FITSFixedWarning

    try:
        with warnings.catch_warnings():
            # astropy tells of each date that it puts into its own form.
            warnings.simplefilter("ignore", FITSFixedWarning)
            celestial = WCS(header).celestial
    except (ValueError, KeyError, MemoryError) as error:
        raise QualityError(f"{path}: the coordinates cannot be used: {error}") from None
    if celestial.naxis != 2:
        raise QualityError(
            f"{path} has no axes of right ascension and declination",
            hint="CTYPE1 and CTYPE2 are to be RA---SIN and DEC--SIN, say",
        )
    return celestial


def _beam(header: Any) -> Beam | None:
    """Return the restoring beam; WSClean writes none, or zeros, where it has fitted none."""
    try:
        major, minor, angle = (float(header.get(key, 0.0)) for key in ("BMAJ", "BMIN", "BPA"))
    except (TypeError, ValueError):
        return None
    return Beam(major, minor, angle) if 0 < minor < math.inf and 0 < major < math.inf else None


def _axis(header: Any, kind: str) -> float | None:
    """Return the value of the first plane on the axis of a kind."""
    for axis in range(3, int(header.get("NAXIS", 0)) + 1):
        if str(header.get(f"CTYPE{axis}", "")).upper().startswith(kind):
            value, step, place = (header.get(f"{key}{axis}", 0.0) for key in ("CRVAL", "CDELT", "CRPIX"))
            try:
                return float(value) + (1 - float(place)) * float(step)
            except (TypeError, ValueError):
                return None
    return None


def _frequency(header: Any) -> float | None:
    found = _axis(header, "FREQ")
    return found if found is not None and 0 < found < math.inf else None


def _stokes(header: Any) -> str:
    found = _axis(header, "STOKES")
    return _STOKES.get(round(found), "") if found is not None and math.isfinite(found) else ""
