"""trimMapfile: cut the files of a mapfile at a text (image contract 4.2)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from genericpipe import DataMap, DataProduct

from .inputs import nothing_in, read_map
from .keywords import Keywords
from .saving import save

_LOG = logging.getLogger(__name__)
_KEYS = "mapfile_in mapfile_dir filename trim counter".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map whose files end before the last place where a text stands; those without it are left out.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, ``trim``, ``mapfile_dir``, ``filename``; ``counter`` (0): where it is larger than 0,
        ``image32`` in a file becomes ``image42`` too.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used, nothing is left of a file, or a file cannot be read or
        written.
    """
    keys = Keywords("trimMapfile", kwargs, _KEYS)
    trim = keys.text("trim")
    again = keys.number("counter", 0) > 0
    target = keys.target()
    products = read_map(keys)
    made = []
    for number, product in enumerate(products, 1):
        start, found, _ = product.file.rpartition(trim)
        if not found:
            _LOG.warning("trimMapfile: %s is left out: there is no %r in it", product.file, trim)
            continue
        if not start:
            raise keys.fault(
                f"mapfile_in: nothing is left of {product.file!r}, entry {number} of "
                f"{keys.text('mapfile_in')}"
            )
        # As LOFAR's pipeline for faceted images had it, whose second pass wrote other names.
        start = start.replace("image32", "image42") if again else start
        made.append(DataProduct(product.host, start, product.skip))
    empty = f"no file of {keys.text('mapfile_in')} has {trim!r} in it"
    return save(
        keys.plugin, DataMap(made), target, empty if products else nothing_in(keys, "mapfile_in", products)
    )
