"""selectDistFreqs: the entries of a few frequencies, spread evenly over all (image contract 4.2)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import cycle

from genericpipe import DataMap, DataProduct

from ..mapfiles.inputs import read_unskipped
from ..mapfiles.keywords import Keywords
from ..mapfiles.saving import save
from .inputs import earlier_result, first_file
from .measurementset import MeasurementSet

_LOG = logging.getLogger(__name__)
_KEYS = "mapfile_in mapfile_dir filename num".split()
_LEAST = 2
_DEFAULT = 6


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a mapfile of the entries at a few frequencies.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, whose entries are measurement sets or lists of them; ``num``, how many frequencies to
        take (6; at least 2, at most as many as there are); ``mapfile_dir`` and ``filename``.

    Returns
    -------
    dict
        The path of the written mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used, or a file cannot be read or written.
    """
    keys = Keywords("selectDistFreqs", kwargs, _KEYS)
    target = keys.target()
    number = keys.count("num", 1) if keys.optional("num") else _DEFAULT
    given = read_unskipped(keys)
    earlier = earlier_result(keys, first_file(keys, given[0]))
    if earlier:
        return earlier
    groups: dict[int, list[DataProduct]] = {}
    for position, entry in enumerate(given, start=1):
        ms = MeasurementSet(keys, "mapfile_in", first_file(keys, entry, position))
        groups.setdefault(ms.reference_frequency(), []).append(entry)
    if number < _LEAST <= len(groups):
        _LOG.warning("selectDistFreqs: num = %d: at least %d frequencies are taken", number, _LEAST)
    frequencies = sorted(groups)
    chosen = [frequencies[index] for index in evenly_spaced(len(groups), number)]
    hosts = cycle(dict.fromkeys(entry.host for entry in given))
    selected = [
        DataProduct(next(hosts), entry.file, False) for frequency in chosen for entry in groups[frequency]
    ]
    return save("selectDistFreqs", DataMap(selected), target)


def evenly_spaced(total: int, number: int) -> list[int]:
    """Return indices that are spread evenly from the first to the last (image contract 4.2).

    Parameters
    ----------
    total
        How many there are to choose from, at least one.
    number
        How many to choose; at least 2 are, and at most all.
    """
    number = min(max(number, _LEAST), total)
    if number == 1:  # LOFAR's users met a division by zero here
        return [0]
    return [round(index * (total - 1) / (number - 1)) for index in range(number)]
