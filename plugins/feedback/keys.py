"""Which keys a record has: their types, units and the values that the archive takes (image contract 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .frames import EQUINOXES, LOCATION_FRAMES, POLARIZATIONS, RA_DEC_SYSTEMS


@dataclass(frozen=True)
class Key:
    """A key of a record.

    Parameters
    ----------
    type
        ``uint``, ``double``, ``text``, ``texts`` or ``doubles``; the last two are vectors.
    choices
        The only texts that the archive takes; empty where any will do.
    coordinate
        ``Direction``, ``Spectral`` or ``Polarization`` where a record has it only with such a coordinate.
    required
        Whether a complete record has it.
    positive
        Whether a complete record has more than 0 there.
    """

    type: str
    choices: tuple[str, ...] = ()
    coordinate: str = ""
    required: bool = True
    positive: bool = False


UINT, DOUBLE, TEXT = Key("uint"), Key("double"), Key("text")
_POSITIVE = replace(DOUBLE, positive=True)
_FREQUENCY = ("Hz",)

#: What every data product has.
BASE: Mapping[str, Key] = {
    "size": replace(UINT, positive=True),
    "fileFormat": Key("text", ("FITS", "AIPS++/CASA", "HDF5", "PULP")),
    "filename": TEXT,
    "location": TEXT,
    "percentageWritten": UINT,
    "storageWriter": Key("text", ("CASA", "LOFAR", "DYSCO", "HDF5DEFAULT", "UNKNOWN")),
    "storageWriterVersion": TEXT,
}


def _axis(name: str, units: tuple[str, ...], coordinate: str, number: str = "") -> dict[str, Key]:
    return {
        f"{name}{number}.name": Key("text", coordinate=coordinate),
        f"{name}{number}.units": Key("text", units, coordinate=coordinate),
        f"{name}{number}.length": Key("uint", coordinate=coordinate, positive=True),
        f"{name}{number}.increment": Key("double", coordinate=coordinate),
        f"{name}{number}.referencePixel": Key("double", coordinate=coordinate),
        f"{name}{number}.referenceValue": Key("double", coordinate=coordinate),
    }


_EQUINOXES = tuple(EQUINOXES.values())

_DIRECTION: Mapping[str, Key] = {
    "Pointing.equinox": Key("text", _EQUINOXES, "Direction"),
    "Pointing.coordType": Key("text", ("RA-DEC",), "Direction"),
    "Pointing.angle1": Key("double", coordinate="Direction"),
    "Pointing.angle2": Key("double", coordinate="Direction"),
    **{
        f"DirectionCoordinate.{name}": replace(key, coordinate="Direction")
        for name, key in {
            "nrOfDirectionLinearAxes": UINT,
            "PC0_0": DOUBLE,
            "PC0_1": DOUBLE,
            "PC1_0": DOUBLE,
            "PC1_1": DOUBLE,
            "equinox": Key("text", _EQUINOXES),
            "raDecSystem": Key("text", RA_DEC_SYSTEMS),
            "projection": TEXT,
            "projectionParameters": Key("doubles"),
            "longitudePole": DOUBLE,
            "latitudePole": DOUBLE,
        }.items()
    },
    **_axis("DirectionCoordinate.DirectionLinearAxis", ("rad",), "Direction", "[0]"),
    **_axis("DirectionCoordinate.DirectionLinearAxis", ("rad",), "Direction", "[1]"),
}

_LINEAR = _axis("SpectralCoordinate.SpectralLinearAxis", _FREQUENCY, "Spectral")
# An image whose channels are not evenly spaced has these in their place.
_TABULAR: Mapping[str, Key] = {
    f"SpectralCoordinate.SpectralTabularAxis.{name}": replace(key, required=False, coordinate="Spectral")
    for name, key in {"name": TEXT, "units": Key("text", _FREQUENCY), "length": UINT}.items()
}

_SKY_IMAGE: Mapping[str, Key] = {
    **BASE,
    **_DIRECTION,
    **_LINEAR,
    **_TABULAR,
    "SpectralCoordinate.spectralAxisType": Key("text", ("Linear", "Tabular"), "Spectral"),
    "SpectralCoordinate.spectralQuantityType": Key("text", coordinate="Spectral"),
    "SpectralCoordinate.spectralQuantityValue": Key("double", coordinate="Spectral"),
    "PolarizationCoordinate.polarizationType": Key("texts", tuple(POLARIZATIONS.values()), "Polarization"),
    "PolarizationCoordinate.PolarizationTabularAxis.name": Key("text", coordinate="Polarization"),
    "PolarizationCoordinate.PolarizationTabularAxis.units": Key("text", coordinate="Polarization"),
    "PolarizationCoordinate.PolarizationTabularAxis.length": Key(
        "uint", coordinate="Polarization", positive=True
    ),
    "numberOfAxes": replace(UINT, positive=True),
    "coordinateTypes": Key("texts", ("spectral", "stokes", "direction", "linear", "tabular")),
    "nrOfDirectionCoordinates": UINT,
    "nrOfSpectralCoordinates": UINT,
    "nrOfPolarizationCoordinates": UINT,
    "locationFrame": Key("text", LOCATION_FRAMES),
    "timeFrame": TEXT,
    **{f"restoringBeam{axis}Value": _POSITIVE for axis in ("Major", "Minor")},
    **{
        f"restoringBeam{axis}Unit": Key("text", ("arcsec", "degrees", "radians"))
        for axis in ("Major", "Minor")
    },
    "rmsNoiseValue": _POSITIVE,
    "rmsNoiseUnit": Key("text", ("Jy/beam",)),
    "imagerIntegrationTime": replace(DOUBLE, required=False),
    # Of LOFAR 4.0.x, and of nobody else.
    "npix": replace(UINT, required=False),
    "cellsize": replace(TEXT, required=False),
}

_CORRELATED: Mapping[str, Key] = {
    **BASE,
    "startTime": TEXT,
    "duration": _POSITIVE,
    "integrationInterval": _POSITIVE,
    "centralFrequency": _POSITIVE,
    "channelWidth": _POSITIVE,
    "channelsPerSubband": replace(UINT, positive=True),
    "subband": UINT,
    "stationSubband": replace(UINT, required=False),
    "SAP": replace(UINT, required=False),
}

#: Type of data product -> its keys.
KEYS: Mapping[str, Mapping[str, Key]] = {
    "SkyImage": _SKY_IMAGE,
    "Correlated": _CORRELATED,
    "InstrumentModel": BASE,
}

#: What LOFAR's own let slip into records: it is about the job and not the product.
BOOKKEEPING = ("returncode", "job_duration", "monitor_stats")
