"""Several mapfiles of one step: do their entries belong together, and which are skipped (10.2)."""

from __future__ import annotations

from ..errors import MapfileError
from .maps import DataMap


def validate_data_maps(*maps: DataMap) -> bool:
    """Return whether all maps are equally long and have the same hosts, entry by entry.

    Parameters
    ----------
    maps
        The maps. A single one fits itself; without any the answer is False.
    """
    return bool(maps) and misfit(*maps) is None


def misfit(*maps: DataMap) -> str | None:
    """Return in words how the maps differ in length or hosts, or None if they do not."""
    if not maps:
        return None
    first, *others = (map_.data for map_ in maps)
    for number, other in enumerate(others, 2):
        if len(other) != len(first):
            return f"map 1 has {len(first)} entries, map {number} has {len(other)}"
    for number, other in enumerate(others, 2):
        for index, (here, there) in enumerate(zip(first, other), 1):
            if here.host != there.host:
                return f"entry {index} is on {here.host!r} in map 1, on {there.host!r} in map {number}"
    return None


def align_data_maps(*maps: DataMap) -> None:
    """Skip an entry in all maps if one of them skips it.

    Entries belong together by position, whatever the maps' iterators (contract 10.2).

    Parameters
    ----------
    maps
        Two maps or more; their entries' `skip` changes.

    Raises
    ------
    MapfileError
        If there are fewer than two maps, or their lengths or hosts differ.
    """
    if len(maps) < 2:
        raise MapfileError("align_data_maps needs two maps or more", hint="give it the maps one by one")
    problem = misfit(*maps)
    if problem:
        raise MapfileError(f"Validation of data maps failed in align_data_map: {problem}")
    for entries in zip(*(map_.data for map_ in maps)):
        skip = any(entry.skip for entry in entries)
        for entry in entries:
            entry.skip = skip
