"""What a ``pythonplugin`` step calls in the place of prefactor's InitSubtract_deep_sort_and_compute.py.

It is run by its path, so it imports its own package by name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from genericpipe_plugins.do_magic.computation import measure
from genericpipe_plugins.do_magic.faults import NAME, MissingKeyword, fault
from genericpipe_plugins.do_magic.inputs import input_files
from genericpipe_plugins.do_magic.maps import write_maps
from genericpipe_plugins.do_magic.settings import Settings

_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}


def main(
    ms_input: Sequence[str] | str,
    outmapname: str | None = None,
    mapfile_dir: str | None = None,
    cellsize_highres_deg: float | str = 0.00208,
    cellsize_lowres_deg: float | str = 0.00694,
    fieldsize_highres: float | str = 2.5,
    fieldsize_lowres: float | str = 6.5,
    image_padding: float | str = 1.0,
    y_axis_stretch: float | str = 1.0,
    elevation_sampling: str = "rows",
    error_tolerance: bool | str = False,
) -> dict[str, str]:
    """Group measurement sets by frequency, compute image sizes and averaging, and write sixteen mapfiles.

    Source: image contract 3.

    Parameters
    ----------
    ms_input
        The sets: a list, the text of one, or the path of a mapfile.
    outmapname
        File name of the map of groups; the others get a suffix. Has to be given.
    mapfile_dir
        Folder of the mapfiles. Has to be given.
    cellsize_highres_deg, cellsize_lowres_deg
        Degrees a pixel.
    fieldsize_highres, fieldsize_lowres
        Side of the field in full widths at half maximum of the station's beam.
    image_padding
        Factor of the padded sizes.
    y_axis_stretch
        Factor of the second axis.
    elevation_sampling
        ``rows``: the mean elevation is that of every 10000th row, as with the script of prefactor; ``times``:
        that of each time slot once.
    error_tolerance
        Whether sets that cannot be read are left out with a warning.

    Returns
    -------
    dict
        The path of each mapfile, by the keys of image contract 3.4.

    Raises
    ------
    GenericPipeError
        If a keyword is missing (a ValueError as well) or cannot be used, a set cannot be read or is none that
        can be imaged, or a mapfile cannot be written.
    """
    for name, value in (("outmapname", outmapname), ("mapfile_dir", mapfile_dir)):
        if not value or not str(value).strip():
            raise MissingKeyword(
                f"{NAME}: the keyword {name!r} is missing",
                hint=f"add <step>.argument.{name} = ... to the step",
            )
    settings = Settings.of(
        {
            "cellsize_highres_deg": cellsize_highres_deg,
            "cellsize_lowres_deg": cellsize_lowres_deg,
            "fieldsize_highres": fieldsize_highres,
            "fieldsize_lowres": fieldsize_lowres,
            "image_padding": image_padding,
            "y_axis_stretch": y_axis_stretch,
            "elevation_sampling": elevation_sampling,
        }
    )
    tolerant = _TRUTH.get(str(error_tolerance).strip().lower())
    if tolerant is None:
        raise fault(f"error_tolerance = {str(error_tolerance)!r} is no truth value", "give True or False")
    computed = measure(input_files(ms_input), settings, tolerant)
    return dict(write_maps(computed, os.path.join(str(mapfile_dir), str(outmapname))))
