"""Mapfiles: lists of data products, their files, and what steps ask of them."""

from __future__ import annotations

from pathlib import Path

from .alignment import align_data_maps, misfit, validate_data_maps
from .files import MapfileIOError, MissingMapfileError
from .listtext import entries_of
from .maps import DataMap, MultiDataMap
from .products import DataProduct, MultiDataProduct, replaced
from .reader import read_products

__all__ = [
    "DataMap",
    "DataProduct",
    "MapfileIOError",
    "MissingMapfileError",
    "MultiDataMap",
    "MultiDataProduct",
    "align_data_maps",
    "entries_of",
    "misfit",
    "read",
    "replaced",
    "validate_data_maps",
    "write",
]


def read(path: str | Path) -> DataMap:
    """Return the map that a file holds, all entries in their places.

    Parameters
    ----------
    path
        The mapfile.

    Raises
    ------
    MapfileError
        If it is no mapfile; names file, line and entry. A `MissingMapfileError` if there is none.
    """
    return DataMap(read_products(str(path)))


def write(data_map: DataMap, path: str | Path) -> None:
    """Write a map to a file, replacing it at once.

    Parameters
    ----------
    data_map
        The map; skipped entries are written too.
    path
        The mapfile.

    Raises
    ------
    MapfileIOError
        If it cannot be written.
    """
    data_map.save(path)
