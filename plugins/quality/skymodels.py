"""Sky models as makesourcedb and DP3 read them from text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from genericpipe import Location

from ..simulate.angles import read_declination, read_right_ascension
from .catalogues import CatalogueSource
from .keywords import QualityError

_FORMAT = re.compile(r"^\s*(?:FORMAT\s*=\s*(?P<new>.+)|#\s*\((?P<old>.+)\)\s*=\s*format\s*)$", re.IGNORECASE)
_COLUMN = re.compile(r"\s*(?P<name>\w+)\s*(?:=\s*(?P<default>'[^']*'|\"[^\"]*\"|[^\s,]*))?\s*")
_DOTTED = re.compile(r"([+-]?\d+)\.(\d+)\.(\d+(?:\.\d*)?)")
_TRUE = ("", "true", "t", "1", "yes")
_NEEDED = ("name", "type", "ra", "dec", "i")


def is_sky_model(text: str) -> bool:
    """Whether one of the first lines is a FORMAT line."""
    return any(_FORMAT.match(line) for line in text.splitlines()[:50])


def read_sky_model(path: Path, text: str) -> list[CatalogueSource]:
    """Read the sources of a sky model; lines of patches are no sources.

    Parameters
    ----------
    path
        The file, for messages.
    text
        What is in it.

    Raises
    ------
    QualityError
        If a line cannot be read; with the line.
    """
    columns: list[tuple[str, str]] = []
    sources = []
    for number, line in enumerate(text.splitlines(), start=1):
        place = Location(str(path), number)
        found = _FORMAT.match(line)
        if found:
            columns = _columns(found["new"] or found["old"], place)
        elif line.strip() and not line.lstrip().startswith("#"):
            if not columns:
                raise QualityError(f"a source before the FORMAT line: {line.strip()!r}", place)
            source = _source(line, columns, place)
            sources += [source] if source else []
    return sources


def _columns(text: str, place: Location) -> list[tuple[str, str]]:
    columns = []
    for part in split(text):
        found = _COLUMN.fullmatch(part)
        if found is None:
            raise QualityError(
                f"{part.strip()!r} is no column of a sky model", place, "columns stand between commas"
            )
        columns.append((found["name"].lower(), (found["default"] or "").strip("'\"")))
    for name in _NEEDED:
        if name not in [column for column, _ in columns]:
            raise QualityError(f"the sky model has no column {name!r}", place)
    return columns


def split(line: str) -> list[str]:
    """Return what stands between commas, but for those in brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for index, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "[]":
            depth += 1 if letter == "[" else -1
        elif letter == "," and not depth:
            parts.append(line[start:index])
            start = index + 1
    return [*parts, line[start:]]


def _source(line: str, columns: Sequence[tuple[str, str]], place: Location) -> CatalogueSource | None:
    words = [word.strip().strip("'\"") for word in split(line)]
    if len(words) > len(columns):
        raise QualityError(
            f"{len(words)} values for {len(columns)} columns: {line.strip()!r}", place, "see its FORMAT line"
        )
    words += [""] * (len(columns) - len(words))
    one = {name: word or default for (name, default), word in zip(columns, words, strict=True)}
    if not words[[name for name, _ in columns].index("name")]:
        return None  # a patch
    key = ""
    try:
        key = "ra"
        ra = read_right_ascension(one[key])
        key = "dec"
        dec = _declination(one[key])
        key = "i"
        flux = _number(one[key])
        key = "referencefrequency"
        frequency = _number(one[key]) if one.get(key) else None
        key = "spectralindex"
        index = tuple(_number(term) for term in one.get(key, "").strip("[]").split(",") if term.strip())
    except ValueError as error:
        reason = str(error).replace("could not convert string to float: ", "no number: ")
        raise QualityError(f"{key} of {one['name']!r}: {reason}", place) from None
    return CatalogueSource(
        one["name"], ra, dec, flux, frequency, index, one.get("logarithmicsi", "").lower() in _TRUE
    )


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not finite")
    return value


def _declination(text: str) -> float:
    # casacore writes declinations with dots: +52.12.10.5
    found = _DOTTED.fullmatch(text)
    return read_declination(":".join(found.groups()) if found else text)
