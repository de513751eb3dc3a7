"""mapfileSingleToGroup: repeat each entry as often as its group has files (image contract 4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from genericpipe import DataMap, DataProduct, entries_of

from .inputs import check_host, check_length, nothing_in, read_map
from .keywords import Keywords
from .saving import save

_KEYS = "mapfile_in mapfile_groups mapfile_dir filename".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a flat map in which each entry stands once for each file of the group of the same number.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, with one entry for each group; ``mapfile_groups``, whose entries are lists of files;
        ``mapfile_dir``, ``filename``.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing, the maps have different lengths or hosts, or a file cannot be read or written.
    """
    keys = Keywords("mapfileSingleToGroup", kwargs, _KEYS)
    target = keys.target()
    singles, groups = read_map(keys), read_map(keys, "mapfile_groups")
    check_length(keys, "mapfile_in", "mapfile_groups", (len(singles), len(groups)))
    made: list[DataProduct] = []
    for number, (single, group) in enumerate(zip(singles, groups, strict=True), 1):
        check_host(keys, ("mapfile_in", number, single.host), ("mapfile_groups", number, group.host))
        skip = bool(single.skip or group.skip)
        made += [DataProduct(single.host, single.file, skip) for _ in entries_of(group.file)]
    empty = f"mapfile_groups: no group of {keys.text('mapfile_groups')} has files"
    return save(
        keys.plugin,
        DataMap(made),
        target,
        empty if groups else nothing_in(keys, "mapfile_groups", groups),
    )
