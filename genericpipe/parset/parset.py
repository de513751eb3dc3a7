"""A parset in memory: an immutable, ordered mapping from key to `Entry`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Callable, Mapping, TypeVar

from ..errors import Finding, GenericPipeError, Location, ParsetError, did_you_mean
from . import values
from .entry import Entry

_Value = TypeVar("_Value")

if TYPE_CHECKING:
    _EntryMapping = Mapping[str, Entry]
else:
    from collections.abc import Mapping as _EntryMapping


class Parset(_EntryMapping):
    """The keys of a parset in the order of the file.

    A key that is given twice keeps its first place and has its last value (contract 4.5, 4.6).
    """

    __slots__ = ("_entries", "file", "findings")

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self.file = "<text>"
        self.findings: tuple[Finding, ...] = ()

    @classmethod
    def of(
        cls, entries: Iterable[Entry], file: str = "<text>", findings: Iterable[Finding] = ()
    ) -> Parset:
        """Make a parset of entries; of several with the same key the last one counts."""
        parset = cls()
        parset._entries = {entry.key: entry for entry in entries}
        parset.file = file
        parset.findings = tuple(findings)
        return parset

    def __getitem__(self, key: str) -> Entry:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __repr__(self) -> str:
        return f"<Parset {self.file}: {len(self)} keys>"
