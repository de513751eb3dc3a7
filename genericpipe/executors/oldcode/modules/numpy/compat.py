"""Stands for `numpy.compat`."""

from __future__ import annotations

import os
import pickle
from typing import Any

__all__ = ["asbytes", "asstr", "asunicode", "basestring", "bytes", "integer_types", "long"]
__all__ += ["os_PathLike", "os_fspath", "pickle", "sixu", "strchar", "unicode"]

integer_types = (int,)
basestring = unicode = str
long = int
bytes = bytes
strchar = "U"
os_fspath, os_PathLike = os.fspath, os.PathLike


def asbytes(text: Any) -> Any:
    """Return text as bytes."""
    return text if isinstance(text, bytes) else str(text).encode("latin1")


def asstr(text: Any) -> str:
    """Return bytes as text."""
    return text.decode("latin1") if isinstance(text, bytes) else str(text)


asunicode = asstr


def sixu(text: str) -> str:
    """Return a text."""
    return text
