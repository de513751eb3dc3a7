"""Parsets: text to an ordered mapping of raw values, each with its file and line, and back."""

from __future__ import annotations

from .entry import Entry
from .parset import Parset
from .quotes import as_string
from .reader import parse, read
from .vectors import is_record, is_vector

__all__ = ["Entry", "Parset", "as_string", "is_record", "is_vector", "parse", "read"]
