"""How many time slots DP3 will write."""

from __future__ import annotations

import math

from .options import Options, chain, number

#: Steps after which nobody here knows how many there are: other outputs, or other times.
_UNFORESEEN = frozenset(
    {"bdaaverage", "bdaaverager", "bdaexpander", "python", "pythondppp", "split", "upsample"}
)
_AVERAGERS = ("average", "averager", "squash")
#: Keys that choose some of the times.
CHOOSING = ("msin.starttime", "msin.starttimeslot", "msin.endtime", "msin.ntimes")


def slots_written(options: Options, slots: int, interval: float) -> int | None:
    """Return how many time slots come out of the steps of DP3.

    Parameters
    ----------
    options
        The options of the job.
    slots
        How many time slots the inputs have.
    interval
        The length of each, in seconds.

    Returns
    -------
    int or None
        None where that cannot be foreseen.
    """
    if any(key in options for key in CHOOSING):
        return None
    for name, kind in chain(options):
        if kind in _UNFORESEEN:
            return None
        if kind in _AVERAGERS:
            together = _together(options, name, interval)
            if together is None:
                return None
            slots, interval = math.ceil(slots / together), interval * together
    return slots


def _together(options: Options, name: str, interval: float) -> int | None:
    """Return how many slots an averager joins (image contract 2.2); a resolution wins over their number."""
    resolution = number(options, f"{name}.timeresolution") or 0.0
    if resolution > 0 and interval > 0:
        return max(1, int(resolution / interval + 0.5))
    if options.get(f"{name}.timestep", "1"):
        steps = number(options, f"{name}.timestep") if f"{name}.timestep" in options else 1.0
        return None if steps is None else max(1, int(steps))
    return 1
