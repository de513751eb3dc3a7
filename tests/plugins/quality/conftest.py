"""Images of a sky that is known: Gaussian sources in noise, as WSClean writes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

CELL = 0.002
CENTRE = (212.835495, 52.20277)
FREQUENCY = 140e6
#: Direction, integrated flux in Jy, and major and minor width in arcsec where it is no point.
Blob = tuple[float, float, float] | tuple[float, float, float, float, float]


def gaussian(shape: tuple[int, int], x: float, y: float, covariance: Any) -> Any:
    """Return a Gaussian of height 1."""
    import numpy as np

    rows, columns = np.mgrid[: shape[0], : shape[1]]
    apart = np.stack([columns - x, rows - y], axis=-1)
    return np.exp(-0.5 * np.einsum("yxi,ij,yxj->yx", apart, np.linalg.inv(covariance), apart))


def covariance(major: float, minor: float, angle: float) -> Any:
    """Return the shape in pixels of widths in deg; x grows to the west."""
    import numpy as np

    turned = math.radians(angle)
    along = np.array([-math.sin(turned), math.cos(turned)])
    across = np.array([along[1], -along[0]])
    widths = [width / CELL / math.sqrt(8 * math.log(2)) for width in (major, minor)]
    return widths[0] ** 2 * np.outer(along, along) + widths[1] ** 2 * np.outer(across, across)


@pytest.fixture
def sky_image(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of FITS images; keys of the header are changed, or left out where they are None."""
    fits = pytest.importorskip("astropy.io.fits")
    import numpy as np
    from astropy.wcs import WCS

    def make(
        name: str = "fullband-MFS-I-image-pb.fits",
        sources: Sequence[Blob] = (),
        *,
        shape: tuple[int, int] = (400, 400),
        noise: float = 1e-3,
        beam: tuple[float, float, float] = (0.012, 0.008, 30.0),
        data: Any = None,
        **changed: Any,
    ) -> Path:
        pixels = np.random.default_rng(3).normal(0, noise, shape) if noise else np.zeros(shape)
        header: dict[str, Any] = {
            "BUNIT": "JY/BEAM ",
            "BMAJ": beam[0],
            "BMIN": beam[1],
            "BPA": beam[2],
            "CTYPE1": "RA---SIN",
            "CRPIX1": shape[1] // 2 + 1,
            "CRVAL1": CENTRE[0],
            "CDELT1": -CELL,
            "CUNIT1": "deg",
            "CTYPE2": "DEC--SIN",
            "CRPIX2": shape[0] // 2 + 1,
            "CRVAL2": CENTRE[1],
            "CDELT2": CELL,
            "CUNIT2": "deg",
            "CTYPE3": "FREQ",
            "CRPIX3": 1.0,
            "CRVAL3": FREQUENCY,
            "CDELT3": 1.5e6,
            "CTYPE4": "STOKES",
            "CRPIX4": 1.0,
            "CRVAL4": 1.0,
            "CDELT4": 1.0,
        }
        wcs = WCS(fits.Header(header)).celestial
        for ra, dec, flux, *widths in sources:
            x, y = (float(value) for value in wcs.wcs_world2pix(ra, dec, 0))
            major, minor = (width / 3600 for width in widths) if widths else beam[:2]
            # An integrated flux is the peak times the area of the source in beams.
            peak = flux * beam[0] * beam[1] / (major * minor)
            pixels += peak * gaussian(shape, x, y, covariance(major, minor, beam[2]))
        part = fits.PrimaryHDU((pixels if data is None else data)[np.newaxis, np.newaxis].astype(np.float32))
        for key, value in (header | changed).items():
            if value is not None:
                part.header[key] = value
        path = tmp_path / name
        part.writeto(path)
        return path

    return make
