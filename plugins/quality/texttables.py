"""Catalogues that are tables of text: a line that names the columns, then a line for each source."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from genericpipe import Location, did_you_mean

from ..simulate.angles import read_declination, read_right_ascension
from .catalogues import CatalogueSource
from .keywords import QualityError

#: What columns are called: by us, by PyBDSF, and by the catalogues of surveys.
COLUMNS = {
    "name": ("name", "source_name", "source_id", "gaus_id"),
    "ra": ("ra", "raj2000", "ra_deg", "_raj2000"),
    "dec": ("dec", "dej2000", "decj2000", "dec_deg", "_dej2000"),
    "flux": ("flux", "total_flux", "integrated_flux", "flux_jy", "i", "stotal", "int_flux"),
    "frequency": ("frequency", "reffreq", "freq"),
    "index": ("index", "spectral_index", "spectralindex", "alpha", "si"),
}
_REQUIRED = ("ra", "dec", "flux")


def columns_of(names: Sequence[str]) -> dict[str, int]:
    """Return which column holds what: the first one of the known names.

    Parameters
    ----------
    names
        The names of the columns.
    """
    lower = [name.strip().strip("\"'").lower() for name in names]
    found = {}
    for meaning, known in COLUMNS.items():
        there = [name for name in known if name in lower]
        if there:
            found[meaning] = lower.index(there[0])
    return found


def missing(found: dict[str, int]) -> str | None:
    """Return the first needed column that is not there."""
    return next((name for name in _REQUIRED if name not in found), None)


def read_table(path: Path, text: str) -> list[CatalogueSource]:
    """Read a table of text: values between commas, or between blanks where there is no comma.

    The line of the names may begin with ``#``, as PyBDSF has it: it is the last such line before the first
    source. Positions are in degrees, or sexagesimal; fluxes in Jy; frequencies in Hz.

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
    names: list[str] = []
    columns: dict[str, int] = {}
    sources: list[CatalogueSource] = []
    for number, line in enumerate(text.splitlines(), start=1):
        place = Location(str(path), number)
        words = _words(line)
        if not words:
            continue
        if line.lstrip().startswith("#"):
            if not sources and {"ra", "dec"} <= columns_of(words).keys():
                names, columns = words, _checked(words, place)
            continue
        if not names:
            names, columns = words, _checked(words, place)
            continue
        if len(words) != len(names):
            raise QualityError(
                f"{len(words)} values for {len(names)} columns: {line.strip()!r}",
                place,
                f"the columns are {' '.join(names)}",
            )
        sources.append(_source(words, columns, place, len(sources)))
    return sources


def _words(line: str) -> list[str]:
    body = line.strip().lstrip("#").strip()
    if "," not in body:
        return body.split("#")[0].split()
    return [word.strip() for word in next(csv.reader([body], skipinitialspace=True))]


def _checked(names: Sequence[str], place: Location) -> dict[str, int]:
    found = columns_of(names)
    lacking = missing(found)
    if lacking is None:
        return found
    nearest = did_you_mean(lacking, names)
    raise QualityError(
        f"the catalogue has no column {lacking!r} among {' '.join(names)!r}",
        place,
        nearest or f"it may be called {', '.join(COLUMNS[lacking])}",
    )


def _source(words: Sequence[str], columns: dict[str, int], place: Location, number: int) -> CatalogueSource:
    readers = {"ra": read_right_ascension, "dec": read_declination}
    values: dict[str, float] = {}
    for name in columns.keys() - {"name"}:
        word = words[columns[name]]
        try:
            values[name] = readers.get(name, float)(word)
            if not math.isfinite(values[name]):
                raise ValueError(f"{word!r} is not finite")
        except ValueError as error:
            reason = str(error).replace("could not convert string to float: ", "no number: ")
            raise QualityError(f"{name}: {reason}", place) from None
    return CatalogueSource(
        words[columns["name"]] if "name" in columns else str(number),
        values["ra"],
        values["dec"],
        values["flux"],
        values.get("frequency"),
        (values["index"],) if "index" in values else (),
    )
