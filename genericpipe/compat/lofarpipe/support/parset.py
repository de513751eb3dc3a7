"""Parsets in the pipeline's own flavour: keys in the order of the file (contract 4.5, 14)."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List, Mapping, Sequence

from lofar.parameterset import parameterset  # type: ignore[import-not-found]

__all__ = ["Parset", "get_parset", "patch_parset", "patched_parset"]


class KeyList(List[str]):
    """Keys in the order in which they came, as a list and, for scripts that call it, as a method."""

    def __call__(self) -> list[str]:
        """Return the same keys as a plain list."""
        return list(self)


class _FromDict:
    """`Parset.fromDict(d)` makes a parset; `parset.fromDict(d)` adds to that parset and returns it."""

    def __get__(self, parset: Parset | None, owner: type[Parset]) -> Callable[[Mapping[str, object]], Parset]:
        def from_dict(mapping: Mapping[str, object]) -> Parset:
            """Add the keys of a mapping; values become text."""
            result = owner() if parset is None else parset
            for key, value in mapping.items():
                result.add(key, str(value))
            return result

        return from_dict


class Parset(parameterset):  # type: ignore[misc]
    """A parameter set whose attribute `keys` is a list in the order of the file.

    Legacy kept that list apart from the keys, with comments and continuation lines in it; here there is one
    mapping in its order of insertion, and only keys are listed (contract 4.5, FIX).

    Parameters
    ----------
    filename
        A parset file to read.
    caseInsensitive
        Whether keys that differ only in case are the same.
    """

    fromDict = _FromDict()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys)

    @property
    def keys(self) -> Any:
        """The keys in the order in which they came: ``parset.keys`` and ``parset.keys()`` both work."""
        return KeyList(self._in_order())

    def remove(self, key: str) -> None:
        """Remove a key.

        Raises
        ------
        ValueError
            If there is no such key, other than for the base class.
        """
        if key not in self:
            raise ValueError(f"Key {key} unknown: it cannot be removed")
        super().remove(key)

    def addStringVector(self, key: str, vector: Sequence[str]) -> None:
        """Add a key whose value is ``[ a, b ]``."""
        self.add(key, f"[ {', '.join(vector)} ]")


def get_parset(parset_filename: str) -> Parset:
    """Read a parset file."""
    return Parset(parset_filename)


def patch_parset(parset: str, data: Mapping[str, object], output_dir: str | None = None) -> str:
    """Write a copy of a parset file with other values, and return the name of the new file.

    Parameters
    ----------
    parset
        The name of the file to begin with.
    data
        Keys to add or replace.
    output_dir
        Where the new file is made; the system's temporary folder if None.
    """
    patched = Parset(parset)
    for key, value in data.items():
        patched.replace(key, str(value))
    descriptor, name = tempfile.mkstemp(dir=output_dir)
    os.close(descriptor)
    try:
        patched.writeFile(name)
    except BaseException:
        os.unlink(name)
        raise
    return name


@contextmanager
def patched_parset(
    parset: str, data: Mapping[str, object], output_dir: str | None = None, unlink: bool = True
) -> Iterator[str]:
    """Give the name of a patched copy of a parset file, and remove it at the end unless told not to."""
    name = patch_parset(parset, data, output_dir)
    try:
        yield name
    finally:
        if unlink:
            os.unlink(name)
