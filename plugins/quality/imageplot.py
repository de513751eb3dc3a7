"""The picture of an image of the sky."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .drawing import new_figure, png_path, save
from .fitsimage import FWHM, SkyImage

#: What is black and white: so many times the noise below and above zero.
DARKEST, BRIGHTEST = -3.0, 20.0
# A picture shows no more pixels than these; each is the largest of those that it stands for.
_MOST_PIXELS = 800
# Where the axes are in the figure: left, bottom, width, height in inches. Layouts that matplotlib finds
# itself draw the axes of the sky several times, which takes seconds.
_LEFT, _BOTTOM, _SIDE, _RIGHT, _TOP = 0.95, 0.7, 6.4, 1.45, 0.8


def plot_sky(
    image: SkyImage,
    path: str | os.PathLike[str],
    *,
    darkest: float = DARKEST,
    brightest: float = BRIGHTEST,
    colours: str = "inferno",
    title: str = "",
) -> Path:
    """Draw an image with axes, beam, colour bar, noise and dynamic range, and write it as PNG.

    Parameters
    ----------
    image
        What is drawn.
    path
        The picture; ``.png`` is added to another name.
    darkest, brightest
        The ends of the colours, in units of the noise.
    colours
        One of matplotlib's colour maps.
    title
        A line above all; without it the name of the file.

    Returns
    -------
    Path
        The picture.

    Raises
    ------
    QualityError
        If the noise cannot be told, or the picture not be written.
    """
    figure = draw_sky(image, darkest=darkest, brightest=brightest, colours=colours, title=title)
    return save(figure, png_path(path))


def draw_sky(
    image: SkyImage,
    *,
    darkest: float = DARKEST,
    brightest: float = BRIGHTEST,
    colours: str = "inferno",
    title: str = "",
) -> Any:
    """Return the figure of an image; as `plot_sky`, without writing it.

    Raises
    ------
    QualityError
        If the noise cannot be told.
    """
    unit, factor = _scaled(image)
    noise = image.rms or (image.peak or 1.0) / 1000  # an image without noise: a model, say
    shown, step = _reduced(image.pixels)
    height, width = shown.shape
    across, up = _SIDE * min(1.0, width / height), _SIDE * min(1.0, height / width)
    across, up = max(across, _SIDE / 2), max(up, _SIDE / 2)
    size = across + _LEFT + _RIGHT, up + _BOTTOM + _TOP
    figure = new_figure(*size, arranged=False)
    wcs = image.wcs[::step, ::step] if step > 1 else image.wcs
    place = _LEFT / size[0], _BOTTOM / size[1], across / size[0], up / size[1]
    axes = figure.add_axes(place, projection=wcs)
    drawn = axes.imshow(
        shown * factor,
        origin="lower",
        cmap=colours,
        vmin=darkest * noise * factor,
        vmax=brightest * noise * factor,
        interpolation="nearest",
    )
    _label(axes)
    beside = figure.add_axes((place[0] + place[2] + 0.15 / size[0], place[1], 0.22 / size[0], place[3]))
    bar = figure.colorbar(drawn, cax=beside, extend="both")
    bar.set_label(f"flux density [{unit}]" if unit else "value")
    _draw_beam(axes, image, step)
    figure.suptitle(title or image.path.name, fontsize=12, y=1 - 0.12 / size[1], va="top")
    axes.set_title(_facts(image, unit, factor), fontsize=9)
    return figure


def _label(axes: Any) -> None:
    right_ascension, declination = axes.coords
    right_ascension.set_axislabel("right ascension (J2000)")
    declination.set_axislabel("declination (J2000)")
    right_ascension.set_ticklabel(exclude_overlapping=True, size=9)
    declination.set_ticklabel(exclude_overlapping=True, size=9, rotation=90, va="center")
    axes.coords.grid(color="white", alpha=0.18, linewidth=0.5)


def _draw_beam(axes: Any, image: SkyImage, step: int) -> None:
    """Draw the beam in the lower left corner; where it would hardly be seen, once more enlarged."""
    from matplotlib.patches import Ellipse, Rectangle

    covariance = image.beam_covariance
    if covariance is None:
        return
    squares, directions = np.linalg.eigh(covariance / step**2)
    minor, major = (FWHM * math.sqrt(float(square)) for square in squares)
    angle = math.degrees(math.atan2(directions[1, 1], directions[0, 1]))
    size = min(image.pixels.shape) / step
    enlarged = max(1, round(0.03 * size / major))
    enlarged = 1 if enlarged < 3 else enlarged
    side = 1.5 * enlarged * major
    corner = 0.02 * size - 0.5
    backing = Rectangle((corner, corner), side, side, facecolor="black", edgecolor="white", alpha=0.85)
    axes.add_patch(backing)
    middle = (corner + side / 2, corner + side / 2)
    axes.add_patch(
        Ellipse(middle, enlarged * major, enlarged * minor, angle=angle, facecolor="white", edgecolor="none")
    )
    note = "beam" if enlarged == 1 else f"beam \u00d7 {enlarged}"
    axes.text(
        corner + side + 0.012 * size,
        corner + side / 2,
        note,
        color="white",
        fontsize=8,
        va="center",
        bbox={"facecolor": "black", "edgecolor": "none", "alpha": 0.6, "pad": 1.5},
    )


def _facts(image: SkyImage, unit: str, factor: float) -> str:
    first = [
        f"rms {image.rms * factor:.4g} {unit}".rstrip(),
        f"peak {image.peak * factor:.4g} {unit}".rstrip(),
    ]
    if math.isfinite(image.dynamic_range):
        first.append(f"dynamic range {image.dynamic_range:.0f}")
    second = [f"beam {image.beam.text}" if image.beam else "no beam"]
    if image.frequency is not None:
        second.append(f"{image.frequency / 1e6:.2f} MHz")
    if image.stokes:
        second.append(f"Stokes {image.stokes}")
    return ", ".join(first) + "\n" + ", ".join(second)


def _scaled(image: SkyImage) -> tuple[str, float]:
    """Return the unit that the noise reads well in, and what to multiply by."""
    if image.unit.startswith("Jy"):
        for prefix, factor in (("", 1.0), ("m", 1e3), ("µ", 1e6)):
            if image.rms * factor >= 0.1 or prefix == "µ":
                return prefix + image.unit, factor
    return image.unit, 1.0


def _reduced(pixels: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Return an image with fewer pixels: a source is not lost between those that are shown."""
    step = -(-max(pixels.shape) // _MOST_PIXELS)
    if step == 1:
        return pixels, 1
    height, width = (side - side % step for side in pixels.shape)
    blocks = pixels[:height, :width].reshape(height // step, step, width // step, step)
    by_block = blocks.swapaxes(1, 2).reshape(height // step, width // step, -1)
    # Of Stokes Q, U and V the negative ones count as much.
    size = np.where(np.isfinite(by_block), np.abs(by_block), -1.0)
    largest = np.take_along_axis(by_block, size.argmax(axis=2)[..., np.newaxis], axis=2)[..., 0]
    return largest, step
