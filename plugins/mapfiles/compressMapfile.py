"""compressMapfile: gather the files of a mapfile in one entry, or in chunks (image contract 4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from genericpipe import DataMap, DataProduct

from .inputs import files_of, read_numbered
from .keywords import Keywords
from .lists import bracketed
from .saving import save

_KEYS = "mapfile_in mapfile_dir filename nitems_to_compress".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map whose entries are lists of the files of another one; skipped entries are left out.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, ``mapfile_dir``, ``filename``; ``nitems_to_compress``, how many files an entry gets
        at most: all without it, or where it is 0 or less.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used, nothing is left to compress, lists are to be cut, or a file
        cannot be read or written.
    """
    keys = Keywords("compressMapfile", kwargs, _KEYS)
    size = keys.number("nitems_to_compress", -1)
    target = keys.target()
    found: list[tuple[str, str]] = []
    for number, product in read_numbered(keys):
        files = files_of(keys, "mapfile_in", number, product)
        if size > 0 and len(files) > 1:
            # LOFAR's lost all files but as many as there were entries (image contract 4.2).
            raise keys.fault(
                f"mapfile_in: {keys.text('mapfile_in')} has lists of files, which cannot be put into chunks "
                f"of {size}: {product.file}",
                "leave nitems_to_compress out, or give a map with one file an entry",
            )
        found += [(product.host, file) for file in files]
    size = size if size > 0 else len(found)
    chunks = (found[start : start + size] for start in range(0, len(found), size))
    made = [
        DataProduct(chunk[0][0], bracketed(keys.plugin, [file for _, file in chunk]), False)
        for chunk in chunks
    ]
    return save(keys.plugin, DataMap(made), target)
