"""On which line of a TOML file a key stands: the standard library's reader does not tell."""

from __future__ import annotations

import re


class TomlLines:
    """Finds keys in the text of a TOML file that has been read without an error.

    Parameters
    ----------
    text
        The text.
    """

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def line(self, key: str, inside: tuple[str, ...] = (), before: int = 0) -> int | None:
        """Return the number of the line that gives a key.

        Parameters
        ----------
        key
            The key, or the name of a table.
        inside
            The names of the tables around it, outermost first.
        before
            Of an array of tables: how many come before the one that is meant.

        Returns
        -------
        int or None
            The line of the key, or else of its table; None where neither is found.
        """
        begin, end = self._span(inside, before)
        given = re.compile(rf"\s*(\[.*)?{_quoted(key)}\s*[\].=]")
        lines = range(begin, end)
        exact = (number for number in lines if given.match(self._lines[number]))
        loose = (number for number in lines if key in self._lines[number])
        found = next(exact, next(loose, begin if inside else None))
        return None if found is None or not self._lines else found + 1

    def _span(self, inside: tuple[str, ...], before: int) -> tuple[int, int]:
        """Return where a table begins and ends, its own tables with it; all lines where it has no head."""
        everything = 0, len(self._lines)
        if not inside:
            return everything
        words = r"\s*\.\s*".join(map(_quoted, inside))
        head = re.compile(rf"\s*\[+\s*{words}\s*[\].]")
        heads = [number for number, line in enumerate(self._lines) if head.match(line)]
        if len(heads) <= before:
            return everything
        begin = heads[before]
        is_array = self._lines[begin].lstrip().startswith("[[")
        for number in range(begin + 1, len(self._lines)):
            line = self._lines[number]
            if line.lstrip().startswith("[") and (is_array or not head.match(line)):
                return begin, number
        return begin, len(self._lines)


def _quoted(name: str) -> str:
    """Return the pattern of a name, with or without quotes."""
    return rf"""["']?{re.escape(name)}["']?"""
