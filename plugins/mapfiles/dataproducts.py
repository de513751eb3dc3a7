"""Data products as an observation's parset lists them, as a map."""

from __future__ import annotations

import os

from genericpipe import DataMap, DataProduct, Location, Parset, ParsetError, did_you_mean, read_parset

_BLOCK = "DataProducts"


def products_of(parset: str | Parset, identifier: str) -> DataMap:
    """Return the map of the data products that stand in a parset under an identifier.

    They stand as the vectors ``DataProducts.<identifier>.locations``, ``.filenames`` and ``.skip``, possibly
    with more in front (``ObsSW.Observation.DataProducts...``). A location is ``host:folder``; without a host
    it is on this one. Nothing is skipped where ``.skip`` is missing.

    Parameters
    ----------
    parset
        The parset, or the path of its file.
    identifier
        For example ``Input_Correlated``.

    Raises
    ------
    ParsetError
        If the parset cannot be read, does not have these keys, or the vectors are not equally long.
    """
    found = parset if isinstance(parset, Parset) else read_parset(parset)
    prefix = _prefix(found, identifier)
    locations = found.get_strings(f"{prefix}.locations")
    names = found.get_strings(f"{prefix}.filenames")
    skips = found.subset(f"{prefix}.").get_vector("skip", ["0"] * len(names))
    if not len(locations) == len(names) == len(skips):
        raise ParsetError(
            f"{prefix} has {len(locations)} locations, {len(names)} filenames and {len(skips)} skip values",
            found[f"{prefix}.filenames"].location,
            "each data product has one of each",
        )
    return DataMap(
        [
            DataProduct(*_host_and_path(location, name), _skip(found, f"{prefix}.skip", skip))
            for location, name, skip in zip(locations, names, skips, strict=True)
        ]
    )


def _prefix(parset: Parset, identifier: str) -> str:
    block = f"{_BLOCK}.{identifier}"
    keys = [key for key in parset if f".{key}".endswith(f".{block}.filenames")]
    if f"{block}.filenames" in keys:
        return block
    if len(keys) > 1:
        raise ParsetError(
            f"{block} stands there {len(keys)} times: {', '.join(keys)}",
            parset[keys[1]].location,
            "leave one of them in the parset",
        )
    if not keys:
        known = {key.rpartition(f"{_BLOCK}.")[2].rpartition(".")[0] for key in parset if f"{_BLOCK}." in key}
        hint = did_you_mean(identifier, known) or f"there are {', '.join(sorted(known)) or 'no DataProducts'}"
        raise ParsetError(f"Key {block}.filenames unknown", Location(parset.file), hint)
    return keys[0].removesuffix(".filenames")


def _host_and_path(location: str, name: str) -> tuple[str, str]:
    # Only the first colon counts: a path may hold others. A text with a slash is no host.
    host, colon, folder = location.partition(":")
    if not colon or "/" in host:
        host, folder = "", location
    return host or "localhost", os.path.join(folder, name)


def _skip(parset: Parset, key: str, text: str) -> bool:
    # As a parset's booleans are read: the first character decides (contract 4.2).
    if text[:1] and text[0] in "tT1yYfF0nN":
        return text[0] in "tT1yY"
    raise ParsetError(f"{key}: {text} is not a boolean value", parset[key].location, "write true or false")
