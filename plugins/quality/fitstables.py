"""Catalogues that are FITS tables: PyBDSF's, those of surveys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .catalogues import CatalogueSource
from .fitsfile import open_fits
from .keywords import QualityError
from .texttables import columns_of, missing


def read_fits(path: Path) -> list[CatalogueSource]:
    """Read the first table of a FITS file; fluxes may be in mJy if the column says so.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    QualityError
        If there is no table, or it has not the columns of a catalogue.
    """
    from astropy.io import fits

    with open_fits(path) as opened:
        tables = [part for part in opened if isinstance(part, fits.BinTableHDU | fits.TableHDU)]
        if not tables:
            raise QualityError(f"the catalogue {path} holds no table", hint="is it an image?")
        return _sources(path, tables[0])


def _sources(path: Path, part: Any) -> list[CatalogueSource]:
    names = [column.name for column in part.columns]
    found = columns_of(names)
    lacking = missing(found)
    if lacking is not None:
        raise QualityError(f"the catalogue {path} has no column {lacking!r} among {' '.join(names)!r}")
    values = {key: part.data[names[index]] for key, index in found.items()}
    scale = _in_jansky(path, str(part.columns[found["flux"]].unit or "Jy"))
    numbers = {
        key: np.asarray(values[key], dtype=np.float64) * (scale if key == "flux" else 1.0)
        for key in values
        if key != "name"
    }
    sources = []
    for row in range(len(part.data)):
        one = {key: float(column[row]) for key, column in numbers.items()}
        if not all(np.isfinite([one["ra"], one["dec"], one["flux"]])):
            continue  # surveys leave cells empty
        name = str(values["name"][row]) if "name" in values else str(row)
        index = (one["index"],) if np.isfinite(one.get("index", np.nan)) else ()
        sources.append(
            CatalogueSource(name, one["ra"] % 360, one["dec"], one["flux"], one.get("frequency"), index)
        )
    return sources


def _in_jansky(path: Path, unit: str) -> float:
    from astropy import units

    try:
        return float(units.Unit(unit).to("Jy"))
    except (ValueError, TypeError, units.UnitConversionError):
        raise QualityError(f"the catalogue {path} has fluxes in {unit!r}, which is no flux density") from None
