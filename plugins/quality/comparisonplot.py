"""The picture of a comparison with a catalogue: fluxes, positions, and where on the sky."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .catalogues import CatalogueSource
from .comparison import Comparison
from .drawing import new_figure, png_path, save

_FOUND, _MISSING, _EXTRA = "#1f4e79", "#d1495b", "#8a8a8a"


def plot_comparison(comparison: Comparison, path: str | os.PathLike[str], *, title: str = "") -> Path:
    """Draw flux ratios against distance, offsets of positions, and a map, and write them as PNG.

    Parameters
    ----------
    comparison
        What is drawn.
    path
        The picture; ``.png`` is added to another name.
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
    figure = new_figure(15.0, 5.4)
    fluxes, offsets, sky = figure.subplots(1, 3)
    _draw_fluxes(fluxes, comparison)
    _draw_offsets(offsets, comparison)
    _draw_map(sky, comparison)
    for axes in (fluxes, offsets, sky):
        axes.grid(alpha=0.25, linewidth=0.5)
    figure.suptitle(f"{title}\n{comparison.summary}" if title else comparison.summary, fontsize=11)
    return save(figure, png_path(path))


def _draw_fluxes(axes: Any, comparison: Comparison) -> None:
    distances = [pair.distance for pair in comparison.pairs]
    ratios = [pair.ratio for pair in comparison.pairs]
    axes.axhline(1.0, color="black", linewidth=0.8)
    if math.isfinite(comparison.ratio):
        label = f"median {comparison.ratio:.3f}"
        axes.axhline(comparison.ratio, color=_FOUND, linewidth=0.8, linestyle="--", label=label)
        axes.legend(loc="best")
    axes.scatter(
        distances, ratios, s=_sizes([pair.expected for pair in comparison.pairs]), c=_FOUND, alpha=0.8
    )
    # One far outlier must not flatten all others.
    finite = np.array([ratio for ratio in ratios if math.isfinite(ratio)] or [1.0])
    low, high = (float(value) for value in np.percentile(finite, (2.5, 97.5)))
    margin = max(0.03, 0.15 * (high - low))
    low, high = min(1.0, low) - margin, max(1.0, high) + margin
    axes.set_ylim(low, high)
    beyond = int(((finite < low) | (finite > high)).sum())
    axes.set_title("fluxes" + (f" ({beyond} beyond the picture)" if beyond else ""), fontsize=10)
    axes.set_xlim(left=0)
    axes.set_xlabel("distance from the centre [deg]")
    axes.set_ylabel("flux / flux of the catalogue")


def _draw_offsets(axes: Any, comparison: Comparison) -> None:
    places = np.array([pair.east_north for pair in comparison.pairs] or [(np.nan, np.nan)])
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.axvline(0.0, color="black", linewidth=0.8)
    sizes = _sizes([pair.expected for pair in comparison.pairs] or [1.0])
    axes.scatter(places[:, 0], places[:, 1], s=sizes, c=_FOUND, alpha=0.8)
    far = np.abs(places[np.isfinite(places)])
    reach = 1.15 * float(far.max(initial=0.0)) or 1.0
    axes.set_xlim(reach, -reach)  # east is left, as on the sky
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")
    axes.set_title("positions: found minus catalogue", fontsize=10)
    axes.set_xlabel("to the east [arcsec]")
    axes.set_ylabel("to the north [arcsec]")


def _draw_map(axes: Any, comparison: Comparison) -> None:
    groups: tuple[tuple[str, Sequence[CatalogueSource], dict[str, Any]], ...] = (
        ("not in the catalogue", comparison.extra, {"marker": ".", "c": _EXTRA, "s": 45}),
        ("found", [pair.known for pair in comparison.pairs], {"marker": "o", "c": _FOUND, "s": 28}),
        ("not found", comparison.missing, {"marker": "x", "c": _MISSING, "s": 34}),
    )
    reach = 0.0
    for name, sources, style in groups:
        if not sources:
            continue
        places = np.array([_from_centre(source, comparison.centre) for source in sources])
        axes.scatter(places[:, 0], places[:, 1], label=f"{name}: {len(sources)}", **style)
        reach = max(reach, float(np.abs(places).max()))
    reach = 1.15 * reach or 1.0
    axes.set_xlim(reach, -reach)
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")
    axes.set_title("where they are", fontsize=10)
    axes.set_xlabel("to the east of the centre [deg]")
    axes.set_ylabel("to the north of the centre [deg]")
    if any(sources for _, sources, _ in groups):
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=3, fontsize=8, frameon=False)


def _sizes(fluxes: Sequence[float]) -> Any:
    """Return the areas of marks: brighter sources are larger, by the logarithm."""
    values = np.maximum(np.asarray(fluxes, dtype=np.float64), 1e-12)
    if not len(values):
        return values
    return np.clip(24 + 16 * np.log10(values / np.median(values)), 8, 70)


def _from_centre(source: CatalogueSource, centre: tuple[float, float]) -> tuple[float, float]:
    """Return the direction cosines from a centre, as degrees."""
    ra, dec = math.radians(source.ra - centre[0]), math.radians(source.dec)
    middle = math.radians(centre[1])
    east = math.cos(dec) * math.sin(ra)
    north = math.sin(dec) * math.cos(middle) - math.cos(dec) * math.sin(middle) * math.cos(ra)
    return math.degrees(east), math.degrees(north)
