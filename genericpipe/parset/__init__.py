"""Parsets: text to an ordered mapping of raw values, each with its file and line, and back."""

from __future__ import annotations

from .entry import Entry
from .expansion import expand
from .parset import Parset
from .quotes import as_string
from .reader import parse, read
from .values import as_bool, as_float, as_int, as_single
from .vectors import as_record, as_strings, as_vector, is_record, is_vector, split_list
from .writer import format, write

__all__ = [
    "Entry",
    "Parset",
    "as_bool",
    "as_float",
    "as_int",
    "as_record",
    "as_single",
    "as_string",
    "as_strings",
    "as_vector",
    "expand",
    "format",
    "is_record",
    "is_vector",
    "parse",
    "read",
    "split_list",
    "write",
]
