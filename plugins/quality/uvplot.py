"""The picture of a uv coverage."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .drawing import new_figure, png_path, save
from .uvcoverage import SPEED_OF_LIGHT, Coverage

#: What axes may be in: wavelengths of the middle of each set's band, or lengths.
UNITS = ("lambda", "km")
# A point flagged more than this counts as flagged: what is left hardly adds to an image.
_FLAGGED = 0.5


def plot_coverage(
    coverage: Coverage, path: str | os.PathLike[str], *, units: str = "lambda", title: str = ""
) -> Path:
    """Draw the uv coverage with the flagged points and write it as PNG.

    Parameters
    ----------
    coverage
        What is drawn, with its mirror image: the data of (u, v) are also those of (-u, -v).
    path
        The picture; ``.png`` is added to another name.
    units
        ``lambda``, each set by the middle of its band, or ``km``.
    title
        A line above all.

    Returns
    -------
    Path
        The picture.

    Raises
    ------
    QualityError
        If it cannot be written.
    """
    return save(draw_coverage(coverage, units=units, title=title), png_path(path))


def draw_coverage(coverage: Coverage, *, units: str = "lambda", title: str = "") -> Any:
    """Return the figure of a uv coverage; as `plot_coverage`, without writing it."""
    figure = new_figure(7.6, 7.6)
    axes = figure.add_subplot()
    u, v, unit = _scaled(coverage, units)
    flagged = coverage.flagged > _FLAGGED
    # Where much is drawn, points are fainter and smaller, down to what can still be seen.
    size = float(np.clip(20000 / max(1, len(u)), 0.25, 6.0))
    for chosen, colour, name in ((~flagged, "#1f4e79", "data"), (flagged, "#e4572e", "mostly flagged")):
        if not chosen.any():
            continue
        style: dict[str, Any] = {"s": size, "c": colour, "linewidths": 0, "rasterized": True}
        axes.scatter(
            np.concatenate([u[chosen], -u[chosen]]), np.concatenate([v[chosen], -v[chosen]]), **style
        )
        # Of the points themselves a legend shows nothing: they are too small.
        axes.scatter([], [], s=30, c=colour, linewidths=0, label=name)
    reach = 1.05 * max(float(np.abs(u).max()), float(np.abs(v).max()), 1e-9)
    axes.set_xlim(reach, -reach)  # u grows to the east, which is on the left of a picture of the sky
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")
    axes.set_xlabel(f"u [{unit}]")
    axes.set_ylabel(f"v [{unit}]")
    axes.grid(alpha=0.25, linewidth=0.5)
    axes.legend(loc="upper right", framealpha=0.9)
    figure.suptitle(title or "uv coverage", fontsize=13)
    axes.set_title(_facts(coverage), fontsize=9)
    return figure


def _scaled(coverage: Coverage, units: str) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    if units == "km":
        return coverage.u / 1e3, coverage.v / 1e3, "km"
    middle = (coverage.low + coverage.high) / 2 / SPEED_OF_LIGHT
    u, v = coverage.u * middle, coverage.v * middle
    if max(np.abs(u).max(), np.abs(v).max()) < 1e3:
        return u, v, "λ"
    return u / 1e3, v / 1e3, "kλ"


def _facts(coverage: Coverage) -> str:
    low, high = coverage.low.min() / 1e6, coverage.high.max() / 1e6
    sets = f"{coverage.sets} measurement set{'s' if coverage.sets > 1 else ''}"
    band = f"{low:.2f} MHz" if low == high else f"{low:.2f}-{high:.2f} MHz"
    return (
        f"{sets}, {band}, longest baseline {coverage.longest / 1e3:.1f} km\n"
        f"{coverage.rows} samples of baselines, {100 * coverage.fraction:.1f} % of the data flagged"
        + (f", {len(coverage.u)} shown" if len(coverage.u) < coverage.rows else "")
    )
