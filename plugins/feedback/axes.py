"""The coordinates of a FITS image as feedback has them: 0-based, in radians (image contract 5.2)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .frames import EQUINOXES, POLARIZATIONS, RA_DEC_SYSTEMS
from .record import Record

Header = Mapping[str, Any]

_KINDS = {"RA--": "RA", "DEC-": "DEC", "FREQ": "FREQ", "STOK": "STOKES"}


def put_coordinates(record: Record, header: Header) -> None:
    """Fill in the axes, in casacore's order: declination before right ascension.

    What is missing or cannot be said becomes one of the record's lacks.
    """
    axes = _axes(header)
    has_direction = "RA" in axes and "DEC" in axes
    has = {"spectral": "FREQ" in axes, "stokes": "STOKES" in axes, "direction": has_direction}
    record.put("numberOfAxes", int(header.get("NAXIS", 0)))
    record.put("coordinateTypes", [name for name, there in has.items() if there])
    record.put("nrOfDirectionCoordinates", int(has["direction"]))
    record.put("nrOfSpectralCoordinates", int(has["spectral"]))
    record.put("nrOfPolarizationCoordinates", int(has["stokes"]))
    record.lacks += [f"there is no {name} axis" for name, there in has.items() if not there]
    if has["direction"]:
        _put_direction(record, header, axes["RA"], axes["DEC"])
    if has["spectral"]:
        _put_spectral(record, header, axes["FREQ"])
    if has["stokes"]:
        _put_polarization(record, header, axes["STOKES"])


def equinox_of(header: Header) -> str:
    """Return ``J2000`` or ``B1950``: where no equinox is given, what the system of the positions means.

    Raises
    ------
    ValueError
        If it is another one.
    """
    year = header.get("EQUINOX", header.get("EPOCH"))
    if year is None:
        return "B1950" if str(header.get("RADESYS", "")).startswith("FK4") else "J2000"
    if year not in EQUINOXES:
        raise ValueError(f"EQUINOX = {year} is neither 2000 nor 1950")
    return EQUINOXES[year]


def number(header: Header, key: str, default: float | None = None) -> float:
    """Return a number of a header.

    Raises
    ------
    ValueError
        If it is missing without a default, or no finite number.
    """
    value = header.get(key, default)
    if value is None:
        raise ValueError(f"{key} is missing")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{key} = {value!r} is no number")
    return float(value)


def _axes(header: Header) -> dict[str, int]:
    """Return the number of each axis that we know, whatever their order."""
    found: dict[str, int] = {}
    for axis in range(1, int(header.get("NAXIS", 0)) + 1):
        kind = _KINDS.get(str(header.get(f"CTYPE{axis}", "")).upper()[:4])
        if kind is not None:
            found.setdefault(kind, axis)
    return found


def _put_direction(record: Record, header: Header, ra: int, dec: int) -> None:
    prefix = "DirectionCoordinate"
    try:
        equinox = equinox_of(header)
    except ValueError as error:
        record.lacks.append(str(error))
    else:
        record.put("Pointing.equinox", equinox)
        record.put(f"{prefix}.equinox", equinox)
    record.put("Pointing.coordType", "RA-DEC")
    record.put(f"{prefix}.nrOfDirectionLinearAxes", 2)
    system = str(header.get("RADESYS", header.get("RADECSYS", "ICRS"))).strip()
    if system in RA_DEC_SYSTEMS:
        record.put(f"{prefix}.raDecSystem", system)
    else:
        record.lacks.append(f"the archive has no name for RADESYS = {system!r}")
    record.put(f"{prefix}.projection", str(header[f"CTYPE{ra}"]).strip()[-3:])
    try:
        for row, first in enumerate((ra, dec)):
            for column, second in enumerate((ra, dec)):
                default = float(first == second)
                record.put(f"{prefix}.PC{row}_{column}", number(header, f"PC{first}_{second}", default))
        parameters = [(int(key.rpartition("_")[2]), key) for key in header if key.startswith(f"PV{dec}_")]
        values = [number(header, key) for _, key in sorted(parameters)]
        record.put(f"{prefix}.projectionParameters", values or [0.0, 0.0])
        record.put(f"{prefix}.longitudePole", number(header, "LONPOLE", 180.0))
        latitude = number(header, "LATPOLE", number(header, f"CRVAL{dec}"))
        record.put(f"{prefix}.latitudePole", latitude)
        if number(header, f"CROTA{dec}", 0.0):
            raise ValueError(f"CROTA{dec} turns the image, for which there is no key")
        for position, axis, name in ((0, dec, "Declination"), (1, ra, "Right Ascension")):
            _put_linear(record, f"{prefix}.DirectionLinearAxis[{position}]", header, axis, name, "rad")
        record.put("Pointing.angle1", math.radians(number(header, f"CRVAL{ra}")) % (2 * math.pi))
        record.put("Pointing.angle2", math.radians(number(header, f"CRVAL{dec}")))
    except ValueError as error:
        record.lacks.append(str(error))


def _put_spectral(record: Record, header: Header, axis: int) -> None:
    prefix = "SpectralCoordinate"
    record.put(f"{prefix}.spectralAxisType", "Linear")
    record.put(f"{prefix}.spectralQuantityType", "Frequency")
    try:
        record.put(f"{prefix}.spectralQuantityValue", number(header, f"CRVAL{axis}"))
        _put_linear(record, f"{prefix}.SpectralLinearAxis", header, axis, "Frequency", "Hz")
    except ValueError as error:
        record.lacks.append(str(error))


def _put_linear(record: Record, prefix: str, header: Header, axis: int, name: str, unit: str) -> None:
    given = str(header.get(f"CUNIT{axis}", "")).strip()
    if given not in ("", "deg" if unit == "rad" else unit):
        raise ValueError(f"CUNIT{axis} = {given!r} is not the unit that FITS wants for {name}")
    factor = math.pi / 180 if unit == "rad" else 1.0
    record.put(f"{prefix}.name", name)
    record.put(f"{prefix}.units", unit)
    record.put(f"{prefix}.length", int(number(header, f"NAXIS{axis}")))
    record.put(f"{prefix}.increment", number(header, f"CDELT{axis}") * factor)
    record.put(f"{prefix}.referencePixel", number(header, f"CRPIX{axis}") - 1)
    record.put(f"{prefix}.referenceValue", number(header, f"CRVAL{axis}") * factor)


def _put_polarization(record: Record, header: Header, axis: int) -> None:
    prefix = "PolarizationCoordinate"
    try:
        length = int(number(header, f"NAXIS{axis}"))
        start, step = number(header, f"CRVAL{axis}"), number(header, f"CDELT{axis}", 1.0)
        pixel = number(header, f"CRPIX{axis}", 1.0)
        if length > len(POLARIZATIONS):
            raise ValueError(f"there are not {length} polarisations")
        codes = [start + (place + 1 - pixel) * step for place in range(length)]
        unknown = [code for code in codes if code not in POLARIZATIONS]
        if unknown:
            raise ValueError(f"there is no polarisation with the number {unknown[0]:g}")
        record.put(f"{prefix}.PolarizationTabularAxis.name", "Stokes")
        record.put(f"{prefix}.PolarizationTabularAxis.units", "")
        record.put(f"{prefix}.PolarizationTabularAxis.length", length)
        record.put(f"{prefix}.polarizationType", [POLARIZATIONS[int(code)] for code in codes])
    except ValueError as error:
        record.lacks.append(str(error))
