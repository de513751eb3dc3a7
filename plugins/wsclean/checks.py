"""Looks at the images that WSClean left: there, new, finite, not zero, with a beam, and not diverged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from genericpipe import Finding, Severity

from .images import Products
from .visibilities import Array

# File systems may keep times less exactly than clocks do.
_SLACK = 2.0
# Components that are mere noise raise the residual a little.
_GROWTH = 1.01
_HINT = "its log tells more"
_CALMER = (
    "clean less deep (-auto-threshold, -nmiter), with -local-rms, or with a higher -auto-mask; the images are"
    " left as they are"
)


def look_at(products: Products, started: float) -> Iterator[Finding]:
    """Yield what is wrong with the images of a call.

    Parameters
    ----------
    products
        Where they are to be.
    started
        When WSClean was started, in seconds since 1970.
    """
    if not products.expected:
        return
    for interval in products.intervals:
        for polarisation in products.polarisations:
            for part in dict.fromkeys((products.whole, *products.channels)):
                path = products.path(part, polarisation, "image", interval)
                # A channel without data is empty, and circular polarisation may be nothing but zeros.
                is_main = part == products.whole and polarisation == products.polarisations[0]
                yield from _file(path, started, products, is_main)
        yield from _cleaning(products, interval)


def _file(path: Path, started: float, products: Products, is_main: bool) -> Iterator[Finding]:
    try:
        changed = path.stat().st_mtime
    except OSError:
        yield _error("no-image", f"WSClean left no image {path}")
        return
    if changed < started - _SLACK:
        yield _error("old-image", f"WSClean left no new image: {path} is older than its start")
        return
    if not is_main:
        return
    from astropy.io import fits

    try:
        with fits.open(path, memmap=True) as opened:
            header, data = opened[0].header, opened[0].data
            is_empty = data is None or not _has_values(data)
    except (OSError, ValueError, TypeError) as error:
        yield _error("bad-image", f"the image {path} cannot be read: {error}")
        return
    if is_empty:
        yield _error("empty-image", f"the image {path} is empty: no pixel has a finite value other than 0")
    if not float(header.get("BMAJ") or 0.0):
        message = f"the image {path} has no restoring beam (BMAJ) in its header"
        # Without cleaning there is no point spread function that one could be fitted to.
        yield _error("no-beam", message) if _is_cleaned(products) else _warning("no-beam", message)


def _has_values(data: Any) -> bool:
    """Return whether a pixel is finite and not zero; looks no further than the first rows that have one."""
    plane = data.reshape(-1, data.shape[-1])
    step = max(1, 1_000_000 // plane.shape[1])
    parts = (plane[start : start + step] for start in range(0, len(plane), step))
    return any(bool((np.isfinite(part) & (part != 0)).any()) for part in parts)


def _cleaning(products: Products, interval: str) -> Iterator[Finding]:
    """Compare what is left after cleaning with what there was before it."""
    if not _is_cleaned(products) or products.line.has("continue", "reuse-dirty", "subtract-model"):
        return
    paths = [
        products.path(products.whole, products.polarisations[0], kind, interval)
        for kind in ("dirty", "residual")
    ]
    if not all(path.is_file() for path in paths):
        return
    before, after = map(rms, paths)
    if before > 0 and not after <= _GROWTH * before:
        yield diverged(
            f"the residual has an rms of {after:.3g} Jy/beam, the dirty image one of {before:.3g}: {paths[1]}"
        )


def diverged(how: str) -> Finding:
    """Return the finding about a clean that made things worse."""
    return _error("clean-diverged", f"cleaning has diverged: {how}", _CALMER)


def rms(path: Path) -> float:
    """Return the root mean square of the pixels of an image, without those that have no value."""
    from astropy.io import fits

    with fits.open(path, memmap=True) as opened:
        plane: Array = opened[0].data.reshape(-1, opened[0].data.shape[-1])
        step = max(1, 1_000_000 // plane.shape[1])
        total, count = 0.0, 0
        for start in range(0, len(plane), step):
            part = plane[start : start + step].astype(float)
            values = part[~np.isnan(part)]
            total += float(np.square(values).sum())
            count += values.size
    return float(np.sqrt(total / count)) if count else float("nan")


def _is_cleaned(products: Products) -> bool:
    text = products.line.value("niter")
    return text.isdigit() and int(text) > 0


def _error(code: str, message: str, hint: str = _HINT) -> Finding:
    return Finding(Severity.ERROR, code, message, None, hint)


def _warning(code: str, message: str) -> Finding:
    return Finding(Severity.WARNING, code, message)
