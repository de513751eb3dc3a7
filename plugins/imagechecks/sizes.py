"""The size of the image: whether it is one, and whether memory could hold it."""

from __future__ import annotations

import os

from ..do_magic import Computed
from .request import Request

_LARGE, _LARGEST = 20_000, 40_000
_GIB = 1 << 30


def check_size(request: Request, computed: Computed) -> None:
    """Look at the image of all frequencies.

    Memory: ``8 * 4 * (size * padding)^2`` bytes for each output channel, at least (image contract 6).

    Parameters
    ----------
    request
        The pipeline.
    computed
        What do_magic will compute.
    """
    size = computed.deepest.high
    option = "cellsize_highres_deg"
    said = f"the image has {size.x} x {size.y} pixels (beam of {computed.deepest.fwhm:.2f} degrees)"
    hint = "take larger pixels (cellsize_highres_deg) or a smaller field (fieldsize_highres)"
    if max(size.x, size.y) > _LARGEST:
        request.fatal("bad-image-size", option, f"{said}, more than {_LARGEST} a side", hint)
        return
    if max(size.x, size.y) > _LARGE:
        request.warn("bad-image-size", option, f"{said}, more than {_LARGE} a side")
    padding = request.number("image_padding", 1.0)
    needed = 8 * 4 * size.x * size.y * padding**2 * computed.nchansout
    there = memory()
    if needed > there:
        request.fatal(
            "not-enough-memory",
            option,
            f"{said}: {computed.nchansout} channels of it take at least {needed / _GIB:.1f} GiB of memory, "
            f"and this machine has {there / _GIB:.1f}",
            hint,
        )


def memory() -> float:
    """Return the memory of this machine in bytes."""
    return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
