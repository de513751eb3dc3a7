"""What is known of the sky: catalogues of sources, in the formats that are about."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genericpipe import Location

from .keywords import QualityError

_HINT = "known are sky models of DP3 and makesourcedb, tables of text or FITS, and truth.json of simulate"


@dataclass(frozen=True)
class CatalogueSource:
    """A source of a catalogue.

    Parameters
    ----------
    name
        What it is called.
    ra, dec
        Where it is, J2000, deg.
    flux
        Integrated Stokes I, Jy, at its reference frequency.
    frequency
        The reference frequency, Hz; None where the catalogue tells none.
    index
        Spectral terms: the spectral index, then its curvature and so on.
    logarithmic
        Whether the terms are those of the logarithm of the flux.
    """

    name: str
    ra: float
    dec: float
    flux: float
    frequency: float | None = None
    index: tuple[float, ...] = ()
    logarithmic: bool = True

    def flux_at(self, frequency: float | None) -> float:
        """Return the flux in Jy at a frequency in Hz: as it is, where one of the two is not known.

        Source: the sky models of LOFAR's BBS and DP3. Logarithmic:
        ``log10 S = log10 S0 + c0 x + c1 x^2 + ...`` with ``x = log10(nu / nu0)``; else
        ``S = S0 + c0 y + c1 y^2 + ...`` with ``y = nu / nu0 - 1``.
        """
        if frequency is None or self.frequency is None or not self.index:
            return self.flux
        ratio = frequency / self.frequency
        if not self.logarithmic:
            return self.flux + sum(term * (ratio - 1) ** power for power, term in enumerate(self.index, 1))
        exponent = sum(term * math.log10(ratio) ** power for power, term in enumerate(self.index, 1))
        return self.flux * math.pow(10.0, exponent)


def read_catalogue(path: str | os.PathLike[str]) -> list[CatalogueSource]:
    """Read a catalogue, whatever its format.

    Parameters
    ----------
    path
        ``truth.json`` of ``genericpipe simulate``; a FITS table, as PyBDSF writes it; a sky model of DP3 or
        makesourcedb with its FORMAT line; or a table of text, whose first line names the columns.

    Raises
    ------
    QualityError
        If it cannot be read or lists no source; with the line, where there are lines.
    """
    from .fitstables import read_fits
    from .skymodels import is_sky_model, read_sky_model
    from .texttables import read_table

    where = Path(path)
    try:
        with where.open("rb") as file:
            begins = file.read(9)
        if begins == b"SIMPLE  =":
            found = read_fits(where)
        else:
            text = where.read_text(encoding="utf-8")
            if text.lstrip().startswith("{"):
                found = _read_truth(where, text)
            elif is_sky_model(text):
                found = read_sky_model(where, text)
            else:
                found = read_table(where, text)
    except OSError as error:
        raise QualityError(f"the catalogue {where} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise QualityError(f"the catalogue {where} is no UTF-8 text and no FITS file", hint=_HINT) from None
    if not found:
        raise QualityError(f"the catalogue {where} lists no source", hint=_HINT)
    return found


def _read_truth(path: Path, text: str) -> list[CatalogueSource]:
    try:
        truth = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", None)
        place = Location(str(path), line) if line else None
        raise QualityError(f"the catalogue is no JSON: {error}", place) from None
    sources = truth.get("sources")
    if not isinstance(sources, list):
        raise QualityError(f"the catalogue {path} has no list 'sources'", hint=_HINT)
    return [_true_source(path, number, one) for number, one in enumerate(sources)]


def _true_source(path: Path, number: int, one: Any) -> CatalogueSource:
    if not isinstance(one, Mapping):
        raise QualityError(f"{path}: source {number} is {one!r}, no source")

    def value(key: str, default: float | None = None) -> float:
        found = one.get(key, default)
        if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
            raise QualityError(f"{path}: {key!r} of source {number} is {found!r}, no number")
        return float(found)

    return CatalogueSource(
        str(one.get("name", number)),
        value("ra") % 360.0,
        value("dec"),
        value("flux"),
        value("frequency") if "frequency" in one else None,
        (value("index", 0.0),),
    )
