"""Records of images in casacore's own format, and of those in HDF5 (image contract 5.2).

LOFAR's imager left tables of its own in them, which tell of the data and the noise; others have none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from .frames import RA_DEC_SYSTEMS, location_frame
from .record import Record

_ARCSECONDS = {"arcsec": 1.0, "arcmin": 60.0, "deg": 3600.0, "rad": math.degrees(1) * 3600}
_COORDINATES = {"direction": "Direction", "spectral": "Spectral", "stokes": "Polarization"}


def describe_with_casacore(record: Record, path: str) -> None:
    """Fill in what casacore finds in an image; what is missing becomes one of the record's lacks.

    Parameters
    ----------
    record
        With defaults in it.
    path
        The image.
    """
    try:
        from casacore.images import image
    except ImportError as error:
        record.lacks.append(f"python-casacore cannot be imported: {error}")
        return
    try:
        opened = image(path)
        coordinates = opened.coordinates()
        names = coordinates.get_names()
        record.put("numberOfAxes", opened.ndim())
        record.put("coordinateTypes", names)
        record.put("timeFrame", coordinates.get_obsdate().get("refer", "UTC"))
        for name, kind in _COORDINATES.items():
            record.put(f"nrOf{kind}Coordinates", int(name in names))
        record.lacks += [f"there is no {name} axis" for name in _COORDINATES if name not in names]
        shape = opened.shape()
        if "direction" in names:
            _put_direction(record, coordinates["direction"], shape)
            _put_pointing(record, opened, coordinates["direction"])
        if "spectral" in names:
            _put_spectral(record, coordinates["spectral"], shape)
        if "stokes" in names:
            stokes = [str(code) for code in coordinates["stokes"].get_stokes()]
            record.put("PolarizationCoordinate.polarizationType", stokes)
            record.put("PolarizationCoordinate.PolarizationTabularAxis.name", "Stokes")
            record.put("PolarizationCoordinate.PolarizationTabularAxis.units", "")
            record.put("PolarizationCoordinate.PolarizationTabularAxis.length", len(stokes))
        _put_beam(record, opened.imageinfo().get("restoringbeam", {}))
        _put_noise(record, opened, shape)
    except (RuntimeError, KeyError, ValueError) as error:  # casacore raises RuntimeError for everything
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        record.lacks.append(f"it cannot be read as an image of casacore's: {reason}")


def _attribute(opened: Any, group: str, name: str) -> Any:
    """Return a value of LOFAR's own tables, or None."""
    if group not in opened.attrgroupnames() or name not in opened.attrnames(group):
        return None
    return opened.attrget(group, name, 0)


def _length(coordinate: Any, axis: int, shape: list[int]) -> int:
    """Return the length of an axis: the one of the image, as the coordinate's own may be exchanged."""
    return int(shape[int(coordinate.dict()["_image_axes"][axis])])


def _put_direction(record: Record, direction: Any, shape: list[int]) -> None:
    prefix = "DirectionCoordinate"
    known = direction.dict()
    frame = str(direction.get_frame())
    record.put(f"{prefix}.nrOfDirectionLinearAxes", 2)
    for row in range(2):
        for column in range(2):
            record.put(f"{prefix}.PC{row}_{column}", float(known["pc"][row][column]))
    record.put(f"{prefix}.equinox", "B1950" if frame.startswith("B1950") else "J2000")
    record.put(f"{prefix}.raDecSystem", RA_DEC_SYSTEMS[0])
    if frame not in ("J2000", "ICRS", "B1950"):
        record.lacks.append(f"its positions are in {frame}")
    record.put(f"{prefix}.projection", str(direction.get_projection()))
    record.put(f"{prefix}.projectionParameters", [float(one) for one in known["projection_parameters"]])
    record.put(f"{prefix}.longitudePole", float(known["longpole"]))
    record.put(f"{prefix}.latitudePole", float(known["latpole"]))
    for number, name in enumerate(direction.get_axes()):
        axis = f"{prefix}.DirectionLinearAxis[{number}]"
        record.put(f"{axis}.name", str(name))
        record.put(f"{axis}.units", str(direction.get_unit()[number]))
        record.put(f"{axis}.length", _length(direction, number, shape))
        _put_scale(record, axis, direction, number)


def _put_pointing(record: Record, opened: Any, direction: Any) -> None:
    angles = _attribute(opened, "LOFAR_FIELD", "PHASE_DIR")
    dec, ra = direction.get_referencevalue()
    if angles is not None:
        ra, dec = _flat(angles)[:2]
    record.put("Pointing.equinox", record.values["DirectionCoordinate.equinox"])
    record.put("Pointing.coordType", "RA-DEC")
    record.put("Pointing.angle1", float(ra) % (2 * math.pi))
    record.put("Pointing.angle2", float(dec))
    seconds = _attribute(opened, "LOFAR_OBSERVATION", "OBSERVATION_INTEGRATION_TIME")
    if seconds is not None:
        record.put("imagerIntegrationTime", _flat(seconds)[0])


def _put_spectral(record: Record, spectral: Any, shape: list[int]) -> None:
    prefix = "SpectralCoordinate"
    is_linear = "wcs" in spectral.dict()
    axis = f"{prefix}.Spectral{'Linear' if is_linear else 'Tabular'}Axis"
    record.put(f"{prefix}.spectralAxisType", "Linear" if is_linear else "Tabular")
    record.put(f"{prefix}.spectralQuantityType", "Frequency")
    record.put(f"{prefix}.spectralQuantityValue", float(spectral.get_referencevalue()))
    record.put(f"{axis}.name", "Frequency")
    record.put(f"{axis}.units", str(spectral.get_unit()))
    record.put(f"{axis}.length", _length(spectral, 0, shape))
    if is_linear:
        _put_scale(record, axis, spectral)
    try:
        record.put("locationFrame", location_frame(str(spectral.get_frame())))
    except ValueError as error:
        record.lacks.append(str(error))


def _put_scale(record: Record, axis: str, coordinate: Any, number: int = 0) -> None:
    record.put(f"{axis}.increment", _flat(coordinate.get_increment())[number])
    record.put(f"{axis}.referencePixel", _flat(coordinate.get_referencepixel())[number])
    record.put(f"{axis}.referenceValue", _flat(coordinate.get_referencevalue())[number])


def _put_beam(record: Record, beam: Any) -> None:
    for axis in ("Major", "Minor"):
        size = beam.get(axis.lower(), {})
        value = float(size.get("value", 0.0)) * _ARCSECONDS.get(size.get("unit", ""), 0.0)
        if value > 0:
            record.put(f"restoringBeam{axis}Value", value)
        else:
            record.lacks.append(f"it has no {axis.lower()} axis of a beam")


def _put_noise(record: Record, opened: Any, shape: list[int]) -> None:
    from .noise import NoiseError, rms_noise

    record.put("rmsNoiseUnit", str(opened.unit()))
    if opened.unit() != "Jy/beam":
        record.lacks.append(f"its unit is {opened.unit()!r}, not Jy/beam")
    noise = 0.0
    if "LOFAR_QUALITY" in opened.attrgroupnames():
        rows = opened.attrfindrows("LOFAR_QUALITY", "QUALITY_MEASURE", "RMS_NOISE_I")
        noise = float(opened.attrget("LOFAR_QUALITY", "VALUE", int(rows[0]))) if len(rows) else 0.0
    if not noise > 0:
        try:
            # The first channel of the first polarisation: directions are the last two axes.
            last = [0] * (len(shape) - 2) + [int(length) - 1 for length in shape[-2:]]
            noise = rms_noise(opened.getdata([0] * len(shape), last))
        except NoiseError as error:
            record.lacks.append(str(error))
            return
    if noise > 0 and math.isfinite(noise):
        record.put("rmsNoiseValue", noise)
    else:
        record.lacks.append("its noise is 0")


def _flat(values: Any) -> list[float]:
    """Return one number, or any shape of them, as plain numbers in a row."""
    if isinstance(values, Iterable):
        return [number for value in values for number in _flat(value)]
    return [float(values)]
