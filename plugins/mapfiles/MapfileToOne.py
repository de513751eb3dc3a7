"""MapfileToOne: gather all files of a mapfile in one entry, as a Python list (image contract 4.2)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from genericpipe import DataMap, DataProduct

from .groups import MultiDataMap, MultiDataProduct
from .inputs import files_of, read_numbered
from .keywords import Keywords
from .saving import save

_LOG = logging.getLogger(__name__)


def _all_to_one(keys: Keywords) -> DataMap:
    products = read_numbered(keys)
    host = products[-1][1].host
    others = sorted({product.host for _, product in products} - {host})
    if others:
        _LOG.warning(
            "MapfileToOne: the files of %s on %s become those of %s; createMapfile's mapfile_all_to_one "
            "makes an entry for each host",
            keys.text("mapfile_in"),
            ", ".join(others),
            host,
        )
    files = [file for number, product in products for file in files_of(keys, "mapfile_in", number, product)]
    return MultiDataMap([MultiDataProduct(host, files, False)])


def _dummy(keys: Keywords) -> DataMap:
    return DataMap([DataProduct("localhost", "dummy", False) for _ in range(keys.count("number", 0))])


_METHODS: dict[str, Callable[[Keywords], DataMap]] = {"mapfile_all_to_one": _all_to_one, "dummy": _dummy}
_KEYS = "method mapfile_in number mapfile_dir filename".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map with one entry for all files of another one, or with dummies.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``method``, which is ``mapfile_all_to_one`` (with ``mapfile_in``) or ``dummy`` (with ``number``);
        ``mapfile_dir``, ``filename``.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If the method or a key is missing or cannot be used, no entry is left, or a file cannot be read or
        written. (LOFAR's own left nothing behind where the method was another one.)
    """
    keys = Keywords("MapfileToOne", kwargs, _KEYS)
    make = _METHODS[keys.choice("method", _METHODS)]
    target = keys.target()
    return save(keys.plugin, make(keys), target, "number is 0")
