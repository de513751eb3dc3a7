"""What is asked for: defaults, and what makes no observation."""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path

from genericpipe import UsageError, did_you_mean

from .observation import SUBBAND_WIDTH
from .sky import Source, read_sky, test_field
from .stations import AntennaField

# 3C 295, far from anything brighter and high above the Netherlands.
PHASE_CENTRE = (212.835495, 52.202770)
FREQUENCY = 140.0390625e6  # the middle of a subband of the 200 MHz clock
LOWEST, HIGHEST = 100e6, 250e6  # what HBA tiles receive


def sky_of(
    sky: str | os.PathLike[str] | Sequence[Source] | None, centre: tuple[float, float] | None
) -> tuple[list[Source], tuple[float, float]]:
    """Return the sources and the phase centre."""
    if sky is None:
        centre = centre or PHASE_CENTRE
        return test_field(*centre), centre
    sources = read_sky(Path(sky)) if isinstance(sky, str | os.PathLike) else list(sky)
    if not sources:
        raise UsageError("a sky without sources")
    return sources, centre or (sources[0].ra, sources[0].dec)


def frequencies_of(subbands: int | Sequence[float], frequency: float) -> tuple[float, ...]:
    """Return the middles of the subbands, Hz."""
    if isinstance(subbands, int):
        if not 1 <= subbands <= 488:
            raise UsageError(f"{subbands} subbands: there are 1 to 488 of an observation")
        middles = tuple(frequency + SUBBAND_WIDTH * number for number in range(subbands))
    else:
        middles = tuple(float(middle) for middle in subbands)
    if not middles:
        raise UsageError("no subband")
    for middle in middles:
        if not LOWEST <= middle <= HIGHEST:
            raise UsageError(
                f"a subband at {middle / 1e6:g} MHz: HBA goes from {LOWEST / 1e6:g} to {HIGHEST / 1e6:g} MHz"
            )
    ordered = sorted(middles)
    for lower, upper in pairwise(ordered):
        if upper - lower < SUBBAND_WIDTH * (1 - 1e-9):
            raise UsageError(
                f"subbands at {lower / 1e6:g} and {upper / 1e6:g} MHz overlap",
                hint=f"a subband is {SUBBAND_WIDTH / 1e6:g} MHz wide",
            )
    return middles


def failed_fields(names: Collection[str], fields: Sequence[AntennaField]) -> frozenset[str]:
    """Return the antenna fields that failed: named themselves, or their station."""
    found = set()
    for name in names:
        its = {field.name for field in fields if name.upper() in (field.name, field.station)}
        if not its:
            hint = did_you_mean(name.upper(), [field.name for field in fields])
            raise UsageError(f"station {name!r} is not in this observation and cannot fail", hint=hint)
        found |= its
    return frozenset(found)


def check(
    channels: int,
    duration: float,
    interval: float,
    noise: float | None,
    sefd: float,
    flagged: float,
    broken_tiles: float,
    seed: int,
    threads: int | None,
    identifier: str,
) -> None:
    """Refuse numbers that make no observation."""
    for name, fraction in (("flagged", flagged), ("broken tiles", broken_tiles)):
        if not 0 <= fraction < 1:
            raise UsageError(f"{name}: {fraction:g} is no fraction from 0 to below 1")
    for name, value in (("duration", duration), ("interval", interval)):
        if not (math.isfinite(value) and value > 0):
            raise UsageError(f"{name}: {value:g} s is not above zero")
    if interval > duration:
        raise UsageError(f"interval: {interval:g} s is longer than the whole observation of {duration:g} s")
    for name, level in (("noise", noise), ("SEFD", sefd)):
        if level is not None and not (math.isfinite(level) and level >= 0):
            raise UsageError(f"{name}: {level:g} Jy is below zero")
    if not 1 <= channels <= 256:
        raise UsageError(f"{channels} channels: a subband has 1 to 256")
    if seed < 0:
        raise UsageError(f"seed: {seed} is below zero")
    if threads is not None and threads < 1:
        raise UsageError(f"{threads} threads: at least one is needed")
    if not identifier.isalnum():
        raise UsageError(f"{identifier!r} is no number of an observation", hint="letters and digits alone")
