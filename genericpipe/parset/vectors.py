"""Values that hold other values: ``[a, b]`` and ``{k: v}`` (contract 4.2).

A nested value stays text until someone asks for its parts, so nothing here recurses.
"""

from __future__ import annotations

import re

from ..errors import ParsetError
from .quotes import ALL_BLANKS, QUOTES, as_string, end_of_quoted

_BRACKETS = re.compile(r"[()\[\]{}'\"]")
_SPLITTING = re.compile(r"[()\[\]{}'\",]")
_OPENING = {"(": ")", "[": "]", "{": "}"}
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
            character, position = match.group(), match.end()
            if character in _OPENING:
                self.seen = True
                self.open[character] += 1
            elif character in _CLOSING:
                self.seen = True
                self.open[_CLOSING[character]] -= 1
            else:
                position = end_of_quoted(text, match.start())
            match = _BRACKETS.search(text, position)


def is_vector(raw: str) -> bool:
    """Return whether the value begins as a vector: its first character decides (contract 4.2)."""
    return raw.startswith("[")


def is_record(raw: str) -> bool:
    """Return whether the value begins as a record: its first character decides (contract 4.2)."""
    return raw.startswith("{")
