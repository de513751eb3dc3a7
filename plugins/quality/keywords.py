"""What the scripts are given: steps of pipelines hand over nothing but text."""

from __future__ import annotations

import math
import os

from genericpipe import GenericPipeError

_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}


class QualityError(GenericPipeError):
    """An image, a measurement set, a catalogue or a keyword that cannot be used."""


class Keywords:
    """Reads the values of a script's keywords.

    Parameters
    ----------
    script
        What error messages begin with.
    """

    def __init__(self, script: str) -> None:
        self._script = script

    def fault(self, message: str, hint: str = "") -> QualityError:
        """Return an error that begins with the name of the script."""
        return QualityError(f"{self._script}: {message}", hint=hint)

    def truth(self, name: str, value: object) -> bool:
        """Return a truth value.

        Raises
        ------
        QualityError
            If it is none.
        """
        found = _TRUTH.get(_text(value).lower())
        if found is None:
            raise self.fault(f"{name} = {str(value)!r} is no truth value", "give True or False")
        return found

    def number(self, name: str, value: object, *, least: float = 0.0) -> float:
        """Return a number above `least`.

        Raises
        ------
        QualityError
            If it is none, or too small.
        """
        try:
            number = float(_text(value))
        except ValueError:
            raise self.fault(f"{name} = {str(value)!r} is no number") from None
        if not least < number < math.inf:
            raise self.fault(f"{name} = {str(value)!r} is not above {least:g}")
        return number

    def whole(self, name: str, value: object) -> int:
        """Return a whole number above 0.

        Raises
        ------
        QualityError
            If it is none.
        """
        number = self.number(name, value)
        if number != int(number):
            raise self.fault(f"{name} = {str(value)!r} is no whole number")
        return int(number)

    def pair(self, name: str, value: object) -> tuple[int, int]:
        """Return two whole numbers: ``(60,20)``.

        Raises
        ------
        QualityError
            If there are not two.
        """
        words = _text(value).strip("()[]").split(",")
        if len(words) != 2:
            raise self.fault(f"{name} = {str(value)!r} is no pair of whole numbers", "give (60,20), say")
        return self.whole(name, words[0]), self.whole(name, words[1])

    def choice(self, name: str, value: object, known: tuple[str, ...]) -> str:
        """Return one of some words.

        Raises
        ------
        QualityError
            If it is none of them.
        """
        text = _text(value).lower()
        if text not in known:
            raise self.fault(f"{name} = {str(value)!r} is unknown", f"give one of {', '.join(known)}")
        return text

    def path(self, name: str, value: object) -> str:
        """Return a path as it is given, without quotes.

        Raises
        ------
        QualityError
            If it is empty.
        """
        text = _text(os.fspath(value) if isinstance(value, os.PathLike) else value)
        if not text:
            raise self.fault(f"{name} is empty", "give a path")
        return text


def given(value: object) -> bool:
    """Whether a keyword that may be left out says something: ``None`` as text does not."""
    return value is not None and _text(value).lower() not in ("", "none")


def _text(value: object) -> str:
    return str(value).strip().strip("'\"").strip()
