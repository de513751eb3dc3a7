"""Sets that are joined have to agree: in what DP3 asks for after hours, and in what it does not ask."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..do_magic import Computed
from .request import INPUTS, Request
from .sets import Set

#: How far apart phase centres may be, in rad: an arcsecond.
_ARCSECOND = math.pi / 180 / 3600


def check_each(request: Request, sets: Sequence[Set]) -> None:
    """Refuse sets of which only a part would be imaged."""
    for one in sets:
        counts = {"spectral windows": one.windows, "fields": one.fields, "arrays": one.arrays}
        for what, number in counts.items():
            if number > 1:
                message = f"{one.path} has {number} {what}; only the first would be imaged"
                request.fatal("several-windows", INPUTS, message, "split the set")


def check_agreement(request: Request, sets: Sequence[Set]) -> None:
    """Refuse sets of one frequency, and sets that differ in what has to be equal (image contract 2.3)."""
    frequencies: dict[int, Set] = {}
    for one in sets:
        frequency = int(one.header.frequency)
        if frequency in frequencies:
            request.fatal(
                "same-frequency",
                INPUTS,
                f"{frequencies[frequency].path} and {one.path} have the same reference frequency, "
                f"{frequency} Hz, and cannot be joined",
                "parts of an observation in time cannot be imaged together here",
            )
        frequencies.setdefault(frequency, one)
    first = sets[0]
    for one in sets[1:]:
        apart = separation(first.direction, one.direction)
        if apart > _ARCSECOND:
            request.fatal(
                "other-phase-centre",
                INPUTS,
                f"the phase centre of {one.path} is {apart / _ARCSECOND:.1f} arcseconds from that of "
                f"{first.path}",
            )
        different = _differences(first, one)
        if different:
            request.fatal(
                "other-metadata",
                INPUTS,
                f"{one.path} differs from {first.path} in {', '.join(different)}: they cannot be joined",
            )


def _differences(first: Set, other: Set) -> list[str]:
    one, two = first.header, other.header
    near = one.interval * 1e-3
    agree = {
        "start time": abs(one.start - two.start) <= near,
        "last time": abs(one.end - two.end) <= near,
        "interval": abs(one.interval - two.interval) <= one.interval * 1e-6,
        "number of correlations": first.correlations == other.correlations,
        "number of baselines": len(first.baselines) == len(other.baselines),
        "order of baselines": first.baselines == other.baselines
        or len(first.baselines) != len(other.baselines),
        "stations": first.stations == other.stations,
        "antenna set": first.antenna_set == other.antenna_set,
    }
    return [name for name, is_equal in agree.items() if not is_equal]


def separation(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Return the angle between two directions in rad, exact for small ones (haversine formula).

    Parameters
    ----------
    one, two
        Longitude and latitude in rad.
    """
    across, along = (two[0] - one[0]) / 2, (two[1] - one[1]) / 2
    square = math.sin(along) ** 2 + math.cos(one[1]) * math.cos(two[1]) * math.sin(across) ** 2
    return 2 * math.asin(min(1.0, math.sqrt(square)))


def check_channels(request: Request, computed: Computed) -> None:
    """Look at sets whose channels are not those of the lowest frequency, after which all are averaged."""
    lowest, step = computed.deepest.group.first, computed.averaging
    for one in computed.headers[1:]:
        if (one.channels, one.channel_width) == (lowest.channels, lowest.channel_width):
            continue
        ratio = step.width / abs(one.channel_width)
        said = f"{one.path} has {one.channels} channels of {abs(one.channel_width):g} Hz"
        if abs(ratio - round(ratio)) > 1e-6 or ratio < 0.5:
            message = f"{said}, which do not go into the {step.width:g} Hz that all are averaged to"
            request.fatal("other-channels", INPUTS, message)
        else:
            message = f"{said}, {lowest.path} {lowest.channels} of {abs(lowest.channel_width):g} Hz"
            request.warn("other-channels", INPUTS, message)
    if computed.averaged_channels < 2:
        request.warn(
            "few-channels",
            INPUTS,
            "a single channel is left after averaging; WSClean joins no fewer than two, and makes no more "
            "than there are",
        )
