"""Values that hold other values: ``[a, b]`` and ``{k: v}`` (contract 4.2).

A nested value stays text until someone asks for its parts, so nothing here recurses.
"""

from __future__ import annotations

import re

from ..errors import ParsetError
from .quotes import ALL_BLANKS, QUOTES, as_string, end_of_quoted

_BRACKETS = re.compile(r"[()\[\]{}'\"]")
_SPLITTING = re.compile(r"[()\[\]{}'\",]")
_CLOSING = {")": "(", "]": "[", "}": "{"}


class BracketCount:
    """How many brackets of each sort are open after the text seen so far."""

    def __init__(self) -> None:
        self.open = {"(": 0, "[": 0, "{": 0}
        self.seen = False

    @property
    def balanced(self) -> bool:
        """Whether as many brackets of each sort were closed as were opened."""
        return not any(self.open.values())

    def add(self, text: str) -> None:
        """Count the brackets outside quotes in `text`, whose quotes must be closed."""
        match = _BRACKETS.search(text)
        while match:
            position = match.end()
            if match.group() in QUOTES:
                position = end_of_quoted(text, match.start())
            else:
                self.count(match.group())
            match = _BRACKETS.search(text, position)

    def count(self, bracket: str) -> None:
        """Count one bracket."""
        self.seen = True
        if bracket in self.open:
            self.open[bracket] += 1
        else:
            self.open[_CLOSING[bracket]] -= 1


def is_vector(raw: str) -> bool:
    """Return whether the value begins as a vector: its first character decides (contract 4.2)."""
    return raw.startswith("[")


def is_record(raw: str) -> bool:
    """Return whether the value begins as a record: its first character decides (contract 4.2)."""
    return raw.startswith("{")


def as_vector(raw: str) -> list[str]:
    """Return the elements of a vector, trimmed, their quotes kept.

    A value that is not bracketed at both ends is a vector of one element, as it stands; an empty value has
    none. Empty elements are kept: ``[a,,b]`` has three, ``[a,]`` two, ``[]`` none.

    Raises
    ------
    ParsetError
        If brackets or quotes inside are not balanced.
    """
    if not raw:
        return []
    if len(raw) < 2 or raw[0] != "[" or raw[-1] != "]":
        return [raw]
    return split_list(raw)


def as_strings(raw: str) -> list[str]:
    """Return the elements of a vector without their quotes, as ``getStringVector`` does.

    Raises
    ------
    ParsetError
        If brackets or quotes inside are not balanced.
    """
    return [as_string(element) for element in as_vector(raw)]


def split_list(raw: str) -> list[str]:
    """Split what stands between the first and the last character at the commas of the outer level.

    Commas in quotes and in brackets of any sort do not count; the parts are trimmed.

    Raises
    ------
    ParsetError
        If brackets or quotes inside are not balanced.
    """
    last = len(raw) - 1
    if not raw[1:last].strip(ALL_BLANKS):
        return []
    count = BracketCount()
    parts = []
    start = position = 1
    match = _SPLITTING.search(raw, position, last)
    while match:
        character, position = match.group(), match.end()
        if character in QUOTES:
            position = end_of_quoted(raw, match.start())
        elif character == ",":
            if count.balanced:
                parts.append(raw[start : match.start()].strip(ALL_BLANKS))
                start = position
        else:
            if character in "[{" and count.open["("]:
                raise ParsetError(f"Unbalanced () around '{raw}'", hint="close the ( before the next [ or {")
            count.count(character)
            if min(count.open.values()) < 0:
                raise _unbalanced(raw)
        match = _SPLITTING.search(raw, position, last)
    if not count.balanced:
        raise _unbalanced(raw)
    parts.append(raw[start:last].strip(ALL_BLANKS))
    return parts


def as_record(raw: str) -> dict[str, str]:
    """Return the parts of ``{k: v, 'k2': v2}``: names without quotes, raw values, in their order.

    Raises
    ------
    ParsetError
        If it is no record, if a part has no colon, or if a name stands twice.
    """
    if len(raw) < 2 or raw[0] != "{" or raw[-1] != "}":
        raise ParsetError(f"{raw} is not a record", hint="a record reads {name: value, name: value}")
    record: dict[str, str] = {}
    for part in split_list(raw):
        after_name = end_of_quoted(part, 0) if part[:1] in ("'", '"') else 0
        colon = part.find(":", after_name)
        if colon < 0:
            raise ParsetError(
                f"Invalid record specification in value '{part}'",
                hint="a record reads {name: value, name: value}",
            )
        name = as_string(part[:colon].rstrip(ALL_BLANKS))
        if name in record:
            raise ParsetError(f"add: Key {name} double defined?", hint="a record may name each part once")
        record[name] = part[colon + 1 :].lstrip(ALL_BLANKS)
    return record


def _unbalanced(raw: str) -> ParsetError:
    return ParsetError(
        f"Unbalanced () [] or {{}} in '{raw}'", hint="a bracket is missing, or stands in the wrong place"
    )
