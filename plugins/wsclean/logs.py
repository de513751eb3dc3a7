"""What WSClean's log says of the noise that is left after each major iteration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_BEGINS = re.compile(r"== Deconvolving \((\d+)\) ==")
_NOISE = re.compile(r"standard deviation of background noise: ([\d.eE+-]+|nan|inf) *(.)?Jy")
_UNITS = {None: 1.0, "": 1.0, "k": 1e3, "m": 1e-3, "µ": 1e-6, "u": 1e-6, "n": 1e-9, "p": 1e-12}
# So much more than the lowest is no chance: a clean that converges lowers it in each major iteration.
_GROWTH = 1.5


def growing(lines: Iterable[str]) -> str:
    """Return how the noise grew while cleaning; empty where it did not.

    Parameters
    ----------
    lines
        The log; that of several tries, of which the last counts.
    """
    told = ""
    for noise in _series(lines):
        if not noise:  # a new start of the program
            told = ""
            continue
        lowest = min(noise)
        last = noise[-1]
        if lowest > 0 and not last <= _GROWTH * lowest:
            at = noise.index(lowest) + 1
            told = (
                f"the noise that is left was {lowest:.3g} Jy/beam in major iteration {at} and"
                f" {last:.3g} in number {len(noise)}"
            )
    return told


def _series(lines: Iterable[str]) -> Iterator[list[float]]:
    """Yield the noise of each clean, one value a major iteration; nothing at each start of the program."""
    noise: list[float] = []
    for line in lines:
        begins = _BEGINS.search(line)
        if line.startswith("WSClean version") or (begins and begins[1] == "1"):
            if noise:
                yield noise
            noise = []
            if not begins:
                yield []
            continue
        found = _NOISE.search(line)
        if found:
            unit = (found[2] or "").strip()
            noise.append(float(found[1]) * _UNITS.get(unit, 1.0))
    if noise:
        yield noise
