"""Pieces of Markdown: tables, code, and plain text that must not be taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"([\\*_<>\[\]{}|$#])")
# An option in running text; as plain text its hyphens would become a dash.
_OPTION = re.compile(r"(?<![\w-])(--?[A-Za-z][\w-]*(?:=[A-Z]+)?)")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are Markdown. Empty where there is no row."""
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *lines]) + "\n"


def code(text: str) -> str:
    """Return a text as code; nothing for an empty one."""
    return f"`{text}`" if text else ""


def plain(text: str) -> str:
    """Return text of a command's help as Markdown: nothing in it is markup, options become code."""
    parts = _OPTION.split(text)
    return "".join(code(part) if odd % 2 else _MARKUP.sub(r"\\\1", part) for odd, part in enumerate(parts))


def block(text: str) -> str:
    """Return text as it stands, in a block of its own."""
    return f"```text\n{text.strip(chr(10))}\n```\n"


def paragraphs(text: str) -> str:
    """Return the paragraphs of a help text; one with indented lines is a list and stays as it is."""
    found = [part for part in text.strip("\n").split("\n\n") if part.strip()]
    return "\n".join(
        block(part) if re.search(r"^ ", part, re.MULTILINE) else plain(" ".join(part.split())) + "\n"
        for part in found
    )
