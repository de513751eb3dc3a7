"""changeMapfile: append to the files of a mapfile, in place or under a new name (contract 9.3)."""

from __future__ import annotations

import os
from collections.abc import Sequence

from genericpipe import DataMap

from .keywords import Keywords
from .saving import save

_KEYS = "mapfile_in join_files add_name newname".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Change the file of every entry of a mapfile; hosts and skips stay.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``; ``join_files``, a path below each file (an absolute one replaces it); ``add_name``,
        text appended after that; ``newname``, the name of the mapfile to write beside ``mapfile_in``, which
        is overwritten without it.

    Returns
    -------
    dict
        The path of the written mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or a file cannot be read or written.
    """
    keys = Keywords("changeMapfile", kwargs, _KEYS)
    path = keys.text("mapfile_in")
    # An empty new name would overwrite the input, which is not what anybody means by giving one.
    target = os.path.join(os.path.dirname(path), keys.text("newname")) if "newname" in kwargs else path
    below, appended = keys.optional("join_files"), keys.optional("add_name")
    data_map: DataMap = DataMap.load(path)
    for product in data_map.data:
        product.file = (os.path.join(product.file, below) if below else product.file) + appended
    return save("changeMapfile", data_map, target, f"the mapfile {path} has none")
