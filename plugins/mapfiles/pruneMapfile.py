"""pruneMapfile: take out the entries that a script marked, such as ``None`` (image contract 4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from genericpipe import DataMap

from .inputs import nothing_in, read_map
from .keywords import Keywords
from .saving import save

_KEYS = "mapfile_in mapfile_dir filename prune_str".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map without the entries whose file starts with a text, in capitals or not; the others stay.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, ``prune_str``, ``mapfile_dir``, ``filename``.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or a file cannot be read or written.
    """
    keys = Keywords("pruneMapfile", kwargs, _KEYS)
    start = keys.text("prune_str").casefold()
    target = keys.target()
    products = read_map(keys)
    kept = [product for product in products if not product.file.casefold().startswith(start)]
    path = keys.text("mapfile_in")
    empty = f"all files of {path} start with {keys.text('prune_str')!r}"
    return save(
        keys.plugin, DataMap(kept), target, empty if products else nothing_in(keys, "mapfile_in", products)
    )
