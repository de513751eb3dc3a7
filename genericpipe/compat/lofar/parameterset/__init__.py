"""Parameter sets, under the names of LOFAR's `lofar.parameterset` (contract 14)."""

from __future__ import annotations

import os
from typing import Any, Callable, Iterator, Mapping, TypeVar

from ..parametervalue import parametervalue
from . import _pyparameterset
from ._pyparameterset import PyParameterSet

__all__ = ["PyParameterSet", "parameterset", "parametervalue"]

_Self = TypeVar("_Self", bound="parameterset")
_Value = TypeVar("_Value")


class parameterset(_pyparameterset.PyParameterSet):
    """Keys with their raw values, read as the caller asks for them.

    Parameters
    ----------
    filename
        A parset file, a mapping, or another parameter set to begin with; a boolean means `caseInsensitive`.
    caseInsensitive
        Whether keys that differ only in case are the same.

    Raises
    ------
    RuntimeError
        For whatever LOFAR's class raised one: files, keys and values that cannot be read.
    """

    def __init__(
        self,
        filename: str | os.PathLike[str] | bool | Mapping[str, object] | PyParameterSet | None = None,
        caseInsensitive: bool = False,
    ) -> None:
        super().__init__(filename if isinstance(filename, bool) else bool(caseInsensitive))
        if isinstance(filename, bool):
            return
        if isinstance(filename, PyParameterSet):
            self.adoptCollection(filename)
        elif isinstance(filename, Mapping):
            self.adoptDict(filename)
        elif filename is not None:
            self.adoptFile(filename)

    @classmethod
    def fromString(cls: type[_Self], buffer: str) -> _Self:
        """Return a parameter set with the keys of a text."""
        result = cls()
        result.adoptBuffer(buffer)
        return result

    def __iter__(self) -> Iterator[str]:
        return iter(self.keywords())

    def keys(self) -> Any:
        """Return the keys in byte order."""
        return self.keywords()

    def adoptDict(self, mapping: Mapping[str, object]) -> None:
        """Add or replace the keys of a mapping; values become text and are not trimmed."""
        for key, value in mapping.items():
            self.replace(key, str(value))

    def dict(self, removeQuotes: bool = False) -> dict[str, str]:
        """Return all keys with their texts, raw or without quotes."""
        value = parametervalue.getString if removeQuotes else parametervalue.get
        return {key: value(self.get(key)) for key in self.keywords()}

    def getString(self, key: str, default: str | None = None) -> str:
        """Return the text of `key` without quotes."""
        return self._scalar(key, default, parametervalue.getString, str)

    def getBool(self, key: str, default: bool | None = None) -> bool:
        """Return the boolean `key`."""
        return self._scalar(key, default, parametervalue.getBool, bool)

    def getInt(self, key: str, default: int | None = None) -> int:
        """Return the 32-bit integer `key`."""
        return self._scalar(key, default, parametervalue.getInt, int)

    def getFloat(self, key: str, default: float | None = None) -> float:
        """Return the number `key` in single precision."""
        return self._scalar(key, default, parametervalue.getFloat, float)

    def getDouble(self, key: str, default: float | None = None) -> float:
        """Return the number `key` in double precision."""
        return self._scalar(key, default, parametervalue.getDouble, float)

    def getVector(self, key: str, expandable: bool = False) -> list[parametervalue]:
        """Return the elements of `key`, quotes included."""
        return self.get(key).getVector(expandable)

    def getRecord(self, key: str) -> parameterset:
        """Return the parts of the record `key` as a parameter set."""
        return self.get(key).getRecord()

    def getStringVector(self, key: str, default: Any = None, expandable: bool = False) -> list[str]:
        """Return the elements of `key` without quotes; a boolean in second place is `expandable`."""
        return self._vector(key, default, expandable, parametervalue.getStringVector)

    def getBoolVector(self, key: str, default: Any = None, expandable: bool = False) -> list[bool]:
        """Return the elements of `key` as booleans; a boolean in second place is `expandable`."""
        return self._vector(key, default, expandable, parametervalue.getBoolVector)

    def getIntVector(self, key: str, default: Any = None, expandable: bool = False) -> list[int]:
        """Return the elements of `key` as integers; a boolean in second place is `expandable`."""
        return self._vector(key, default, expandable, parametervalue.getIntVector)

    def getFloatVector(self, key: str, default: Any = None, expandable: bool = False) -> list[float]:
        """Return the elements of `key` in single precision; a boolean in second place is `expandable`."""
        return self._vector(key, default, expandable, parametervalue.getFloatVector)

    def getDoubleVector(self, key: str, default: Any = None, expandable: bool = False) -> list[float]:
        """Return the elements of `key` in double precision; a boolean in second place is `expandable`."""
        return self._vector(key, default, expandable, parametervalue.getDoubleVector)

    def _scalar(
        self,
        key: str,
        default: Any,
        getter: Callable[[parametervalue], _Value],
        kind: Callable[[Any], _Value],
    ) -> _Value:
        # None as the default meant that there was none.
        if default is not None and key not in self:
            return kind(default)
        return getter(self.get(key))

    def _vector(
        self, key: str, default: Any, expandable: bool, getter: Callable[..., list[_Value]]
    ) -> list[_Value]:
        if isinstance(default, bool):
            default, expandable = None, default
        if default is not None and key not in self:
            return list(default)
        return getter(self.get(key), bool(expandable))
