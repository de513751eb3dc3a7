"""mapfileMaxSize: give every entry the largest image size of all (image contract 4.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from genericpipe import DataMap, DataProduct

from .inputs import nothing_in, read_map
from .keywords import Keywords
from .saving import save

_KEYS = "mapfile_in mapfile_dir filename".split()
_SIZE = re.compile(r"\s*([0-9]+)\s+([0-9]+)\s*")


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map whose entries, sizes such as ``1500 2000``, all have the largest width and height.

    Hosts, skips and the number of entries stay; the sizes of skipped entries count, if they are sizes.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, ``mapfile_dir``, ``filename``.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing, an entry is no size, or a file cannot be read or written.
    """
    keys = Keywords("mapfileMaxSize", kwargs, _KEYS)
    target = keys.target()
    products = read_map(keys)
    widths, heights = [], []
    for number, product in enumerate(products, 1):
        size = _SIZE.fullmatch(product.file)
        if size is not None:
            widths.append(int(size[1]))
            heights.append(int(size[2]))
        elif not product.skip:
            raise keys.fault(
                f"mapfile_in: entry {number} of {keys.text('mapfile_in')} is no size: {product.file!r}",
                "a size is two whole numbers with a blank between them, such as 1500 2000",
            )
    largest = f"{max(widths)} {max(heights)}" if widths else ""
    made = [DataProduct(product.host, largest or product.file, product.skip) for product in products]
    return save(keys.plugin, DataMap(made), target, nothing_in(keys, "mapfile_in", products))
