"""Compares versions."""

from __future__ import annotations

import re
from functools import total_ordering

__all__ = ["LooseVersion", "StrictVersion", "Version"]


@total_ordering
class Version:
    """A version; texts can be compared with it."""

    def __init__(self, vstring: str | None = None) -> None:
        if vstring is not None:
            self.parse(vstring)

    def parse(self, vstring: str) -> None:
        """Take a version apart."""
        raise NotImplementedError

    def _order(self) -> object:
        raise NotImplementedError

    def _other(self, other: object) -> Version | None:
        if isinstance(other, str):
            return type(self)(other)
        return other if isinstance(other, Version) else None

    def __repr__(self) -> str:
        return f"{type(self).__name__} ('{self}')"

    def __eq__(self, other: object) -> bool:
        version = self._other(other)
        return NotImplemented if version is None else self._order() == version._order()

    def __lt__(self, other: object) -> bool:
        version = self._other(other)
        return NotImplemented if version is None else self._order() < version._order()  # type: ignore[operator]

    __hash__ = None  # type: ignore[assignment]


class LooseVersion(Version):
    """Numbers and words, whatever they are."""

    def parse(self, vstring: str) -> None:
        """Take a version apart at dots, and between digits and letters."""
        self.vstring = vstring
        parts = (one for one in re.split(r"(\d+|[a-z]+|\.)", vstring) if one and one != ".")
        self.version: list[int | str] = [int(one) if one.isdigit() else one for one in parts]

    def _order(self) -> object:
        return self.version

    def __str__(self) -> str:
        return self.vstring


class StrictVersion(Version):
    """Two or three numbers, and perhaps ``a`` or ``b`` with a number."""

    def parse(self, vstring: str) -> None:
        """Take a version apart.

        Raises
        ------
        ValueError
            If it has another form.
        """
        found = re.fullmatch(r"(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?", vstring)
        if found is None:
            raise ValueError(f"invalid version number '{vstring}'")
        major, minor, patch, letter, number = found.groups()
        self.version = (int(major), int(minor), int(patch or 0))
        self.prerelease = (letter, int(number)) if letter else None

    def _order(self) -> object:
        return self.version, self.prerelease or ("c", 0)

    def __str__(self) -> str:
        shown = self.version if self.version[2] else self.version[:2]
        return ".".join(map(str, shown)) + ("".join(map(str, self.prerelease)) if self.prerelease else "")
