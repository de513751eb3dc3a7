"""What a ``pythonplugin`` step calls in the place of prefactor's plot_image.py.

It is run by its path, so it imports its own package by name.
"""

from __future__ import annotations

import os
from pathlib import Path

from genericpipe_plugins.quality.fitsimage import read_image, store_noise
from genericpipe_plugins.quality.imageplot import BRIGHTEST, DARKEST, plot_sky
from genericpipe_plugins.quality.keywords import Keywords, given

_SAID = Keywords("plot_image")


def main(
    fitsimage: str | os.PathLike[str],
    outfilename: str | os.PathLike[str],
    outdir: str | os.PathLike[str] | None = None,
    darkest: float | str = DARKEST,
    brightest: float | str = BRIGHTEST,
    colours: str = "inferno",
    title: str | None = None,
    store_meanrms: bool | str = False,
) -> dict[str, str]:
    """Draw an image with its beam, a colour bar, the noise and the dynamic range.

    Parameters
    ----------
    fitsimage
        The image.
    outfilename
        The picture; ``.png`` is added to another name.
    outdir
        Folder of the picture; without it, that of `outfilename`.
    darkest, brightest
        The ends of the colours, in units of the noise.
    colours
        One of matplotlib's colour maps.
    title
        A line above the picture; without it the name of the image.
    store_meanrms
        Whether the noise is written as ``MEANRMS`` into the image, which is changed by this (image contract
        5.3): only in steps before the image is copied.

    Returns
    -------
    dict
        ``picture``, its path; ``rms`` and ``peak`` in the unit of the image; ``dynamic_range``.

    Raises
    ------
    QualityError
        If the image cannot be read, a keyword not used, or the picture not written.
    """
    low = _SAID.number("darkest", darkest, least=-float("inf"))
    high = _SAID.number("brightest", brightest, least=low)
    stored = _SAID.truth("store_meanrms", store_meanrms)
    map_of_colours = _colour_map(colours)
    path = Path(_SAID.path("outfilename", outfilename))
    if given(outdir):
        path = Path(_SAID.path("outdir", outdir)) / path.name
    image = read_image(_SAID.path("fitsimage", fitsimage))
    heading = str(title) if given(title) else ""
    made = plot_sky(image, path, darkest=low, brightest=high, colours=map_of_colours, title=heading)
    if stored:
        store_noise(image)
    print(
        f"plot_image: {made}: rms {image.rms:.4g} {image.unit}, peak {image.peak:.4g}, "
        f"dynamic range {image.dynamic_range:.0f}"
    )
    return {
        "picture": str(made),
        "rms": repr(float(image.rms)),
        "peak": repr(image.peak),
        "dynamic_range": repr(float(image.dynamic_range)),
    }


def _colour_map(name: object) -> str:
    from matplotlib import colormaps

    text = str(name).strip()
    if text not in colormaps:
        raise _SAID.fault(f"colours = {text!r} is no colour map", "inferno, viridis and gray are some")
    return text
