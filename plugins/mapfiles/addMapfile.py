"""addMapfile: the older plugin that makes mapfiles; its method is the first of ``cmdline`` (contract 9.2)."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable, Sequence

from genericpipe import DataMap, DataProduct

from .dataproducts import products_of
from .folders import names_in
from .keywords import Keywords
from .saving import save

_LOG = logging.getLogger(__name__)

# A map, and what to say should it be empty.
_Made = tuple[DataMap, str]


def _from_folder(keys: Keywords) -> _Made:
    return _local(_paths(keys)), _empty_folder(keys)


def _list_ms(keys: Keywords) -> _Made:
    # The blank at the end is LOFAR's (contract 9.2).
    files = [f"{path} " for path in _told_apart(_paths(keys), " ")]
    return _local(["".join(files)] if files else []), _empty_folder(keys)


def _pythonlist_ms(keys: Keywords) -> _Made:
    return _local(_one_list(_paths(keys))), _empty_folder(keys)


def _all_to_one(keys: Keywords) -> _Made:
    files, empty_because = _unskipped(keys)
    return _local(_one_list(files)), empty_because


def _split_list(keys: Keywords) -> _Made:
    size = keys.count("listsize", 1)
    files, empty_because = _unskipped(keys)
    quoted = [_quoted(file) for file in files]
    chunks = (quoted[start : start + size] for start in range(0, len(quoted), size))
    return _local([f"[{', '.join(chunk)}]" for chunk in chunks]), empty_because


def _from_parset(keys: Keywords) -> _Made:
    parset, identifier = keys.text("parset"), keys.text("identifier")
    return products_of(parset, identifier), f"{parset} lists no files for DataProducts.{identifier}"


def _empty(keys: Keywords) -> _Made:
    return DataMap([]), ""


# `changed_mapfile_from_parset`, which read a parset of its author's, is dropped (contract 9.2).
_METHODS: dict[str, Callable[[Keywords], _Made]] = {
    "mapfile_from_folder": _from_folder,
    "mapfile_list_ms": _list_ms,
    "mapfile_pythonlist_ms": _pythonlist_ms,
    "mapfile_all_to_one": _all_to_one,
    "mapfile_split_list": _split_list,
    "mapfile_from_parset": _from_parset,
    "mapfile_empty": _empty,
}
_KEYS = "mapfile_dir filename folder mapfile_in listsize parset identifier".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Make a mapfile.

    Parameters
    ----------
    args
        The method, as the first; further ones do not count.
    **kwargs
        ``mapfile_dir``, ``filename`` and what the method needs (see the reference of the step plugins).

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If the method or a key is missing or cannot be used, or a file cannot be read or written.
    """
    keys = Keywords("addMapfile", kwargs, _KEYS)
    if not args:
        hint = f"add <step>.control.cmdline.method = ... to the step, one of {', '.join(_METHODS)}"
        raise keys.fault("the method is missing", hint)
    make = _METHODS[keys.checked("method", str(args[0]), _METHODS)]
    target = keys.target()
    data_map, empty_because = make(keys)
    return save("addMapfile", data_map, target, empty_because)


def _paths(keys: Keywords) -> list[str]:
    folder = keys.text("folder")
    # Here LOFAR minded a slash at the folder's end, other than in createMapfile.
    return [os.path.join(folder, name) for name in names_in(folder, without=keys.target())]


def _empty_folder(keys: Keywords) -> str:
    return f"the folder {keys.optional('folder')!r} is empty"


def _unskipped(keys: Keywords) -> tuple[list[str], str]:
    path = keys.text("mapfile_in")
    given = DataMap.load(path)
    state = "skips all its entries" if len(given) else "has none"
    return [product.file for product in given.data if not product.skip], f"the mapfile {path} {state}"


def _local(files: Iterable[str]) -> DataMap:
    return DataMap([DataProduct("localhost", file, False) for file in files])


def _one_list(files: list[str]) -> list[str]:
    # An entry for no file at all would be as useless as none, which the next step understands.
    return [f"[{','.join(_told_apart(files, ','))}]"] if files else []


def _told_apart(files: list[str], separator: str) -> list[str]:
    for file in files:
        if separator in file:
            _LOG.warning(
                "addMapfile: programs cannot tell %r apart in a list separated by %r; "
                "createMapfile's mapfile_all_to_one can hold it",
                file,
                separator,
            )
    return files


def _quoted(file: str) -> str:
    # Double quotes as Python and JSON read them. LOFAR's saved map could not be loaded for its quotes.
    foreign = any("\ud800" <= sign <= "\udfff" for sign in file)
    return json.dumps(file, ensure_ascii=foreign)
