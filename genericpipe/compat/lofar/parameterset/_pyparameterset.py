"""What LOFAR had in C++: the keys and raw values of a parameter set, and how they come and go.

Scripts import this module by name to learn whether LOFAR is there.
"""

from __future__ import annotations

import os
from typing import Any, Iterable

from .._core import load
from .._errors import ParameterSetError, call, need_text, readable
from .._search import full_module_name, locate_module
from ..parametervalue import parametervalue

__all__ = ["PyParameterSet"]

_parset = load("parset")
_reader = load("parset.reader")


class PyParameterSet:
    """Keys and raw values in the order in which they came (contract 4.1, 4.3, 4.4).

    Parameters
    ----------
    case_insensitive
        Whether keys that differ only in case are the same (contract 4.1; the pipeline never asks for it).
    """

    def __init__(self, case_insensitive: bool = False) -> None:
        self._ignore_case = case_insensitive
        self._raw: dict[str, str] = {}
        self._spelling: dict[str, str] = {}
        self._asked: set[str] = set()

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._fold(key) in self._spelling

    def __getitem__(self, key: str) -> parametervalue:
        return self.get(key)

    def __str__(self) -> str:
        return readable(_parset.format(self._raw))

    def get(self, key: str) -> parametervalue:
        """Return the value of `key`; RuntimeError ``Key <key> unknown`` where there is none."""
        need_text(key=key)
        stored = self._spelling.get(self._fold(key))
        if stored is None:
            raise ParameterSetError(f"Key {key} unknown")
        self._asked.add(self._fold(key))
        return parametervalue(self._raw[stored])

    def keywords(self) -> list[str]:
        """Return the keys in byte order."""
        return [readable(key) for key in self._sorted()]

    def _in_order(self) -> list[str]:
        return [readable(key) for key in self._raw]

    def size(self) -> int:
        """Return the number of keys."""
        return len(self._raw)

    def isDefined(self, key: str) -> bool:
        """Return whether there is exactly this key."""
        need_text(key=key)
        return key in self

    def unusedKeys(self) -> list[str]:
        """Return the keys whose values nobody asked for, in byte order."""
        return [readable(key) for key in self._sorted() if self._fold(key) not in self._asked]

    def add(self, key: str, value: str) -> None:
        """Store a new key; the value stays as it is, untrimmed. A known key is an error."""
        need_text(key=key, value=value)
        if key in self:
            raise ParameterSetError(f"add: Key {key} double defined?")
        self._put(key, value)

    def replace(self, key: str, value: str) -> None:
        """Store a key, new or known; the value stays as it is, untrimmed."""
        need_text(key=key, value=value)
        self._put(self._spelling.get(self._fold(key), key), value)

    def remove(self, key: str) -> None:
        """Remove a key, if there is one."""
        need_text(key=key)
        stored = self._spelling.pop(self._fold(key), None)
        if stored is not None:
            del self._raw[stored]
            self._asked.discard(self._fold(key))

    def clear(self) -> None:
        """Remove all keys."""
        self._raw.clear()
        self._spelling.clear()
        self._asked.clear()

    def adoptFile(self, filename: str | os.PathLike[str], prefix: str = "") -> None:
        """Add or replace the keys of a file, each with `prefix` (no dot is added) before it."""
        need_text(prefix=prefix)
        name = os.fspath(filename)
        # A directory opened like an empty file (contract 4.1).
        data = b"" if os.path.isdir(name) else call(_reader.read_bytes, name)
        self._adopt_text(_reader.decode(data), str(name), prefix)

    def adoptBuffer(self, buffer: str, prefix: str = "") -> None:
        """Add or replace the keys of a text, each with `prefix` before it."""
        need_text(buffer=buffer, prefix=prefix)
        self._adopt_text(buffer, "<text>", prefix)

    def adoptCollection(self, collection: PyParameterSet, prefix: str = "") -> None:
        """Add or replace the keys of another parameter set, each with `prefix` before it."""
        need_text(prefix=prefix)
        for key, value in list(collection._raw.items()):
            self.replace(prefix + key, value)

    def adoptArgv(self, argv: Iterable[str]) -> None:
        """Add or replace from words ``key=value``; others are ignored and values are not trimmed."""
        for word in argv:
            need_text(word=word)
            key, equals, value = word.partition("=")
            if equals:
                self.replace(key, value)

    def makeSubset(self, base: str, prefix: str = "") -> Any:
        """Return a copy of the keys that begin with `base`, which gives way to `prefix`."""
        from . import parameterset

        need_text(base=base, prefix=prefix)
        subset = parameterset(self._ignore_case)
        for key, value in self._raw.items():
            if self._fold(key).startswith(self._fold(base)):
                subset.replace(prefix + key[len(base) :], value)
        return subset

    def subtractSubset(self, base: str) -> None:
        """Remove the keys that begin with `base`."""
        need_text(base=base)
        for key in [key for key in self._raw if self._fold(key).startswith(self._fold(base))]:
            PyParameterSet.remove(self, key)

    def locateModule(self, name: str) -> str:
        """Return what stands before the module `name` in the first key that has it last but one."""
        need_text(name=name)
        return readable(locate_module(self._sorted(), name))

    def fullModuleName(self, name: str) -> str:
        """Return the module `name` with all that stands before it in the first key that has it."""
        need_text(name=name)
        return readable(full_module_name(sorted(self._raw, key=_bytes), name))

    def writeFile(self, filename: str | os.PathLike[str], append: bool = False) -> None:
        """Write lines ``key=value`` in byte order, or append them to a file."""
        if not append:
            call(_parset.write, self._raw, filename)
            return
        name = os.fspath(filename)
        try:
            with open(name, "ab") as stream:
                stream.write(_bytes(_parset.format(self._raw)))
        except OSError as error:
            raise ParameterSetError(f"Unable to open file {name}: {error.strerror}") from None

    def version(self, type: str = "full") -> str:
        """Return the LOFAR release whose behaviour this follows: only that for "brief" and "top"."""
        release = "4.0.17"
        return release if type in ("brief", "top") else f"{release} (genericpipe)"

    def _adopt_text(self, text: str, file: str, prefix: str) -> None:
        for entry in call(_reader.parse, text, file, True).values():
            key = prefix + entry.key
            stored = self._spelling.get(self._fold(key), key)
            if stored != key:
                # Without regard to case, a file's spelling replaces the one known (contract 4.1).
                PyParameterSet.remove(self, stored)
            self._put(key, entry.raw)

    def _put(self, key: str, value: str) -> None:
        self._raw[key] = value
        self._spelling[self._fold(key)] = key

    def _fold(self, key: str) -> str:
        return key.lower() if self._ignore_case else key

    def _sorted(self) -> list[str]:
        return sorted(self._raw, key=lambda key: _bytes(self._fold(key)))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
