"""createMapfile: make a mapfile of a folder, of other mapfiles, or of nothing (contract 9.1).

A step plugin, and a program: ``python -m genericpipe_plugins.mapfiles.createMapfile --help``. Other plugins
may import the classes `MapfileManager`, `MultiDataMap` and `MultiDataProduct` from here.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence

from genericpipe import DataMap, GenericPipeError

from .folders import matching, names_in
from .groups import MultiDataMap, MultiDataProduct
from .keywords import Keywords
from .manager import MapfileManager
from .saving import save

__all__ = ["MapfileManager", "MultiDataMap", "MultiDataProduct", "main", "plugin_main"]

_LOG = logging.getLogger("genericpipe_plugins.mapfiles.createMapfile")

# A map, and what to say should it be empty.
_Made = tuple[DataMap, str]


def _from_folder(keys: Keywords) -> _Made:
    folder, pattern = keys.text("folder"), keys.optional("pattern").strip()
    # Contract 9.1: any text but this one is true. Who writes `false` means no.
    excluded = keys.optional("exclude_pattern")
    if excluded != "False" and excluded.strip().lower() in {"false", "no", "off", "0", "none"}:
        _LOG.warning(
            "createMapfile: exclude_pattern = %s counts as true; only False and an empty value are false",
            excluded,
        )
    exclude = excluded not in ("", "False")
    names = matching(names_in(folder, without=keys.target()), pattern, exclude)
    made = MapfileManager()
    made.take_names(folder, names, keys.optional("add_suffix"))
    if not pattern:
        return made, f"the folder {folder!r} is empty"
    relation = "but matches of" if exclude else "that matches"
    return made, f"there is nothing {relation} the pattern {pattern!r} in the folder {folder!r}"


def _all_to_one(keys: Keywords) -> _Made:
    given = DataMap.load(keys.text("mapfile_in"))
    return MultiDataMap(given), _nothing_in(keys, given)


def _split_list(keys: Keywords) -> _Made:
    size = keys.count("listsize", 1)
    given = DataMap.load(keys.text("mapfile_in"))
    made = MultiDataMap(given)
    made.split_list(size)
    return made, _nothing_in(keys, given)


def _add_suffix(keys: Keywords) -> _Made:
    suffix = keys.text("add_suffix_to_file", empty=True)
    given: DataMap = DataMap.load(keys.text("mapfile_in"))
    for product in given.data:
        product.file += suffix
    return given, _nothing_in(keys, given)


def _from_parset(keys: Keywords) -> _Made:
    parset, identifier = keys.text("parset"), keys.text("identifier")
    made = MapfileManager()
    made.set_data_from_parset(parset, identifier)
    return made, f"{parset} lists no files for DataProducts.{identifier}"


def _dummy(keys: Keywords) -> _Made:
    made = MapfileManager()
    made.expand(keys.count("number", 0))
    return made, "number is 0"


def _nothing_in(keys: Keywords, given: DataMap) -> str:
    state = "skips all its entries" if len(given) else "has none"
    return f"the mapfile {keys.optional('mapfile_in')} {state}"


_METHODS: dict[str, Callable[[Keywords], _Made]] = {
    "mapfile_from_folder": _from_folder,
    "mapfile_all_to_one": _all_to_one,
    "mapfile_split_list": _split_list,
    "add_suffix_to_file": _add_suffix,
    "mapfile_from_parset": _from_parset,
    "dummy": _dummy,
}
_NEEDED = {
    "mapfile_from_folder": ("folder",),
    "mapfile_all_to_one": ("mapfile_in",),
    "mapfile_split_list": ("mapfile_in", "listsize"),
    "add_suffix_to_file": ("mapfile_in",),
    "mapfile_from_parset": ("parset", "identifier"),
}
_KEYS = (
    "method mapfile_dir filename folder pattern exclude_pattern add_suffix mapfile_in listsize "
    "add_suffix_to_file parset identifier number"
).split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Make a mapfile.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``method``, ``mapfile_dir``, ``filename`` and what the method needs (see the reference of the step
        plugins).

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used, or a file cannot be read or written.
    """
    keys = Keywords("createMapfile", kwargs, _KEYS)
    make = _METHODS[keys.choice("method", _METHODS)]
    target = keys.target()
    data_map, empty_because = make(keys)
    return save("createMapfile", data_map, target, empty_because)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="createMapfile", description="Make a mapfile.", allow_abbrev=False)
    add = parser.add_argument
    add("name", help="name of the mapfile to write")
    add("-d", "--directory", default=".", help="folder to write it into (default: the current one)")
    add("-m", "--method", help=f"one of {', '.join(_METHODS)} (default: mapfile_from_folder)")
    add("-f", "--folder", help="mapfile_from_folder: the folder")
    add("-p", "--pattern", help="mapfile_from_folder: which names to take; * and ? are wildcards")
    add("-e", "--exclude-pattern", action="store_true", help="mapfile_from_folder: take the other names")
    add("-M", "--mapfile-in", help="the mapfile that a method reads")
    add("-s", "--suffix", help="append this to the files of the mapfile given with -M (add_suffix_to_file)")
    add("-n", "--number", type=int, default=0, help="make so many entries without files (dummy)")
    add("--listsize", help="mapfile_split_list: how many files an entry gets at most")
    add("--parset", help="mapfile_from_parset: the parset")
    add("--identifier", help="mapfile_from_parset: what the files are listed under")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Make a mapfile as the command line says, and return the exit status.

    A number other than 0 means the method ``dummy``, a suffix ``add_suffix_to_file`` (contract 9.1).

    Parameters
    ----------
    argv
        The words of the command line; those of this process without it.
    """
    parser = _parser()
    words = parser.parse_args(argv)
    if words.number and words.suffix is not None:
        parser.error("-n and -s exclude each other")
    forced = "dummy" if words.number else "add_suffix_to_file" if words.suffix is not None else words.method
    method = forced or "mapfile_from_folder"
    missing = [name for name in _NEEDED.get(method, ()) if getattr(words, name) is None]
    if missing:
        parser.error(f"{method} needs --{missing[0].replace('_', '-')}")
    given = {
        "method": method,
        "mapfile_dir": words.directory,
        "filename": words.name,
        "folder": words.folder,
        "pattern": words.pattern,
        "exclude_pattern": "True" if words.exclude_pattern else "",
        "mapfile_in": words.mapfile_in,
        "add_suffix_to_file": words.suffix,
        "number": words.number,
        "listsize": words.listsize,
        "parset": words.parset,
        "identifier": words.identifier,
    }
    try:
        plugin_main([], **{key: value for key, value in given.items() if value is not None})
    except GenericPipeError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
