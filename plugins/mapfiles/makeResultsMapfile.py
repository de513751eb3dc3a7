"""makeResultsMapfile: name where the files of a mapfile are to be put (image contract 4.2)."""

from __future__ import annotations

import os
from collections.abc import Sequence

from genericpipe import DataMap

from .inputs import nothing_in, read_map
from .keywords import Keywords
from .makeDirectory import make_folder
from .relocation import Relocation
from .saving import save

_KEYS = "mapfile_in mapfile_dir filename target_dir make_target_dir new_suffix".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map of the same files in another folder, perhaps with another extension; no file is moved.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, ``mapfile_dir``, ``filename``; ``target_dir``, the folder; ``make_target_dir``
        (False), whether to make it; ``new_suffix``, what replaces the last extension of each file.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used, a file has no name, two would get the same one, or a file or
        folder cannot be read, written or made.
    """
    keys = Keywords("makeResultsMapfile", kwargs, _KEYS)
    target, folder = keys.target(), keys.text("target_dir")
    make = keys.flag("make_target_dir", False)
    suffix = keys.text("new_suffix", empty=True) if kwargs.get("new_suffix") is not None else None
    moved = Relocation(
        keys, folder, lambda name: name if suffix is None else os.path.splitext(name)[0] + suffix
    )
    products = read_map(keys)
    made = [moved.of(number, product, product.host) for number, product in enumerate(products, 1)]
    if make:
        make_folder(keys, "target_dir")
    return save(keys.plugin, DataMap(made), target, nothing_in(keys, "mapfile_in", products))
