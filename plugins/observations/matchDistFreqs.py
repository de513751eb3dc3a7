"""matchDistFreqs: the entries of a mapfile that belong to what a step selected (image contract 4.2)."""

from __future__ import annotations

import os
from collections.abc import Sequence

from genericpipe import DataMap, DataProduct, entries_of

from ..mapfiles.inputs import check_length, nothing_in, read_map
from ..mapfiles.keywords import Keywords
from ..mapfiles.saving import save
from .inputs import earlier_result

_KEYS = "mapfile_in mapfile_dist mapfile_full mapfile_dir filename".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a mapfile with one entry for each entry that was selected.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_dist``, the selection; ``mapfile_full``, what was selected from; ``mapfile_in``, what
        belongs to each entry of that, by position: files or values, such as image sizes; ``mapfile_dir``
        and ``filename``.

    Returns
    -------
    dict
        The path of the written mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing, a file cannot be read or written, the maps do not belong together, or something
        was selected that is not in ``mapfile_full``.
    """
    keys = Keywords("matchDistFreqs", kwargs, _KEYS)
    target = keys.target()
    given, selected, full = (read_map(keys, key) for key in ("mapfile_in", "mapfile_dist", "mapfile_full"))
    # A value, such as "2000 2000", is no file that could be gone.
    source = next(iter(entries_of(given[0].file)), "") if given else ""
    earlier = earlier_result(keys, source) if os.path.isabs(source) else None
    if earlier:
        return earlier
    check_length(keys, "mapfile_in", "mapfile_full", (len(given), len(full)))
    # One list may be spelt in several ways; of equal entries the first counts.
    position: dict[tuple[str, ...], int] = {}
    for index, entry in enumerate(full):
        position.setdefault(tuple(entries_of(entry.file)), index)
    matched = []
    for number, entry in enumerate(selected, start=1):
        found = position.get(tuple(entries_of(entry.file)))
        if found is None:
            raise keys.fault(
                f"mapfile_dist: entry {number} of {keys.text('mapfile_dist')}, {entry.file}, "
                f"is not in mapfile_full ({keys.text('mapfile_full')})",
                "mapfile_full is the map that mapfile_dist was selected from",
            )
        # On the selection's host: selectDistFreqs has spread the work anew.
        matched.append(DataProduct(entry.host, given[found].file, entry.skip or given[found].skip))
    return save("matchDistFreqs", DataMap(matched), target, nothing_in(keys, "mapfile_dist", selected))
