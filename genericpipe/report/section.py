"""One section of a run's report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of the report under a heading of its own.

    Parameters
    ----------
    title
        The heading.
    text
        What stands below it, as Markdown.
    """

    title: str
    text: str
