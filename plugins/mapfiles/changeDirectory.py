"""changeDirectory: the same files in another folder, dealt to hosts anew (image contract 4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from genericpipe import DataMap

from .inputs import nothing_in, read_map
from .keywords import Keywords
from .relocation import Relocation
from .saving import save

_KEYS = "mapfile_in mapfile_dir filename new_dir append nitems_per_host".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map of the same files in another folder; skipped entries are left out, and no file is moved.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, ``mapfile_dir``, ``filename``; ``new_dir``, the folder; ``append``, text appended to
        each file; ``nitems_per_host`` (1): if it is larger than 1, each host in turn gets so many consecutive
        entries, else hosts stay.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used, a file has no name, two would get the same one, or a file
        cannot be read or written.
    """
    keys = Keywords("changeDirectory", kwargs, _KEYS)
    target = keys.target()
    appended = keys.optional("append")
    size = keys.count("nitems_per_host", 1) if keys.optional("nitems_per_host") else 1
    moved = Relocation(keys, keys.text("new_dir"), lambda name: name + appended)
    given = read_map(keys)
    products = [(number, product) for number, product in enumerate(given, 1) if not product.skip]
    hosts = list(dict.fromkeys(product.host for _, product in products))
    made = [
        moved.of(number, product, hosts[place // size % len(hosts)] if size > 1 else product.host)
        for place, (number, product) in enumerate(products)
    ]
    return save(keys.plugin, DataMap(made), target, nothing_in(keys, "mapfile_in", given))
