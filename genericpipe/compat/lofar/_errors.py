"""Errors as they reach scripts: LOFAR's C++ classes raised `RuntimeError` for everything."""

from __future__ import annotations

from typing import Any, Callable

from ._core import load

_GenericPipeError = load("errors").GenericPipeError


class ParameterSetError(RuntimeError):
    """A parameter set, or a value in one, that cannot be read."""


def call(function: Callable[..., Any], *args: Any) -> Any:
    """Call a function of the parset room; its errors become what scripts expect."""
    try:
        return function(*args)
    except _GenericPipeError as error:
        raise ParameterSetError(str(error)) from None


def readable(text: str) -> str:
    """Return `text`, or fail as LOFAR did where it holds bytes that are not UTF-8 (contract 4.1).

    Raises
    ------
    UnicodeDecodeError
        If the file held such bytes here; the rest of the file stays usable.
    """
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8")


def need_text(**arguments: object) -> None:
    """Refuse arguments that are no text: the C++ classes did not convert (contract 14)."""
    for name, value in arguments.items():
        if not isinstance(value, str):
            raise TypeError(f"{name} must be str, not {type(value).__name__}: {value!r}")
