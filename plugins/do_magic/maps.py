"""The mapfiles of do_magic: sixteen, each under the name that pipelines expect (image contract 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from genericpipe import DataMap, DataProduct

from .computation import Computed

_HOST = "localhost"


def entries(computed: Computed) -> dict[str, tuple[str, Sequence[str | list[str]]]]:
    """Return what the mapfiles hold: returned key -> suffix of the file name, entries.

    Parameters
    ----------
    computed
        The numbers.

    Returns
    -------
    dict
        Sixteen maps of three lengths: one entry a frequency, one a set, or one only. Numbers are written as
        Python writes a plain float or int; sizes as ``x y``.
    """
    bands, deepest = computed.bands, computed.deepest
    files = [header.path for header in computed.headers]
    width, time = repr(float(computed.averaging.width)), repr(float(computed.averaging.time))
    return {
        "groupmap": ("", [band.group.files for band in bands]),
        "single_mapfile": ("_single", files),
        "high_size_mapfile": ("_high_size", [band.high.text for band in bands]),
        "low_size_mapfile": ("_low_size", [band.low.text for band in bands]),
        "high_padsize_mapfile": ("_high_padded_size", [band.high.padded_text for band in bands]),
        "low_padsize_mapfile": ("_low_padded_size", [band.low.padded_text for band in bands]),
        "deep_high_size_mapfile": ("_deep_high_size", [deepest.high.text]),
        "deep_low_size_mapfile": ("_deep_low_size", [deepest.low.text]),
        "deep_high_padsize_mapfile": ("_deep_high_padded_size", [deepest.high.padded_text]),
        "deep_low_padsize_mapfile": ("_deep_low_padded_size", [deepest.low.padded_text]),
        "nbands": ("_nbands", [str(computed.nbands)]),
        "nchansout_clean1": ("_nchansout_clean1", [str(computed.nchansout)]),
        "freqstep": ("_freqstep", [width] * len(files)),
        "timestep": ("_timestep", [time] * len(files)),
        "nwavelengths_high_mapfile": ("_nwavelengths_high", [str(computed.nwavelengths_high)]),
        "nwavelengths_low_mapfile": ("_nwavelengths_low", [str(computed.nwavelengths_low)]),
    }


def write_maps(computed: Computed, base: str) -> Mapping[str, str]:
    """Write the mapfiles and return their paths by the keys that the script returns.

    Parameters
    ----------
    computed
        The numbers.
    base
        The path of the map of groups; the others have a suffix.

    Raises
    ------
    MapfileError
        If one cannot be written.
    """
    made = {}
    for key, (suffix, fields) in entries(computed).items():
        made[key] = base + suffix
        _map_of(fields).save(made[key])
    return made


def _map_of(fields: Iterable[str | list[str]]) -> DataMap:
    products = []
    for field in fields:
        product = DataProduct(_HOST, "", False)
        product.file = field  # a list stays one in the map of groups
        products.append(product)
    return DataMap(products)
