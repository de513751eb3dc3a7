"""What a telescope adds to the sky: noise, interference, stations that failed; and the flags on these."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .measurementset import baselines
from .observation import SUBBAND_WIDTH, Observation
from .stations import USED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Strong enough that an image which forgets the flags shows nothing else.
_INTERFERENCE = 1000.0  # Jy
# Interference is short and wide, or long and narrow: so many time slots of one channel, seen by all stations.
_LONGEST = 10


@dataclass(frozen=True)
class Imperfections:
    """What is wrong with the data.

    Parameters
    ----------
    noise
        Standard deviation of the real and of the imaginary part of each visibility, Jy; None for what `sefd`
        makes of it.
    sefd
        System equivalent flux density of a field with all its 24 tiles, Jy.
    flagged
        Fraction of the visibilities that hold interference and are flagged, 0 to below 1.
    failed
        Names of antenna fields all of whose visibilities are zero and flagged.
    """

    noise: float | None
    sefd: float
    flagged: float
    failed: Collection[str]


def noise_of(imperfections: Imperfections, observation: Observation) -> NDArray[np.float64]:
    """Return the standard deviation of real and imaginary part of a visibility, for each baseline, Jy.

    Returns
    -------
    array
        Shape (baselines,).

    Notes
    -----
    The radiometer formula, sqrt(SEFD_p SEFD_q / (2 bandwidth time)): Wrobel and Walker, "Sensitivity", in
    "Synthesis Imaging in Radio Astronomy II" (ASP 180, 1999), without losses in the correlator. The SEFD is
    taken to go down as the number of working tiles goes up; figure 22 of van Haarlem et al. (2013), A&A 556,
    A2, shows about 3 kJy for core stations around 140 MHz.
    """
    import numpy as np

    first, second = baselines(observation)
    if imperfections.noise is not None:
        return np.full(len(first), imperfections.noise)
    sefd = np.array([imperfections.sefd * USED / field.working for field in observation.fields])
    width = SUBBAND_WIDTH / observation.channels
    return np.asarray(np.sqrt(sefd[first] * sefd[second] / (2 * width * observation.interval)))


def interference(
    fraction: float, observation: Observation, random: np.random.Generator
) -> Iterator[NDArray[np.bool_]]:
    """Yield which visibilities of a subband hold interference, for each of the observation's `chunks`.

    Half of them are seen by all stations at once, some time slots long; half by one baseline.

    Parameters
    ----------
    fraction
        Of all visibilities, 0 to below 1.
    observation
        The observation.
    random
        Draws which.

    Yields
    ------
    array
        Shape (time slots of the chunk, baselines, channels).
    """
    import numpy as np

    count = len(baselines(observation)[0])
    slots, channels = observation.slots, observation.channels
    # Independent halves: 1 - fraction = (1 - half) ** 2. A burst covers a cell if it began `longest` ago or
    # later.
    half = 1 - (1 - fraction) ** 0.5
    longest = min(_LONGEST, slots)
    begins = np.asarray(random.random((slots + longest - 1, channels)) < 1 - (1 - half) ** (1 / longest))
    everywhere: Any = np.lib.stride_tricks.sliding_window_view(begins, longest, axis=0).any(axis=-1)
    for first, number in observation.chunks():
        alone = random.random((number, count, channels)) < half
        yield np.asarray(alone | everywhere[first : first + number, None, :])


def spoil(path: Path, observation: Observation, subband: int, what: Imperfections, seed: int) -> None:
    """Add noise and interference to DATA of a measurement set, and flag what a pipeline should not use.

    Flagged are interference, failed stations and autocorrelations.

    Parameters
    ----------
    path
        The measurement set, changed in place.
    observation
        The observation.
    subband
        Which of its subbands this is.
    what
        What is wrong with the data.
    seed
        The same one gives the same data.
    """
    import numpy as np
    from casacore.tables import table

    # One stream of numbers for each purpose, so that to switch one off leaves the others as they are.
    noise, burst, strength = (np.random.default_rng([seed, subband, purpose]) for purpose in (0, 1, 2))
    first, second = baselines(observation)
    failed = np.array([field.name in what.failed for field in observation.fields])
    dead = failed[first] | failed[second]
    level = noise_of(what, observation).astype(np.float32)[:, None, None]
    hits = interference(what.flagged, observation, burst)
    with table(str(path), readonly=False, ack=False) as main:
        for start, number in observation.chunks():
            place = start * len(first), number * len(first)
            shape = (number, len(first), observation.channels, 4)
            data = main.getcol("DATA", *place).reshape(shape)
            if level.any():
                parts = noise.standard_normal((*shape, 2), dtype=np.float32)
                data += level * parts.view(np.complex64)[..., 0]
            flags = np.zeros(shape, bool)
            if what.flagged:
                hit = next(hits)
                phases = strength.random(hit.sum(), dtype=np.float32)[:, None] * np.float32(2 * np.pi)
                data[hit] += (_INTERFERENCE * np.exp(1j * phases)).astype(np.complex64)
                flags[hit] = True
            data[:, dead] = 0
            flags[:, dead | (first == second)] = True
            main.putcol("DATA", data.reshape(-1, *shape[2:]), *place)
            main.putcol("FLAG", flags.reshape(-1, *shape[2:]), *place)
