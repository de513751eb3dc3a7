"""Image sizes: how many pixels a field takes, as a number that Fourier transforms like."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .faults import fault

_SMALLEST = 2


@dataclass(frozen=True)
class ImageSize:
    """The sides of an image in pixels, and those with padding."""

    x: int
    y: int
    padded_x: int
    padded_y: int

    @property
    def text(self) -> str:
        """The sides as WSClean takes them: ``6300 6300``."""
        return f"{self.x} {self.y}"

    @property
    def padded_text(self) -> str:
        """The sides with padding."""
        return f"{self.padded_x} {self.padded_y}"


def optimal(size: float) -> int:
    """Return the smallest even number without a prime factor above 7 that is not less than a size.

    The size is cut off to a whole number first. Source: image contract 3.2, ``opt``.

    Parameters
    ----------
    size
        A side in pixels.

    Raises
    ------
    GenericPipeError
        If there is less than one whole pixel, or the size is not finite.
    """
    if not math.isfinite(size) or int(size) < 1:
        raise fault(
            f"an image of {size:g} pixels a side is none", "look at the cell size and the size of the field"
        )
    least = int(size)
    limit = max(_SMALLEST, 2 * least)  # a power of two lies between the two
    best = 1 << limit.bit_length()
    seven = 2
    while seven < best:
        five = seven
        while five < best:
            three = five
            while three < best:
                found = three
                while found < least:
                    found *= 2
                best = min(best, found)
                three *= 3
            five *= 5
        seven *= 7
    return best


def image_size(
    width: float, cell: float, field: float, padding: float = 1.0, y_stretch: float = 1.0
) -> ImageSize:
    """Return the size of the image of a field.

    Source: image contract 3.2. The padded sides come from the side before it is stretched.

    Parameters
    ----------
    width
        Full width at half maximum of the station's beam in degrees.
    cell
        Degrees a pixel.
    field
        Side of the field in units of `width`.
    padding
        Factor for the padded sides.
    y_stretch
        Factor for both second sides.

    Raises
    ------
    GenericPipeError
        If one of the sides is no size.
    """
    size = optimal(width / cell * field)
    return ImageSize(
        size,
        optimal(int(size * y_stretch)),
        optimal(int(size * padding)),
        optimal(int(size * padding * y_stretch)),
    )
