"""expandMapfile: repeat the one file of a mapfile for each entry of another one (image contract 4.2)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from genericpipe import DataMap, DataProduct

from .inputs import nothing_in, read_map
from .keywords import Keywords
from .saving import save

_LOG = logging.getLogger(__name__)
_KEYS = "mapfile_in mapfile_to_match mapfile_dir filename".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map that has the first file of ``mapfile_in`` for each entry of ``mapfile_to_match``.

    Hosts are those of the map to match; its skipped entries are left out.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, ``mapfile_to_match``, ``mapfile_dir``, ``filename``.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing, ``mapfile_in`` has no entries, or a file cannot be read or written.
    """
    keys = Keywords("expandMapfile", kwargs, _KEYS)
    target = keys.target()
    given, matched = read_map(keys), read_map(keys, "mapfile_to_match")
    if not given:
        raise keys.fault(f"{nothing_in(keys, 'mapfile_in', given)}: there is no file to repeat")
    first = given[0]
    if first.skip:
        _LOG.warning("expandMapfile: the first entry of %s is skipped, and used", keys.text("mapfile_in"))
    if any(product.file != first.file for product in given):
        _LOG.warning(
            "expandMapfile: of the %d entries of %s only the first is used, %s",
            len(given),
            keys.text("mapfile_in"),
            first.file,
        )
    made = DataMap([DataProduct(product.host, first.file, False) for product in matched if not product.skip])
    return save(keys.plugin, made, target, nothing_in(keys, "mapfile_to_match", matched))
