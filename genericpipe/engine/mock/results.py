"""The results of a mock run: what no step gives is made up when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...pipeline.references import Reference, Section, longest_key


class MockResults(dict[str, Mapping[str, object]]):
    """The results so far; a reference always finds something.

    Parameters
    ----------
    known
        The results that are there from the start.
    make_up
        Gives the value for a reference to what nothing gives.
    """

    def __init__(
        self, known: Mapping[str, Mapping[str, object]], make_up: Callable[[Reference], str]
    ) -> None:
        super().__init__(known)
        self._make_up = make_up

    def get(self, step: str, default: Any = None) -> Any:
        """Return what a step gave, and more if need be."""
        return _Given(step, super().get(step, {}), self._make_up)


class _Given(Mapping[str, object]):
    """What a step gave, and any other key."""

    def __init__(self, step: str, known: Mapping[str, object], make_up: Callable[[Reference], str]) -> None:
        self._step = step
        self._known = known
        self._make_up = make_up
        self._made: dict[str, str] = {}

    def __getitem__(self, key: str) -> object:
        found = self._found(key)
        if found == key:
            return self._known[key]
        if found is not None:  # the key goes on with text that follows a known one
            raise KeyError(key)
        if key.lower() in self._known and isinstance(self._known, Section):
            return self._known[key.lower()]
        if key not in self._made:
            self._made[key] = self._make_up(Reference(self._step, key))
        return self._made[key]

    def _found(self, key: str) -> str | None:
        return longest_key(key, self._known)

    def __contains__(self, key: object) -> bool:
        found = self._found(str(key))
        return found is None or found == key

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
