"""addListMapfile: make a mapfile of a list in the parset, checked if asked for (image contract 4.2)."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from itertools import cycle

from genericpipe import DataMap, DataProduct, MapfileError, entries_of

from .inputs import files_of, read_map
from .keywords import Keywords
from .saving import save

_LOG = logging.getLogger(__name__)
_KEYS = "files hosts mapfile_dir filename check_files_exist check_ms_column".split()
_MAPFILES = (".mapfile", ".datamap")
# How parsets say that there is no column to look for.
_NONE = ("false", "none")


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map with an entry for each file of a list.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``files``, a list, or the path of a mapfile whose entries are lists; ``hosts``, a list that is gone
        through again and again; ``mapfile_dir``, ``filename``; ``check_files_exist`` (False), whether files
        that are not there are to be skipped; ``check_ms_column``, a column that measurement sets have to
        have for not being skipped, which counts only together with that.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used, a list is empty, no file can be used, or a file cannot be
        written.
    """
    keys = Keywords("addListMapfile", kwargs, _KEYS)
    target = keys.target()
    files = _files(keys, kwargs.get("files"))
    made = [
        DataProduct(host, file, skip)
        for (file, skip), host in zip(files, cycle(keys.items("hosts")), strict=False)
    ]
    if keys.flag("check_files_exist", False):
        _skip_unusable(keys, made)
    return save(keys.plugin, DataMap(made), target)


def _files(keys: Keywords, given: object) -> list[tuple[str, bool]]:
    """Return the files, and whether each is skipped, which only a mapfile can say."""
    text = keys.text("files").strip()
    if isinstance(given, list) or text.startswith("["):
        return [(file, False) for file in keys.items("files")]
    found = _in_mapfile(keys, text)
    # As in LOFAR's own, brackets may be missing.
    return [(file, False) for file in entries_of(f"[{text}]")] if found is None else found


def _in_mapfile(keys: Keywords, path: str) -> list[tuple[str, bool]] | None:
    if not path.endswith(_MAPFILES) and not os.path.isfile(path):
        return None
    try:
        products = read_map(keys, "files")
    except MapfileError:
        if path.endswith(_MAPFILES):
            raise
        return None  # the one file of the list
    if not products:
        raise keys.fault(f"files: the mapfile {path} has no entries")
    return [
        (file, bool(product.skip))
        for number, product in enumerate(products, 1)
        for file in files_of(keys, "files", number, product)
    ]


def _skip_unusable(keys: Keywords, products: Iterable[DataProduct]) -> None:
    column = keys.optional("check_ms_column").strip()
    if column.lower() in _NONE:
        column = ""
    usable = 0
    reason = "all are skipped"
    for product in products:
        if product.skip:
            continue
        why = _why_unusable(product.file, column)
        if why:
            # LOFAR's own said nothing, and the image had fewer bands than its user thought.
            _LOG.warning("addListMapfile: %s is skipped: %s", product.file, why)
            reason = f"{product.file}: {why}"
            product.skip = True
        else:
            usable += 1
    if not usable:
        raise keys.fault(f"files: none of them can be used: {reason}")


def _why_unusable(file: str, column: str) -> str:
    """Return why a file cannot be used, empty if it can."""
    if not os.path.exists(file):
        return "there is no such file"
    if not column:
        return ""
    # Only here: it takes longer to import than all else in this plugin.
    from casacore import tables

    try:
        # Neither waits for a program that writes to the table, nor leaves a lock.
        with tables.table(file, ack=False, readonly=True, lockoptions="usernoread") as table:
            return "" if column in table.colnames() else f"it has no column {column}"
    except RuntimeError as error:
        return f"it cannot be opened as a measurement set: {str(error).splitlines()[0]}"
