"""Which lines of a parset belong to which step, by exact prefix (contract 4.3 and 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..parset import Entry, Parset
from .options import option_name

CONTROL, ARGUMENT = "control", "argument"


@dataclass
class Lines:
    """The lines of one step, each block in order of definition; keys without the names of step and block."""

    control: dict[str, Entry] = field(default_factory=dict)
    argument: dict[str, Entry] = field(default_factory=dict)

    def first(self) -> Entry:
        """Return the step's first line."""
        return min((*self.control.values(), *self.argument.values()), key=lambda entry: entry.line or 0)


class Blocks:
    """The lines of a parset by what they belong to.

    Attributes
    ----------
    steps
        The control and argument lines of each step name.
    sublists
        ``pipeline.steps.<name>``. LOFAR's own takes ``steps.<name>`` too where there is none of these.
    pipeline
        The other ``pipeline.*`` lines, without ``pipeline.``.
    stray
        Lines that belong to nothing.
    """

    def __init__(self, parset: Parset) -> None:
        self.steps: dict[str, Lines] = {}
        self.sublists: dict[str, Entry] = {}
        self.pipeline: dict[str, Entry] = {}
        self.stray: dict[str, Entry] = {}
        bare: dict[str, Entry] = {}
        for key, entry in parset.items():
            if option_name(key) is not None:
                continue
            if key.startswith("pipeline.steps."):
                self.sublists[key[len("pipeline.steps.") :]] = entry
            elif key.startswith("pipeline."):
                self.pipeline[key[len("pipeline.") :]] = entry
            elif not self._add(key, entry):
                (bare if key.startswith("steps.") else self.stray)[key] = entry
        if self.sublists:
            self.stray.update(bare)
        else:
            self.sublists = {key[len("steps.") :]: entry for key, entry in bare.items()}

    def _add(self, key: str, entry: Entry) -> bool:
        """Enter a line under every step name that it may belong to: names may hold dots."""
        found = False
        for name, block, rest in _readings(key):
            lines = self.steps.setdefault(name, Lines())
            (lines.control if block == CONTROL else lines.argument)[rest] = entry
            found = True
        return found


def _readings(key: str) -> Iterator[tuple[str, str, str]]:
    """Yield each way to read a key as step, block and rest."""
    for block in (CONTROL, ARGUMENT):
        mark = f".{block}."
        start = key.find(mark, 1)
        while start > 0:
            if start + len(mark) < len(key):
                yield key[:start], block, key[start + len(mark) :]
            start = key.find(mark, start + 1)
