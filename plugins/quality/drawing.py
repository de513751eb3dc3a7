"""Pictures as PNG files, without a display and without any state that figures share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .keywords import QualityError

DOTS_PER_INCH = 120


def new_figure(width: float, height: float, *, arranged: bool = True) -> Any:
    """Return an empty figure of matplotlib, to be drawn into memory.

    Parameters
    ----------
    width, height
        In inches.
    arranged
        Whether matplotlib finds the places of what is in it; if not, the caller does.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH)
    if arranged:
        figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.08)
    FigureCanvasAgg(figure)
    return figure


def save(figure: Any, path: Path) -> Path:
    """Write a figure as PNG; whoever looks sees the old one or the whole new one.

    Parameters
    ----------
    figure
        What is drawn.
    path
        The file; its folder is made.

    Raises
    ------
    QualityError
        If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            figure.savefig(made, format="png", dpi=DOTS_PER_INCH)
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
    except OSError as error:
        raise QualityError(f"the picture {path} cannot be written: {error.strerror or error}") from None
    return path


def png_path(path: str | os.PathLike[str]) -> Path:
    """Return a path with the extension ``.png``, which is added where there is none."""
    found = Path(path)
    return found if found.suffix.lower() == ".png" else found.with_name(f"{found.name}.png")
