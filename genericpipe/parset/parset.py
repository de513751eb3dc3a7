"""A parset in memory: an immutable, ordered mapping from key to `Entry`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from ..errors import Finding, GenericPipeError, Location, ParsetError, did_you_mean
from . import values
from .entry import Entry
from .quotes import as_string
from .vectors import as_record, as_strings, as_vector

_Value = TypeVar("_Value")

if TYPE_CHECKING:
    _EntryMapping = Mapping[str, Entry]
else:
    _EntryMapping = Mapping  # Python 3.8 cannot subscript it.


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
    def of(cls, entries: Iterable[Entry], file: str = "<text>", findings: Iterable[Finding] = ()) -> Parset:
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

    def text(self, key: str, default: str | None = None) -> str:
        """Return the raw value of `key`, or `default` where there is no such key.

        Raises
        ------
        ParsetError
            If the key is unknown and no default is given.
        """
        entry = self._entries.get(key)
        if entry is not None:
            return entry.raw
        if default is None:
            raise self._unknown(key)
        return default

    def get_string(self, key: str, default: str | None = None) -> str:
        """Return the value of `key` without its quotes; see `text` for errors."""
        return self._get(key, default, as_string)

    def get_bool(self, key: str, default: bool | None = None) -> bool:
        """Return the value of `key` as a boolean; errors carry its line. See `values.as_bool`."""
        return self._get(key, default, values.as_bool)

    def get_int(self, key: str, default: int | None = None) -> int:
        """Return the value of `key` as an integer; errors carry its line. See `values.as_int`."""
        return self._get(key, default, values.as_int)

    def get_float(self, key: str, default: float | None = None) -> float:
        """Return the value of `key` as a double; errors carry its line. See `values.as_float`."""
        return self._get(key, default, values.as_float)

    def get_vector(self, key: str, default: Sequence[str] | None = None) -> list[str]:
        """Return the raw elements of the vector `key`; errors carry its line. See `vectors.as_vector`."""
        return self._get(key, None if default is None else list(default), as_vector)

    def get_strings(self, key: str, default: Sequence[str] | None = None) -> list[str]:
        """Return the elements of the vector `key` without quotes; errors carry its line."""
        return self._get(key, None if default is None else list(default), as_strings)

    def get_record(self, key: str, default: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the parts of the record `key`; errors carry its line. See `vectors.as_record`."""
        return self._get(key, None if default is None else dict(default), as_record)

    def subset(self, prefix: str) -> Parset:
        """Return the entries whose keys begin with exactly `prefix`, which is cut off."""
        cut = len(prefix)
        entries = (e._replace(key=k[cut:]) for k, e in self._entries.items() if k.startswith(prefix))
        return Parset.of(entries, self.file)

    def without(self, prefix: str) -> Parset:
        """Return the entries whose keys do not begin with `prefix`."""
        return Parset.of((e for k, e in self._entries.items() if not k.startswith(prefix)), self.file)

    def merged(self, entries: Iterable[Entry]) -> Parset:
        """Return this parset with further entries; known keys keep their place and get the new value."""
        merged = {**self._entries, **{entry.key: entry for entry in entries}}
        return Parset.of(merged.values(), self.file, self.findings)

    def replaced(self, raw: Mapping[str, str]) -> Parset:
        """Return this parset with other raw values for some of its keys, each at its old location.

        Raises
        ------
        ParsetError
            If it does not have one of the keys.
        """
        entries = dict(self._entries)
        for key, value in raw.items():
            if key not in entries:
                raise self._unknown(key)
            entries[key] = entries[key]._replace(raw=value)
        return Parset.of(entries.values(), self.file, self.findings)

    def _get(self, key: str, default: _Value | None, convert: Callable[[str], _Value]) -> _Value:
        entry = self._entries.get(key)
        if entry is None:
            if default is None:
                raise self._unknown(key)
            return default
        try:
            return convert(entry.raw)
        except GenericPipeError as error:
            raise ParsetError(f"{key}: {error.message}", entry.location, error.hint) from None

    def _unknown(self, key: str) -> ParsetError:
        return ParsetError(f"Key {key} unknown", Location(self.file), did_you_mean(key, self._entries))
