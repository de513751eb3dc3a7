"""Stands in for the scripts that group bands and compute image sizes and averaging (image contract 3.4)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from genericpipe import DataMap, DataProduct

from .making import Maker

# The values of an ordinary HBA observation (image contract 3.5 b).
_HIGH, _HIGH_PADDED, _LOW, _LOW_PADDED = "6300 6300", "8820 8820", "8192 8192", "11520 11520"
_FREQSTEP, _TIMESTEP = "195312.5", "16.02224128"

# What both scripts write: returned key -> suffix of the mapfile, and what stands in its entry for each file.
# Each file is taken for a band of its own.
_COMMON: Mapping[str, tuple[str, str]] = {
    "high_size_mapfile": ("_high_size", _HIGH),
    "low_size_mapfile": ("_low_size", _LOW),
    "high_padsize_mapfile": ("_high_padded_size", _HIGH_PADDED),
    "low_padsize_mapfile": ("_low_padded_size", _LOW_PADDED),
    "freqstep": ("_freqstep", _FREQSTEP),
    "timestep": ("_timestep", _TIMESTEP),
}
_BASELINES: Mapping[str, tuple[str, str]] = {
    "nwavelengths_high_mapfile": ("_nwavelengths_high", "2"),
    "nwavelengths_low_mapfile": ("_nwavelengths_low", "1"),
}


def _for_all_bands(number: int) -> dict[str, tuple[str, str]]:
    return {
        "deep_high_size_mapfile": ("_deep_high_size", _HIGH),
        "deep_low_size_mapfile": ("_deep_low_size", _LOW),
        "deep_high_padsize_mapfile": ("_deep_high_padded_size", _HIGH_PADDED),
        "deep_low_padsize_mapfile": ("_deep_low_padded_size", _LOW_PADDED),
        # Not a tenth, as if files were subbands: pipelines that make an image of each band pair these with
        # the groups.
        "nbands": ("_nbands", str(number)),
        "nchansout_clean1": ("_nchansout_clean1", str(_channels(number // 10))),
        **_BASELINES,
    }


def _channels(bands: int) -> int:
    """Return into how many channels a number of bands is imaged (image contract 3.2)."""
    channels = bands // 4 if bands > 8 else bands // 2 if bands > 4 else bands
    return max(channels, 2)


#: The script whose images are of one band each has an entry for each in all its maps.
OF_EACH_BAND = False
#: The script for one deep image of all bands has maps with one entry besides.
OF_ALL_BANDS = True


def answer(files: Sequence[str], word: Callable[[str], str], made: Maker, is_deep: bool) -> dict[str, str]:
    """Write the mapfiles and return their paths.

    Parameters
    ----------
    files
        The measurement sets, in order of increasing frequency.
    word
        Gives the text of a keyword of the script, empty where it is missing.
    made
        Writes mapfiles.
    is_deep
        `OF_ALL_BANDS` or `OF_EACH_BAND`.

    Returns
    -------
    dict
        Key -> mapfile; empty without files, or where the mapfiles are not to be written.
    """
    base = os.path.join(word("mapfile_dir"), word("outmapname"))
    if not files or not word("outmapname"):
        return {}
    one_each = {**_COMMON, **({} if is_deep else _BASELINES)}
    one_for_all = _for_all_bands(len(files)) if is_deep else {}
    if not made.map(base, _map_of([[file] for file in files])):
        return {}
    made.map(f"{base}_single", _map_of(files))
    results = {"groupmap": base, "single_mapfile": f"{base}_single"}
    for kinds, number in ((one_each, len(files)), (one_for_all, 1)):
        for key, (suffix, text) in kinds.items():
            made.map(base + suffix, _map_of([text] * number))
            results[key] = base + suffix
    return results


def _map_of(entries: Sequence[str | list[str]]) -> DataMap:
    products = []
    for entry in entries:
        product = DataProduct("localhost", "", False)
        product.file = entry
        products.append(product)
    return DataMap(products)
