"""A whole observation: settings are checked, sets made and filled, several at once, and moved into place."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from genericpipe import GenericPipeError

from . import dp3, settings, times
from .imperfections import Imperfections, spoil
from .measurementset import copy_for_subband, make_empty_set
from .observation import Observation
from .sky import Source, sky_model
from .stations import antenna_fields, choose, open_database
from .truth import FILE, truth_of, write_truth
from .visibilities import predict


@dataclass(frozen=True)
class Simulated:
    """What a simulation left.

    Parameters
    ----------
    measurement_sets
        One for each subband, in order of frequency as asked for.
    truth
        The file that says what is in them.
    observation
        Times, frequencies, stations.
    sources
        The sky.
    """

    measurement_sets: tuple[Path, ...]
    truth: Path
    observation: Observation
    sources: tuple[Source, ...]


def simulate(
    folder: str | os.PathLike[str],
    *,
    sky: str | os.PathLike[str] | Sequence[Source] | None = None,
    phase_centre: tuple[float, float] | None = None,
    subbands: int | Sequence[float] = 8,
    frequency: float = settings.FREQUENCY,
    channels: int = 4,
    start: datetime | None = None,
    duration: float = 2400.0,
    interval: float = 8.0,
    stations: str | int | Sequence[str] = 24,
    noise: float | None = None,
    sefd: float = 3000.0,
    flagged: float = 0.02,
    failed: Collection[str] = (),
    broken_tiles: float = 0.1,
    beam: bool = True,
    corrected: bool = True,
    seed: int = 1,
    threads: int | None = None,
    identifier: str = "100000",
    program: str | None = None,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda text: None,
) -> Simulated:
    """Make a LOFAR HBA observation of a sky, as one measurement set for each subband.

    DP3 computes the visibilities. Beside the sets, ``truth.json`` says what is in them.

    Parameters
    ----------
    folder
        Where; made if it is not there.
    sky
        A file as `read_sky` reads it, or sources; by default ten around the phase centre.
    phase_centre
        Right ascension and declination, J2000, deg; by default the first source of a given sky.
    subbands
        How many, side by side, or the middle of each, Hz.
    frequency
        The middle of the first one where a number is given, Hz.
    channels
        Of a subband, which is 195312.5 Hz wide.
    start
        Of the first time slot; by default such that the phase centre is highest half way through.
    duration, interval
        Of the observation and of a time slot, s. The last time slot may end after the duration.
    stations
        As `choose` takes them: ``core``, ``dutch``, a number of antenna fields, or names.
    noise
        Standard deviation of the real and of the imaginary part of each visibility, Jy; by default what
        `sefd` makes of it.
    sefd
        System equivalent flux density of a field of 24 working tiles, Jy.
    flagged
        Fraction of the visibilities that hold interference and are flagged.
    failed
        Stations or antenna fields whose visibilities are zero and flagged.
    broken_tiles
        How likely a tile is broken.
    beam
        Whether the stations have a beam.
    corrected
        Whether it is divided out at the phase centre.
    seed
        Same settings and seed give the same data.
    threads
        How many subbands are worked on at a time; by default as many as there are cores.
    identifier
        The number of the observation, in the names of the sets.
    program
        A DP3 to use instead of the one that is found.
    overwrite
        Whether sets that are there already are replaced.
    progress
        Told of each set that is done.

    Raises
    ------
    UsageError
        If a setting is impossible.
    GenericPipeError
        If the sky cannot be read, a package or DP3 is missing, or DP3 fails.
    """
    import numpy as np

    out = Path(folder)
    settings.check(
        channels, duration, interval, noise, sefd, flagged, broken_tiles, seed, threads, identifier
    )
    sources, centre = settings.sky_of(sky, phase_centre)
    database = open_database()
    names = choose(stations, database)
    fields = antenna_fields(names, database, broken_tiles, np.random.default_rng([seed, 0, 3]))
    slots = math.ceil(duration / interval - 1e-9)
    begin = start or times.transit(centre[0]) - timedelta(seconds=interval * slots / 2)
    observation = Observation(
        identifier=identifier,
        phase_centre=centre,
        target=min(sources, key=lambda one: math.dist((one.ra, one.dec), centre)).name,
        start=times.seconds_of(begin),
        interval=interval,
        slots=slots,
        channels=channels,
        fields=fields,
        frequencies=settings.frequencies_of(subbands, frequency),
    )
    imperfections = Imperfections(noise, sefd, flagged, settings.failed_fields(failed, fields))
    truth = truth_of(observation, sources, imperfections, beam=beam, corrected=corrected, seed=seed)
    with _scratch(out, observation, overwrite) as place:
        scratch = Path(place)
        found = dp3.find(scratch, program)
        model = scratch / "sky.txt"
        model.write_text(sky_model(sources), encoding="utf-8")
        empty = scratch / "empty.MS"
        make_empty_set(empty, observation)

        def make(subband: int) -> None:
            made = scratch / observation.name(subband)
            copy_for_subband(empty, made, observation, subband)
            log = scratch / f"{subband}.log"
            predict(found, made, model, log, beam=beam, corrected=corrected)
            spoil(made, observation, subband, imperfections, seed)
            progress(observation.name(subband))

        with ThreadPoolExecutor(threads or len(os.sched_getaffinity(0))) as pool:
            work = [pool.submit(make, subband) for subband in range(len(observation.frequencies))]
            try:
                for one in as_completed(work):
                    one.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                found.stop()
                raise
        # Only what is complete gets its name.
        sets = []
        for subband in range(len(observation.frequencies)):
            target = out / observation.name(subband)
            if target.exists():
                shutil.rmtree(target)
            (scratch / target.name).rename(target)
            sets.append(target)
        write_truth(scratch, truth).replace(out / FILE)
    return Simulated(tuple(sets), out / FILE, observation, tuple(sources))


def _scratch(out: Path, observation: Observation, overwrite: bool) -> tempfile.TemporaryDirectory[str]:
    """Return a folder beside the sets that goes away at the end, whatever happens.

    Raises
    ------
    GenericPipeError
        If the folder cannot be made or has no room, or one of the sets is there.
    """
    there = next(
        (
            name
            for name in map(observation.name, range(len(observation.frequencies)))
            if (out / name).exists()
        ),
        None,
    )
    if there and not overwrite:
        raise GenericPipeError(f"{out / there} is there already", hint="--overwrite replaces it")
    try:
        out.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(out).free
        place = tempfile.TemporaryDirectory(prefix=".simulate-", dir=out)
    except OSError as error:
        raise GenericPipeError(f"{out} cannot be written to: {error.strerror}") from None
    # UVW, times and baselines; visibilities, weights and flags in four correlations. One set more is the
    # empty one.
    size = observation.rows * (48 + observation.channels * 4 * (8 + 4 + 1 / 8))
    wanted = size * (len(observation.frequencies) + 1)
    if wanted > free:
        place.cleanup()
        raise GenericPipeError(
            f"{out} has room for {free / 1e9:.1f} GB; the measurement sets take {wanted / 1e9:.1f} GB",
            hint="fewer stations, subbands or channels, or a longer interval",
        )
    return place
