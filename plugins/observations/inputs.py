"""What the plugins read: the measurement sets that a mapfile names, or what an earlier run made of them."""

from __future__ import annotations

import logging
import os

from genericpipe import DataProduct

from ..mapfiles.inputs import files_of, read_unskipped
from ..mapfiles.keywords import Keywords
from .measurementset import MeasurementSet

_LOG = logging.getLogger(__name__)
_KEY = "mapfile_in"


def first_file(keys: Keywords, product: DataProduct, number: int = 1) -> str:
    """Return the first file of an entry of ``mapfile_in``, which may be a list of files.

    Parameters
    ----------
    keys
        The keywords of the call.
    product
        The entry.
    number
        Its number, for the message.

    Raises
    ------
    GenericPipeError
        If the entry names no file.
    """
    return files_of(keys, _KEY, number, product)[0]


def measurement_sets(keys: Keywords) -> list[MeasurementSet]:
    """Return every measurement set that ``mapfile_in`` names in entries that are not skipped.

    Raises
    ------
    GenericPipeError
        If the mapfile cannot be read or names none, or one of them is no measurement set.
    """
    return [
        MeasurementSet(keys, _KEY, file)
        for number, product in enumerate(read_unskipped(keys, _KEY), start=1)
        for file in files_of(keys, _KEY, number, product)
    ]


def first_measurement_set(keys: Keywords) -> MeasurementSet:
    """Return the first measurement set of ``mapfile_in`` that is not skipped.

    Raises
    ------
    GenericPipeError
        As `measurement_sets`.
    """
    return MeasurementSet(keys, _KEY, first_file(keys, read_unskipped(keys, _KEY)[0]))


def earlier_result(keys: Keywords, source: str) -> dict[str, str] | None:
    """Return what an earlier run gave, where that is there and its input is gone; else None.

    Pipelines delete intermediate data; when they are resumed, what was selected of these has to stay (image
    contract 4.2).

    Parameters
    ----------
    keys
        The keywords of the call.
    source
        The first file of the input.
    """
    target = keys.target()
    if os.path.exists(source) or not os.path.isfile(target):
        return None
    _LOG.warning("%s: %s is gone: the mapfile %s is left as it is", keys.plugin, source, target)
    return {"mapfile": target}
