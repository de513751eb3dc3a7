"""One value of a parameter set, under the names of LOFAR's `lofar.parametervalue`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from .._core import load
from .._errors import call, need_text, readable

if TYPE_CHECKING:
    from ..parameterset import parameterset

__all__ = ["parametervalue"]

_parset = load("parset")


def _number(convert: Callable[[str], Any], raw: str, empty: Any) -> Any:
    return convert(raw) if raw.strip() else empty


class parametervalue:
    """A value as text, read as the caller asks for it (contract 4.2).

    Parameters
    ----------
    value
        The raw text, quotes included; stored as it is.
    """

    def __init__(self, value: str | parametervalue = "") -> None:
        raw = value._raw if isinstance(value, parametervalue) else value
        need_text(value=raw)
        self._raw: str = raw

    def __str__(self) -> str:
        return self.get()

    def __repr__(self) -> str:
        return f"parametervalue({self._raw!r})"

    def get(self) -> str:
        """Return the raw text, quotes included."""
        return readable(self._raw)

    def isVector(self) -> bool:
        """Return whether the value begins with ``[``."""
        return bool(_parset.is_vector(self._raw))

    def isRecord(self) -> bool:
        """Return whether the value begins with ``{``."""
        return bool(_parset.is_record(self._raw))

    def expand(self) -> parametervalue:
        """Return the value with the repeats and ranges of a vector written out."""
        return parametervalue(call(_parset.expand, self._raw))

    def getString(self) -> str:
        """Return the text without quotes."""
        return readable(call(_parset.as_string, self._raw))

    def getBool(self) -> bool:
        """Return the boolean that the first character spells."""
        return bool(call(_parset.as_bool, self._raw))

    def getInt(self) -> int:
        """Return a 32-bit integer; an empty value is an error (contract 4.2, FIX)."""
        return int(call(_parset.as_int, self._raw))

    def getFloat(self) -> float:
        """Return a number rounded to single precision; an empty value is 0, as it was."""
        return float(call(_number, _parset.as_single, self._raw, 0.0))

    def getDouble(self) -> float:
        """Return a number in double precision; an empty value is 0, as it was."""
        return float(call(_number, _parset.as_float, self._raw, 0.0))

    def getVector(self, expandable: bool = False) -> list[parametervalue]:
        """Return the elements, quotes included; nested vectors are values of their own."""
        return [parametervalue(element) for element in self._elements(expandable)]

    def getRecord(self) -> parameterset:
        """Return the parts of ``{name: value}`` as a parameter set."""
        from ..parameterset import parameterset

        record = parameterset()
        for name, raw in call(_parset.as_record, self._raw).items():
            record.add(name, raw)
        return record

    def getStringVector(self, expandable: bool = False) -> list[str]:
        """Return the elements without quotes."""
        return [readable(call(_parset.as_string, element)) for element in self._elements(expandable)]

    def getBoolVector(self, expandable: bool = False) -> list[bool]:
        """Return the elements as booleans."""
        return [call(_parset.as_bool, element) for element in self._elements(expandable)]

    def getIntVector(self, expandable: bool = False) -> list[int]:
        """Return the elements as integers; an empty element is 0 (contract 4.2)."""
        return [call(_number, _parset.as_int, element, 0) for element in self._elements(expandable)]

    def getFloatVector(self, expandable: bool = False) -> list[float]:
        """Return the elements in single precision; an empty element is 0 (contract 4.2)."""
        return [call(_number, _parset.as_single, element, 0.0) for element in self._elements(expandable)]

    def getDoubleVector(self, expandable: bool = False) -> list[float]:
        """Return the elements in double precision; an empty element is 0 (contract 4.2)."""
        return [call(_number, _parset.as_float, element, 0.0) for element in self._elements(expandable)]

    def _elements(self, expandable: bool) -> list[str]:
        raw = call(_parset.expand, self._raw) if expandable else self._raw
        elements: list[str] = call(_parset.as_vector, raw)
        return elements
