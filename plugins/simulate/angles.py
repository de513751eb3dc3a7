"""Directions on the sky: read from text, shifted, compared. Degrees throughout."""

from __future__ import annotations

import math
import re

_SEXAGESIMAL = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d+)(?P<first>[:hd])(?P<minutes>\d+)[:m](?P<seconds>\d+(?:\.\d*)?)s?", re.ASCII
)
_DECIMAL = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:deg)?", re.ASCII)


def read_right_ascension(text: str) -> float:
    """Return a right ascension in degrees, 0 to 360.

    Parameters
    ----------
    text
        Degrees (``212.8355``, ``212.8355deg``), or hours, minutes and seconds (``14:11:20.5``,
        ``14h11m20.5s``).

    Raises
    ------
    ValueError
        If it is neither.
    """
    parts = _SEXAGESIMAL.fullmatch(text)
    if parts is None:
        return _around(_decimal(text))
    if parts["first"] == "d" or parts["sign"] or int(parts["whole"]) >= 24:
        raise ValueError(f"{text!r} is no right ascension")
    return 15.0 * _sexagesimal(parts)


def read_declination(text: str) -> float:
    """Return a declination in degrees, -90 to 90.

    Parameters
    ----------
    text
        Degrees (``+52.2028``), or degrees, minutes and seconds (``+52:12:10``, ``52d12m10s``).

    Raises
    ------
    ValueError
        If it is neither, or beyond a pole.
    """
    parts = _SEXAGESIMAL.fullmatch(text)
    if parts is None:
        value = _decimal(text)
    elif parts["first"] == "h":
        raise ValueError(f"{text!r} is no declination")
    else:
        value = _sexagesimal(parts)
    if abs(value) > 90.0:
        raise ValueError(f"{text!r} lies beyond the pole")
    return value


def offset(ra: float, dec: float, distance: float, angle: float) -> tuple[float, float]:
    """Return the direction at a distance from another.

    Parameters
    ----------
    ra, dec
        Where to start, deg.
    distance
        How far along the great circle, deg.
    angle
        In which direction, deg, from north through east.

    Returns
    -------
    tuple of float
        Right ascension (0 to 360) and declination, deg: the sine and cosine rules of the spherical
        triangle with the pole.
    """
    start, way, turn = math.radians(dec), math.radians(distance), math.radians(angle)
    sine = math.sin(start) * math.cos(way) + math.cos(start) * math.sin(way) * math.cos(turn)
    shift = math.atan2(
        math.sin(turn) * math.sin(way) * math.cos(start), math.cos(way) - math.sin(start) * sine
    )
    return _around(ra + math.degrees(shift)), math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def separation(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Return the angle between two directions, deg; the haversine formula, exact for small angles too."""
    half_dec = math.radians(other_dec - dec) / 2
    half_ra = math.radians(other_ra - ra) / 2
    sine = math.sin(half_dec) ** 2
    sine += math.cos(math.radians(dec)) * math.cos(math.radians(other_dec)) * math.sin(half_ra) ** 2
    return 2 * math.degrees(math.asin(min(1.0, math.sqrt(sine))))


def _around(angle: float) -> float:
    """Return an angle from 0 to below 360: of one barely below 0, the remainder is 360 itself."""
    value = angle % 360.0
    return 0.0 if value == 360.0 else value


def _decimal(text: str) -> float:
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no angle")
    return float(found[1])


def _sexagesimal(parts: re.Match[str]) -> float:
    minutes, seconds = int(parts["minutes"]), float(parts["seconds"])
    if minutes >= 60 or seconds >= 60:
        raise ValueError(f"{parts[0]!r} has 60 or more minutes or seconds")
    value = int(parts["whole"]) + minutes / 60 + seconds / 3600
    return -value if parts["sign"] == "-" else value
