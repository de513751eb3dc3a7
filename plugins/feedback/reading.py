"""Feedback files to records: dotted keys, and the one-line records of LOFAR's own (image contract 5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from genericpipe import GenericPipeError, Location, Parset, read_parset

_KEY = re.compile(
    r"(?P<prefix>(?:.*\.)?)(?:nrOf(?P<counted>Output_\w+?)_|(?P<what>Output_\w+?)_\[(?P<index>\d+)\](?:\.(?P<key>.+))?)"
)
# Records hold records, and these no more.
_DEEPEST = 5
#: What stands in a file beside records.
VERSION_KEY = "feedback_version"


@dataclass(frozen=True)
class Value:
    """A value, without its quotes if it had any, and where it stands."""

    text: str
    location: Location


@dataclass
class Products:
    """The data products of one type in a file, under one prefix.

    Parameters
    ----------
    prefix
        What stands before their keys, with its dot.
    type
        ``SkyImage``, say.
    count
        How many there are to be; None where nothing says so.
    records
        The number of each -> its keys.
    """

    prefix: str
    type: str
    count: Value | None = None
    records: dict[int, dict[str, Value]] = field(default_factory=dict)


@dataclass
class Feedback:
    """What a feedback file holds.

    Parameters
    ----------
    file
        Its name.
    products
        Those of each type and prefix.
    version
        That of the feedback; None where it is left out.
    others
        Keys that belong to no record.
    """

    file: str
    products: list[Products]
    version: Value | None
    others: dict[str, Value]


def read_feedback(path: str) -> Feedback:
    """Read a feedback file.

    Raises
    ------
    ParsetError
        If it cannot be read, or a record in one line cannot be taken apart.
    """
    parset = read_parset(path)
    found: dict[tuple[str, str], Products] = {}
    others: dict[str, Value] = {}
    for key, entry in parset.items():
        match = _KEY.fullmatch(key)
        if match is None:
            others[key] = Value(parset.get_string(key), entry.location)
            continue
        kind = (match["counted"] or match["what"]).removeprefix("Output_")
        products = found.setdefault((match["prefix"], kind), Products(match["prefix"], kind))
        if match["counted"]:
            products.count = Value(parset.get_string(key), entry.location)
        else:
            record = products.records.setdefault(int(match["index"]), {})
            for name, text in _parts(parset, key, match["key"] or ""):
                record[name] = Value(text, entry.location)
    return Feedback(path, list(found.values()), others.pop(VERSION_KEY, None), others)


def _parts(parset: Parset, key: str, name: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the keys of a record that a line holds, as if they were dotted."""
    if not parset.text(key).startswith("{") or depth == _DEEPEST:
        yield name, _unquoted(parset, key)
        return
    for inner, raw in parset.get_record(key).items():
        # A parset of its own for each part: it is to be taken apart, and blamed, as the line is.
        inside = Parset.of([parset[key]._replace(raw=raw)], parset.file)
        yield from _parts(inside, key, f"{name}.{inner}" if name else inner, depth + 1)


def _unquoted(parset: Parset, key: str) -> str:
    """Return a value without quotes; a vector's elements each without theirs."""
    raw = parset.text(key)
    try:
        return f"[{','.join(parset.get_strings(key))}]" if raw.startswith("[") else parset.get_string(key)
    except GenericPipeError:
        return raw
