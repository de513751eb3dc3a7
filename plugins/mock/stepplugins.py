"""Step plugins that open data, which an empty folder does not have: what they would say of made-up inputs.

They are answered for whoever offers them. All others are called as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

from genericpipe import DataMap, DataProduct, MapfileError, PythonCall, entries_of

from .making import Maker

_TARGET, _STATION = "mock-target", "CS001HBA0"
# An observation, as LOFAR names its subbands: as many as there are made-up inputs elsewhere.
_MADE_UP = tuple(f"L123456_SB{number:03d}_uv.MS" for number in range(3))
_SELECTED, _LEAST = 6, 2
_TRUE = ("true", "t", "yes", "y", "on", "1")
_MAPFILES = (".mapfile", ".datamap")


def answer(name: str, call: PythonCall, made: Maker) -> dict[str, str] | None:
    """Return what a step plugin returns.

    Parameters
    ----------
    name
        The plugin, as ``control.type`` names it.
    call
        The call that would be made.
    made
        Makes what it would leave.

    Returns
    -------
    dict or None
        The results; None if the plugin can be called.

    Raises
    ------
    GenericPipeError
        If a file cannot be written.
    """
    known = _KNOWN.get(name)
    return None if known is None else known(_texts(call), made)


def _texts(call: PythonCall) -> dict[str, str]:
    return {key: value.strip() for key, value in call.keywords.items() if isinstance(value, str)}


def _target_name(given: Mapping[str, str], made: Maker) -> dict[str, str] | None:
    return {"targetName": _TARGET}


def _reference_station(given: Mapping[str, str], made: Maker) -> dict[str, str] | None:
    return {"refant": _STATION}


def _unchanged_filter(given: Mapping[str, str], made: Maker) -> dict[str, str] | None:
    """Return the filter as it was: no station is missing, none is bad."""
    return {"filter": given.get("filter", "")}


def _distinct_frequencies(given: Mapping[str, str], made: Maker) -> dict[str, str] | None:
    """Select entries spread evenly (image contract 4.2), as if each had a frequency of its own."""
    # Only here: it looks into measurement sets otherwise.
    from ..observations.selectDistFreqs import evenly_spaced

    entries = _entries(given.get("mapfile_in", ""))
    number = given.get("num", "")
    if not entries or not (number.isdecimal() or not number):
        return None  # the plugin itself says what is wrong
    hosts = cycle(dict.fromkeys(entry.host for entry in entries))
    chosen = [entries[index] for index in evenly_spaced(len(entries), int(number or _SELECTED))]
    return _saved(given, [DataProduct(next(hosts), entry.file, False) for entry in chosen], made)


def _listed(given: Mapping[str, str], made: Maker) -> dict[str, str] | None:
    """List files without looking whether they are there; those of an empty list are made up.

    The parset of the production pipeline comes with an empty list, which the observatory filled in.
    """
    text = given.get("files", "")
    is_checked = given.get("check_files_exist", "").lower() in _TRUE
    is_list = text.startswith("[")
    files = [file.strip() for file in entries_of(text)] if is_list else []
    is_empty = is_list and not any(files)
    if not is_checked and not is_empty:
        return None
    if is_empty:
        files = [os.path.join(made.job_folder, "inputs", name) for name in _MADE_UP]
    elif text.endswith(_MAPFILES) or os.path.isfile(text):
        files = [file for entry in _entries(text) for file in entries_of(entry.file)]
    elif not is_list:
        files = [file.strip() for file in entries_of(f"[{text}]")]
    hosts = cycle(entries_of(given.get("hosts", "")) or ["localhost"])
    return _saved(given, [DataProduct(next(hosts), file, False) for file in files if file], made)


def _copied(given: Mapping[str, str], made: Maker) -> dict[str, str] | None:
    """List the copies, and make those that lie in the job's own folders (image contract 2.5).

    The parset of the production pipeline names none: the observatory filled that in, too.
    """
    outputs = [file.strip() for file in entries_of(given.get("output_files", "")) if file.strip()]
    source = given.get("input_file", "")
    if not source:
        source = next((entry.file for entry in _entries(given.get("input_mapfile", ""))), "")
    if not source:
        return None
    name = os.path.basename(source.rstrip("/"))
    outputs = outputs or [os.path.join(made.job_folder, "outputs", name)]
    if given.get("use_symlinks", "").lower() in _TRUE:
        outputs = [os.path.join(os.path.dirname(outputs[0]), name.upper())] * len(outputs)
    for output in outputs:
        if os.path.isdir(source):
            made.folder(output)
        elif source.lower().endswith(".fits"):
            made.fits(output)
        elif not made.named(output):
            made.empty(output)
    hosts = cycle(entries_of(given.get("hosts", "")) or ["localhost"])
    return _saved(given, [DataProduct(next(hosts), output, False) for output in outputs], made)


def _entries(path: str) -> list[DataProduct]:
    """Return the entries of a mapfile that are not skipped; none where it cannot be read."""
    try:
        products: Sequence[DataProduct] = DataMap.load(path).data if path else ()
    except MapfileError:
        return []
    return [product for product in products if not product.skip]


def _saved(given: Mapping[str, str], products: list[DataProduct], made: Maker) -> dict[str, str] | None:
    path = os.path.join(given.get("mapfile_dir", ""), given.get("filename", ""))
    if not given.get("filename") or not made.map(path, DataMap(products)):
        return None
    return {"mapfile": path}


_KNOWN: Mapping[str, Callable[[Mapping[str, str], Maker], dict[str, str] | None]] = {
    "addListMapfile": _listed,
    "compareStationList": _unchanged_filter,
    "compareStationListVLBI": _unchanged_filter,
    "copyFiles": _copied,
    "findRefAnt": _reference_station,
    "getTargetName": _target_name,
    "identifyBadAntennas": _unchanged_filter,
    "selectDistFreqs": _distinct_frequencies,
}
