"""One key of a parset: its raw value and the lines it stands on."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from typing import NamedTuple

from ..errors import Location


class Entry(NamedTuple):
    """One key of a parset with its value as it was written.

    Parameters
    ----------
    key
        The key, without quotes.
    raw
        The value: trimmed, its quotes kept, continuation lines joined (contract 4.1).
    file
        The file it came from, for messages.
    line
        The line that holds the key, counted from 1; None for a value that no file holds.
    pieces
        For a value of several lines, the offset in `raw` at which each line's part begins, and that
        line. Empty for a value on the line of its key.
    """

    key: str
    raw: str
    file: str = "<text>"
    line: int | None = None
    pieces: tuple[tuple[int, int], ...] = ()

    @property
    def location(self) -> Location:
        """The file and the line of the key."""
        return Location(self.file, self.line)

    def line_at(self, offset: int) -> int | None:
        """Return the line on which the character of the value at `offset` stands."""
        after = bisect_right(self.pieces, (offset, sys.maxsize))
        return self.pieces[after - 1][1] if after else self.line

    def line_of(self, text: str) -> int | None:
        """Return the line on which `text` stands in the value, the key's line if it is not there.

        A place where `text` is a whole word is preferred, so that ``cal`` is not found in
        ``cal_target``.
        """
        if not self.pieces or not text:
            return self.line
        word = re.search(rf"(?<![\w.-]){re.escape(text)}(?![\w.-])", self.raw)
        offset = word.start() if word else self.raw.find(text)
        return self.line if offset < 0 else self.line_at(offset)

    def location_of(self, text: str) -> Location:
        """Return the file and the line on which `text` stands in the value."""
        return Location(self.file, self.line_of(text))
