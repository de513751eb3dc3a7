"""From the bytes of a mapfile to its entries: literals only, nothing is ever executed (contract 10.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, Union

from ..errors import Location, MapfileError
from .files import FORM, read_bytes
from .literals import LiteralProblem, end_of_value, evaluate, excerpt, skip_blank, whole_value
from .products import DataProduct, product_of

if TYPE_CHECKING:
    Entry = Union[Mapping[str, Any], tuple[Any, ...]]

T = TypeVar("T")

# An entry as LOFAR and we write it, where its texts need no escapes. All but a few mapfiles hold nothing
# else, and a million of them are read in a second or two this way; a syntax tree takes twenty.
_WRITTEN = re.compile(rb"\{'host': '([^'\\\n\r\0]*)', 'file': '([^'\\\n\r\0]*)', 'skip': (True|False)\}(, )?")
# LOFAR wrote the text of a list between single quotes without escaping those inside (contract 10.1).
_DAMAGED = re.compile(rb"\{'host': '([^'\\\n\r\0]*)', 'file': '(\[[^\n\r\0{}]*\])', 'skip': (True|False)\}")
_NUMPY = re.compile(rb"(np|numpy)\.\w")
_NUMPY_HINT = (
    "this is numpy's own text for a value: the program that wrote it has to turn it into str or float"
)
_MOST_HOSTS_KEPT = 4096


def read_products(path: str) -> list[DataProduct]:
    """Return the data products of a mapfile, in order.

    Raises
    ------
    MapfileError
        If the file cannot be read or is no mapfile; names the line and the entry.
    """
    return scan(read_bytes(path), path, DataProduct, product_of)


def read_entries(path: str) -> list[Entry]:
    """Return the dictionaries or tuples of a mapfile as they stand there, lists as lists.

    Raises
    ------
    MapfileError
        As :func:`read_products`, which also looks at the entries' fields.
    """
    return scan(read_bytes(path), path, _mapping, lambda entry: entry)


def _mapping(host: str, file: str, skip: bool) -> Entry:
    return {"host": host, "file": file, "skip": skip}


def scan(
    data: bytes, file: str, written: Callable[[str, str, bool], T], convert: Callable[[Entry], T]
) -> list[T]:
    """Read the text of a mapfile.

    Parameters
    ----------
    data
        The text, in UTF-8; other bytes are kept as surrogate escapes.
    file
        The name of the file, for messages.
    written
        Makes an entry of host, file and skip.
    convert
        Makes an entry of a dictionary or tuple; a ValueError says what is wrong with it.

    Raises
    ------
    MapfileError
        If the text is not a list of entries.
    """
    entries: list[T] = []
    hosts: dict[bytes, str] = {}
    kind: type | None = None
    position, closing = _opening(data, file)
    comma = True
    while True:
        match = _WRITTEN.match(data, position) if comma and kind is not tuple else None
        if match is not None:
            host_bytes, file_bytes, skip, more = match.groups()
            host = hosts.get(host_bytes)
            if host is None:
                host = host_bytes.decode("utf-8", "surrogateescape")
                if len(hosts) < _MOST_HOSTS_KEPT:
                    hosts[host_bytes] = host
            entries.append(written(host, file_bytes.decode("utf-8", "surrogateescape"), skip == b"True"))
            kind = dict
            position = match.end()
            if more:
                continue
        else:
            position = skip_blank(data, position)
            if data[position : position + 1] == closing:
                break
            try:
                entry, end = _other_entry(data, position, comma)
                kind = _same_kind(entry, kind)
                entries.append(convert(entry))
            except LiteralProblem as problem:
                _fail(data, file, problem.position, problem.reason, len(entries) + 1)
            except ValueError as error:
                _fail(data, file, position, f"Failed to validate data map: {error}", len(entries) + 1)
            position = end
        position = skip_blank(data, position)
        comma = data[position : position + 1] == b","
        position += comma
    _look_at_end(data, file, position, closing, len(entries), comma)
    return entries


def _opening(data: bytes, file: str) -> tuple[int, bytes]:
    start = skip_blank(data, 0)
    bracket = data[start : start + 1]
    if not bracket:
        hint = "a mapfile without entries holds []"
        raise MapfileError("the mapfile is empty", Location(file, 1), hint)
    if bracket not in (b"[", b"("):
        _fail(data, file, start, f"a mapfile is a list that starts with '[', not with {excerpt(data, start)}")
    return start + 1, b"]" if bracket == b"[" else b")"


def _look_at_end(data: bytes, file: str, position: int, closing: bytes, count: int, comma: bool) -> None:
    if closing == b")" and count == 1 and not comma:
        # To Python this is the entry itself in parentheses.
        _fail(data, file, position, "a mapfile is a list of entries, not a single one in parentheses")
    after = skip_blank(data, position + 1)
    if after < len(data):
        _fail(
            data, file, after, f"nothing may follow the list of entries, but here is {excerpt(data, after)}"
        )


def _other_entry(data: bytes, start: int, comma: bool) -> tuple[Entry, int]:
    if start >= len(data):
        raise LiteralProblem("the file ends before its list does", start)
    if not comma:
        raise LiteralProblem(
            f"a comma or the closing bracket is missing before {excerpt(data, start)}", start
        )
    damaged = _DAMAGED.match(data, start)
    end = damaged.end() if damaged else end_of_value(data, start)
    if end == start:
        raise LiteralProblem(f"an entry is missing before {excerpt(data, start)}", start)
    try:
        entry = whole_value(data[start:end]) if damaged else evaluate(data[start:end])
    except LiteralProblem as problem:
        if damaged is None or not _is_list(damaged.group(2)):
            raise LiteralProblem(problem.reason, start + problem.position) from None
        host, text = (damaged.group(n).decode("utf-8", "surrogateescape") for n in (1, 2))
        entry = {"host": host, "file": text, "skip": damaged.group(3) == b"True"}
    if not isinstance(entry, (dict, tuple)):
        raise ValueError("neither a dictionary nor a tuple")
    # In a file, a pair is not skipped; in the constructor it is (contract 10.1).
    return (*entry, False) if isinstance(entry, tuple) and len(entry) == 2 else entry, end


def _is_list(text: bytes) -> bool:
    try:
        return isinstance(whole_value(text), list)
    except LiteralProblem:
        return False


def _same_kind(entry: Entry, kind: type | None) -> type:
    if kind is not None and not isinstance(entry, kind):
        raise ValueError("dictionaries and tuples are mixed")
    return dict if isinstance(entry, dict) else tuple


def _fail(data: bytes, file: str, position: int, why: str, number: int | None = None) -> NoReturn:
    where = f"entry {number}: " if number else ""
    # What repr gives since numpy 2; LOFAR's eval failed on it too.
    hint = _NUMPY_HINT if _NUMPY.match(data, position) else FORM
    raise MapfileError(f"{where}{why}", Location(file, data.count(b"\n", 0, position) + 1), hint)
