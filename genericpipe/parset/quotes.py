"""Quoted pieces of a value: where they end, and the text without their quotes.

There is no escape: a quoted piece ends at the next quote of its own kind, whatever stands before it
(contract 4.1).
"""

from __future__ import annotations

import re

from ..errors import ParsetError

QUOTES = "'\""

#: What LOFAR's reader calls white space inside a line; line breaks are line ends.
BLANKS = " \t\r\v\f"

#: White space inside a value that did not come from a file and may hold line breaks.
ALL_BLANKS = BLANKS + "\n"

_QUOTE = re.compile(r"['\"]")


def end_of_quoted(text: str, start: int) -> int:
    """Return the offset just behind the quoted piece that begins at `start`.

    Raises
    ------
    ParsetError
        If the quote that opens at `start` is not closed.
    """
    end = text.find(text[start], start + 1)
    if end < 0:
        raise ParsetError(
            f"Unbalanced quoted string at position {start} in {text}",
            hint="an apostrophe in a value opens a quoted text too: put the whole value in double quotes",
        )
    return end + 1


def as_string(raw: str) -> str:
    """Return the value as text: every quote that opens or closes a quoted piece is removed.

    ``'it' "is"`` becomes ``it is``; nothing is trimmed (contract 4.2).

    Raises
    ------
    ParsetError
        If a quote is not closed.
    """
    if "'" not in raw and '"' not in raw:
        return raw
    pieces = []
    position = 0
    match = _QUOTE.search(raw)
    while match:
        start = match.start()
        end = end_of_quoted(raw, start)
        pieces.append(raw[position:start])
        pieces.append(raw[start + 1 : end - 1])
        position = end
        match = _QUOTE.search(raw, position)
    pieces.append(raw[position:])
    return "".join(pieces)
