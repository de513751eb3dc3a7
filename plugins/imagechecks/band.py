"""Frequencies and geometry: one receiver, no large gaps, a beam that is defined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ..do_magic.beam import DIAMETERS, ELEVATION_DOUBTFUL, ELEVATION_REFUSED
from ..do_magic.grouping import grouped
from .request import INPUTS, Request
from .sets import Set

_WIDE, _FACTOR, _MISSING = 1.5, 2.5, 0.5
#: Option that allows any gap.
ALLOW_GAPS = "allow_gaps"


def check_band(request: Request, sets: Sequence[Set]) -> None:
    """Look at the frequencies of all sets: which receivers, and which gaps."""
    kinds = {kind: one for one in reversed(sets) for kind in ("HBA", "LBA") if _is_of(one, kind)}
    if len(kinds) > 1:
        request.fatal("mixed-bands", INPUTS, f"{kinds['HBA'].path} is of HBA, {kinds['LBA'].path} of LBA")
    ordered = sorted(sets, key=lambda one: one.header.frequency)
    low, high = ordered[0], ordered[-1]
    if high.header.frequency > _FACTOR * low.header.frequency:
        request.fatal(
            "mixed-bands",
            INPUTS,
            f"frequencies from {_megahertz(low)} ({low.path}) to {_megahertz(high)} ({high.path}) are more "
            f"than a factor of {_FACTOR:g} apart: diameter and beam are those of the lowest",
        )
    frequencies = sorted({one.header.frequency for one in sets})
    spacings = [two - one for one, two in pairwise(frequencies)]
    if not spacings:
        return
    usual = median(spacings)
    pairs = pairwise(frequencies)
    gaps = [f"{one / 1e6:.4f} to {two / 1e6:.4f} MHz" for one, two in pairs if two - one > _WIDE * usual]
    if not gaps:
        return
    missing = 1 - len(frequencies) * usual / (frequencies[-1] - frequencies[0] + usual)
    message = f"there are {len(gaps)} gap(s) in frequency: {', '.join(gaps)}"
    if missing > _MISSING and not request.flag(ALLOW_GAPS):
        request.fatal(
            "frequency-gap",
            INPUTS,
            f"{message}; {missing:.0%} of the band is missing",
            f"are sets missing in the list? Else set ! {ALLOW_GAPS} = True",
        )
    else:
        request.warn("frequency-gap", INPUTS, message)


def _is_of(one: Set, kind: str) -> bool:
    if one.antenna_set:
        return one.antenna_set.upper().startswith(kind)
    return bool(one.stations) and all(kind in name.upper() for name in one.stations)


def _megahertz(one: Set) -> str:
    return f"{one.header.frequency / 1e6:.2f} MHz"


def check_beam(request: Request, sets: Sequence[Set]) -> bool:
    """Return whether the station's beam is defined for each frequency; tell where it is not or hardly."""
    is_defined = True
    for one in sets:
        least, most = DIAMETERS
        if not least <= one.header.diameter <= most:
            message = f"{one.path} has stations of {one.header.diameter:g} m (DISH_DIAMETER)"
            hint = "the correlator writes 0: run makebeamtables on the set"
            request.fatal("bad-diameter", INPUTS, message, "" if one.header.diameter > 0 else hint)
            is_defined = False
    for group in grouped(one.header for one in sets):
        elevation = math.degrees(group.elevation)
        message = f"the mean elevation of {group.first.path} is {elevation:.1f} degrees"
        if not elevation > ELEVATION_REFUSED:
            request.fatal("low-elevation", INPUTS, f"{message}: its beam is undefined")
            is_defined = False
        elif elevation < ELEVATION_DOUBTFUL:
            request.warn("low-elevation", INPUTS, f"{message}, which makes the image large")
    return is_defined


def check_beam_information(request: Request, sets: Sequence[Set]) -> None:
    """Look at what WSClean needs for the beam (``-grid-with-beam``), where it would fail after reordering."""
    for one in sets:
        if one.beam_faults:
            request.fatal(
                "no-beam-information",
                INPUTS,
                f"{one.path} has no {', '.join(one.beam_faults)}, which -grid-with-beam needs",
                "run makebeamtables on the set",
            )
    without = [one.path for one in sets if not one.has_applied_beam]
    if without:
        more = f" and {len(without) - 1} more" if len(without) > 1 else ""
        request.warn(
            "no-applied-beam",
            INPUTS,
            f"{without[0]}{more}: the data do not say which beam has been applied; WSClean assumes none",
        )


def check_flags(request: Request, sets: Sequence[Set]) -> list[Set]:
    """Return the sets that have unflagged data; tell of those that have none, or no weights.

    Parameters
    ----------
    request
        The pipeline.
    sets
        All that could be read.
    """
    usable = []
    for one in sets:
        if one.flagged == 1.0:
            request.skip("all-flagged", INPUTS, f"all data of {one.path} are flagged")
        else:
            usable.append(one)
            if not one.has_weights:
                request.fatal("bad-weights", INPUTS, f"all weights of {one.path} are zero or no numbers")
    if sets and not usable and request.tolerates:
        request.fatal("all-flagged", INPUTS, "all data of all sets are flagged")
    part = sum(one.flagged * one.header.rows for one in usable) / max(1, sum(x.header.rows for x in usable))
    if part > 0.9:
        request.warn("mostly-flagged", INPUTS, f"{part:.0%} of the data are flagged")
    return usable
