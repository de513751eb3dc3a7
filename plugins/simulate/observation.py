"""An observation: what is the same in all its measurement sets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .stations import AntennaField

# What the filters of the stations make of the clock's 200 MHz: one of 1024 parts.
SUBBAND_WIDTH = 195312.5
# Of rows and channels at a time: 100 MB of visibilities in four correlations.
_CELLS = 3_000_000


@dataclass(frozen=True)
class Observation:
    """What is the same in all measurement sets of an observation.

    Parameters
    ----------
    identifier
        The number in ``L<number>_SB000_uv.MS``.
    phase_centre
        Right ascension and declination, J2000, deg; of the tile beam too.
    target
        What is observed.
    start
        Start of the first time slot, seconds of the modified Julian day, UTC.
    interval
        Length of a time slot, s.
    slots
        How many there are.
    channels
        Channels of a subband.
    fields
        The antenna fields, in the order of the table ANTENNA.
    frequencies
        The middles of the subbands, Hz.
    """

    identifier: str
    phase_centre: tuple[float, float]
    target: str
    start: float
    interval: float
    slots: int
    channels: int
    fields: Sequence[AntennaField]
    frequencies: Sequence[float]

    @property
    def end(self) -> float:
        """End of the last time slot, seconds of the modified Julian day."""
        return self.start + self.interval * self.slots

    @property
    def direction(self) -> tuple[float, float]:
        """The phase centre in rad."""
        return math.radians(self.phase_centre[0]), math.radians(self.phase_centre[1])

    @property
    def stations(self) -> list[str]:
        """The stations to which the fields belong, in their order, each once."""
        return list(dict.fromkeys(field.station for field in self.fields))

    @property
    def rows(self) -> int:
        """Rows of a measurement set: each time slot has one for each baseline, autocorrelations too."""
        return self.slots * len(self.fields) * (len(self.fields) + 1) // 2

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Yield first time slot and number of slots of parts that fit into memory, in their order."""
        slots = max(1, _CELLS * self.slots // (self.rows * self.channels))
        for first in range(0, self.slots, slots):
            yield first, min(slots, self.slots - first)

    def name(self, subband: int) -> str:
        """Return the file name of a subband, as the observatory names them."""
        return f"L{self.identifier}_SB{subband:03}_uv.MS"
