"""Mapfiles as site plugins and scripts use them: LOFAR's names, and errors that are `DataMapError` (10.2)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NoReturn

from .lofarexceptions import DataMapError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from genericpipe import mapfile
    from genericpipe.errors import MapfileError
    from genericpipe.mapfile import DataProduct, MultiDataProduct, validate_data_maps
else:
    from lofar._core import load

    mapfile = load("mapfile")
    MapfileError = load("errors").MapfileError
    DataProduct = mapfile.DataProduct
    MultiDataProduct = mapfile.MultiDataProduct
    validate_data_maps = mapfile.validate_data_maps

__all__ = [
    "DataMap",
    "DataMapError",
    "DataProduct",
    "MultiDataMap",
    "MultiDataProduct",
    "align_data_maps",
    "load_data_map",
    "store_data_map",
    "tally_data_map",
    "validate_data_maps",
]


class DataMap(mapfile.DataMap):
    """An ordered list of data products; site plugins subclass it.

    Parameters
    ----------
    data
        Data products, or dictionaries, or tuples, all of one kind; another map shares its entries.
    iterator
        How a ``for`` loop goes over the entries: ``iter``, ``DataMap.SkipIterator``,
        ``DataMap.TupleIterator``.

    Raises
    ------
    DataMapError
        If an entry is not one of a mapfile.
    """

    _error = DataMapError


class MultiDataMap(mapfile.MultiDataMap, DataMap):
    """A map of entries of several files each."""


def align_data_maps(*maps: DataMap) -> None:
    """Skip an entry in all maps if one of them skips it.

    Raises
    ------
    DataMapError
        If there are fewer than two maps, or their lengths or hosts differ.
    """
    try:
        mapfile.align_data_maps(*maps)
    except MapfileError as error:
        raise DataMapError(error.message, error.location, error.hint) from None


def load_data_map(filename: str | os.PathLike[str]) -> DataMap:
    """Return the map of a file; it is iterated as tuples (host, file).

    Raises
    ------
    DataMapError
        As ``DataMap.load``, which is to be used instead.
    """
    _deprecated("load_data_map", "DataMap.load")
    data_map: DataMap = DataMap.load(filename)
    data_map.iterator = DataMap.TupleIterator
    return data_map


def store_data_map(filename: str | os.PathLike[str], data: DataMap | Iterable[Any]) -> None:
    """Write a map, or what a map can be made of, to a file.

    Raises
    ------
    DataMapError
        As ``DataMap`` and its ``save``, which is to be used instead.
    """
    _deprecated("store_data_map", "DataMap.save")
    (data if isinstance(data, mapfile.DataMap) else DataMap(data)).save(filename)


def tally_data_map(data: object, glob: str, logger: object = None) -> NoReturn:
    """Refuse: finding files on the hosts of a cluster needed LOFAR's own tools (contract 10.2).

    Raises
    ------
    DataMapError
        Always.
    """
    hint = "the plugin createMapfile with method mapfile_from_folder makes a map of the files in a folder"
    raise DataMapError("tally_data_map is not supported", hint=hint)


def _deprecated(old: str, new: str) -> None:
    warnings.warn(f"{old} is deprecated, use {new}", DeprecationWarning, stacklevel=3)
