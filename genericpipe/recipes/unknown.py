"""What a plan cannot know yet: text that stands for it, and results that only the run will give.

An unknown value travels as a mark through everything that a value goes through: references, lists, options,
mapfiles, names of products. So whatever comes to depend on it shows that by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

# Characters for private use, which no parset holds: a mark cannot be taken for anything else.
_OPEN, _CLOSE = "\U0010fe00", "\U0010fe01"
# No sign in it may mean anything in a path or a list.
_MARK = re.compile(rf"{_OPEN}(\d+)(?:_(\d+))?{_CLOSE}")
_WRITTEN = {repr(sign)[1:-1]: sign for sign in (_OPEN, _CLOSE)}


@dataclass(frozen=True)
class Unknown:
    """Something that only the run will know.

    Parameters
    ----------
    what
        Its name, mostly a reference: ``prep.output.mapfile``.
    reason
        Why it is not known.
    """

    what: str
    reason: str


class Unknowns:
    """The marks of one plan."""

    def __init__(self) -> None:
        self._numbers: dict[Unknown, int] = {}
        self._all: list[Unknown] = []

    def mark(self, what: str, reason: str, entry: int | None = None) -> str:
        """Return text that stands for an unknown value, or for that of one entry of an unknown mapfile."""
        unknown = Unknown(what, reason)
        number = self._numbers.setdefault(unknown, len(self._all))
        if number == len(self._all):
            self._all.append(unknown)
        return f"{_OPEN}{number}{'' if entry is None else f'_{entry}'}{_CLOSE}"

    def of_entry(self, text: str, entry: int) -> str:
        """Return text whose marks stand for the values of one entry."""
        return _MARK.sub(lambda mark: f"{_OPEN}{mark[1]}_{mark[2] or entry}{_CLOSE}", text)

    def read(self, written: str) -> str:
        """Return text in which marks may stand as Python writes them in a dictionary."""
        for escaped, sign in _WRITTEN.items():
            written = written.replace(escaped, sign)
        return written

    def show(self, text: str) -> str:
        """Return text for people: each mark as ``<prep.output.mapfile>``."""
        return _MARK.sub(self._shown, text) if _OPEN in text else text

    def within(self, text: str) -> Iterator[Unknown]:
        """Yield what the text depends on."""
        if _OPEN in text:
            for mark in _MARK.finditer(text):
                yield self._all[int(mark[1])]

    def _shown(self, mark: re.Match[str]) -> str:
        what = self._all[int(mark[1])].what
        return f"<{what}[{mark[2]}]>" if mark[2] else f"<{what}>"


def is_marked(text: str) -> bool:
    """Return whether a text depends on something unknown."""
    return _OPEN in text


def is_mark(text: str) -> bool:
    """Return whether a text is nothing but one unknown value."""
    return _MARK.fullmatch(text) is not None


class OpenResult(Mapping[str, str]):
    """A step's result of which not every key is known.

    Parameters
    ----------
    known
        The keys that are known, and their values.
    other
        Gives the value for any other key, or None where the step cannot give it.
    """

    def __init__(self, known: Mapping[str, str], other: Callable[[str], str | None]) -> None:
        self.known = dict(known)
        self._other = other

    def __getitem__(self, key: str) -> str:
        if key not in self.known:
            value = self._other(key)
            if value is None:
                raise KeyError(key)
            self.known[key] = value
        return self.known[key]

    def __contains__(self, key: object) -> bool:
        try:
            self[str(key)]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)
