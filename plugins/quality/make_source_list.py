"""What a ``pythonplugin`` step calls in the place of prefactor's make_source_list.py.

It is run by its path, so it imports its own package by name.
"""

from __future__ import annotations

import os
from pathlib import Path

from genericpipe_plugins.quality.catalogues import CatalogueSource, read_catalogue
from genericpipe_plugins.quality.comparison import compare, write_comparison
from genericpipe_plugins.quality.comparisonplot import plot_comparison
from genericpipe_plugins.quality.fitsimage import SkyImage, read_image
from genericpipe_plugins.quality.keywords import Keywords, given
from genericpipe_plugins.quality.sourcefinding import FORMATS, FinderSettings, find_sources

_SAID = Keywords("make_source_list")


def main(
    image_name: str | os.PathLike[str],
    catalog_name: str | os.PathLike[str],
    threshisl: float | str = 3.0,
    threshpix: float | str = 5.0,
    atrous_do: bool | str = False,
    rmsbox: tuple[int, int] | str = (60, 20),
    adaptive_rmsbox: bool | str = False,
    rmsbox_bright: tuple[int, int] | str | None = None,
    adaptive_thresh: float | str | None = None,
    compare_dir: str | os.PathLike[str] | None = None,
    compare_with: str | os.PathLike[str] | None = None,
    compare_radius: float | str | None = None,
    catalog_format: str | None = None,
    ncores: int | str | None = None,
) -> dict[str, str]:
    """Find the sources of an image with PyBDSF, write a list, and hold it against a catalogue.

    Parameters
    ----------
    image_name
        The image.
    catalog_name
        The source list that is written.
    threshisl, threshpix
        Thresholds of an island's edge and of its peak, in units of the noise.
    atrous_do
        Whether what is left is searched on larger scales.
    rmsbox
        Size and step of the boxes in which noise is measured, pixels.
    adaptive_rmsbox
        Whether boxes are smaller around bright sources.
    rmsbox_bright
        Size and step of those.
    adaptive_thresh
        How many times the noise a source has to be for that.
    compare_dir
        Folder of the table and the picture of the comparison.
    compare_with
        The catalogue to compare with; without it nothing is compared.
    compare_radius
        How far apart two may be to be the same source, arcsec; without it, the longer width of the beam.
    catalog_format
        ``fits``, ``csv``, ``bbs`` or ``ds9``; without it what the extension of `catalog_name` says, or FITS.
    ncores
        How many processes PyBDSF may start; without it as many as there are cores.

    Returns
    -------
    dict
        ``catalogue``, the path of the list, and ``sources``, how many there are; after a comparison also
        ``comparison`` and ``comparison_picture``, and ``flux_ratio``, the median.

    Raises
    ------
    QualityError
        If PyBDSF is not installed, the image or the catalogue cannot be read, a keyword not used, or
        something not written.
    """
    settings = FinderSettings(
        island=_SAID.number("threshisl", threshisl),
        pixel=_SAID.number("threshpix", threshpix),
        wavelets=_SAID.truth("atrous_do", atrous_do),
        box=_SAID.pair("rmsbox", rmsbox) if given(rmsbox) else None,
        adaptive=_SAID.truth("adaptive_rmsbox", adaptive_rmsbox),
        bright_box=_SAID.pair("rmsbox_bright", rmsbox_bright) if given(rmsbox_bright) else None,
        bright=_SAID.number("adaptive_thresh", adaptive_thresh) if given(adaptive_thresh) else None,
        cores=_SAID.whole("ncores", ncores) if given(ncores) else None,
    )
    radius = _SAID.number("compare_radius", compare_radius) if given(compare_radius) else None
    output = Path(_SAID.path("catalog_name", catalog_name))
    form = _form(output, catalog_format)
    # A catalogue that cannot be used is told before the search, which takes long.
    known = read_catalogue(_SAID.path("compare_with", compare_with)) if given(compare_with) else None
    image = read_image(_SAID.path("image_name", image_name))
    sources = find_sources(image, settings, catalogue=output, form=form)
    print(f"make_source_list: {len(sources)} sources in {image.path}, listed in {output}")
    result = {"catalogue": str(output), "sources": str(len(sources))}
    if known is None:
        if given(compare_dir):
            print("make_source_list: nothing is compared: compare_with names no catalogue")
        return result
    folder = Path(_SAID.path("compare_dir", compare_dir)) if given(compare_dir) else output.parent
    return result | _compare(image, sources, known, radius, folder)


def _compare(
    image: SkyImage,
    sources: list[CatalogueSource],
    known: list[CatalogueSource],
    radius: float | None,
    folder: Path,
) -> dict[str, str]:
    places = image.pixels_of([one.ra for one in known], [one.dec for one in known])
    inside = [one for one, place in zip(known, places, strict=True) if place[0] == place[0]]
    assert image.beam is not None  # without one there is no list
    found = compare(
        sources,
        inside,
        centre=image.reference,
        radius=image.beam.major if radius is None else radius / 3600,
        frequency=image.frequency,
    )
    base = folder / f"{image.path.stem}.comparison"
    table = write_comparison(found, f"{base}.csv")
    picture = plot_comparison(found, f"{base}.png", title=image.path.name)
    print(f"make_source_list: {found.summary}")
    return {
        "comparison": str(table),
        "comparison_picture": str(picture),
        "flux_ratio": f"{found.ratio:.4f}",
    }


def _form(path: Path, asked: object) -> str:
    if given(asked):
        return _SAID.choice("catalog_format", asked, tuple(FORMATS))
    extensions = {".csv": "csv", ".reg": "ds9", ".skymodel": "bbs", ".bbs": "bbs"}
    return extensions.get(path.suffix.lower(), "fits")
