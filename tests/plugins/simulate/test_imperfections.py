"""Noise, interference, failed stations: as much of it as was asked for, and flagged where it should be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.simulate import Simulated, simulate
from genericpipe_plugins.simulate.imperfections import Imperfections, interference, noise_of
from genericpipe_plugins.simulate.measurementset import baselines

from .conftest import SMALL

CLEAN = Imperfections(None, 3000.0, 0.0, ())


def cube(made: Simulated, column: Any, name: str) -> Any:
    """Return a column of the first set, (times, baselines, channels, 4)."""
    values = column(made.measurement_sets[0], name)
    return values.reshape(made.observation.slots, -1, made.observation.channels, 4)


def test_noise_is_what_the_radiometer_formula_says(centre: Simulated) -> None:
    observation = centre.observation
    whole = [replace(field, broken=np.zeros(48, bool)) for field in observation.fields]
    levels = noise_of(CLEAN, replace(observation, fields=whole))
    # 97656.25 Hz, 30 s.
    assert levels == pytest.approx(3000 / np.sqrt(2 * 97656.25 * 30))


def test_broken_tiles_make_noise(centre: Simulated) -> None:
    levels = noise_of(CLEAN, centre.observation)
    first, second = baselines(centre.observation)
    working = np.array([field.working for field in centre.observation.fields])
    assert working.min() < working.max() <= 24
    assert levels * np.sqrt(working[first] * working[second]) == pytest.approx(
        24 * 3000 / np.sqrt(2 * 97656.25 * 30)
    )


def test_a_level_is_taken_as_it_is(centre: Simulated) -> None:
    assert (noise_of(replace(CLEAN, noise=0.5), centre.observation) == 0.5).all()


def test_noise_is_in_the_data(noisy: Simulated, column: Any) -> None:
    data, flags = cube(noisy, column, "DATA"), cube(noisy, column, "FLAG")
    levels = noise_of(CLEAN, noisy.observation)
    # Sources of some 10 Jy would be seen in a noise of 1 Jy: take XY and YX, where there are hardly any.
    for baseline, level in enumerate(levels):
        cross = data[:, baseline, :, 1:3][~flags[:, baseline, :, 1:3]]
        if cross.size:
            assert np.std(cross.real) == pytest.approx(level, rel=0.4)
    all_cross = data[..., 1:3][~flags[..., 1:3]]
    assert np.std(all_cross.imag) == pytest.approx(np.sqrt((levels**2).mean()), rel=0.15)


@pytest.mark.parametrize("fraction", [0.01, 0.1, 0.5, 0.9])
def test_so_much_is_interference(noisy: Simulated, fraction: float) -> None:
    longer = replace(noisy.observation, slots=600, channels=8)
    hit = np.concatenate([*interference(fraction, longer, np.random.default_rng(1))])
    assert hit.shape == (600, 21, 8)
    assert hit.mean() == pytest.approx(fraction, rel=0.15)
    # Half of it is seen by all at once.
    everywhere = hit.all(axis=1).mean()
    assert everywhere == pytest.approx(1 - (1 - fraction) ** 0.5, rel=0.25)


def test_flags_are_on_all_that_is_bad(noisy: Simulated, column: Any) -> None:
    data, flags = cube(noisy, column, "DATA"), cube(noisy, column, "FLAG")
    first, second = baselines(noisy.observation)
    assert flags[:, first == second].all()
    # The second stream of the seed is for interference.
    (hit,) = interference(0.1, noisy.observation, np.random.default_rng([1, 0, 1]))
    names = [field.name for field in noisy.observation.fields]
    failed = names.index("RS305HBA")
    dead = (first == failed) | (second == failed)
    assert flags[:, dead].all()
    assert (data[:, dead] == 0).all()
    good = ~dead & (first != second)
    assert (flags[:, good].any(axis=-1) == hit[:, good]).all()
    assert hit.any()
    # What is flagged elsewhere is loud, what is not is not; all correlations of a cell alike.
    assert np.abs(data[:, good][flags[:, good]]).min() > 900
    assert np.abs(data[:, good][~flags[:, good]]).max() < 100
    assert (flags == flags[..., :1]).all()
    assert np.isfinite(data).all()


def test_nothing_is_wrong_when_nothing_is_asked_for(centre: Simulated, column: Any) -> None:
    flags = cube(centre, column, "FLAG")
    first, second = baselines(centre.observation)
    assert (flags == (first == second)[None, :, None, None]).all()


def test_parts_that_fit_into_memory_make_the_whole(
    noisy: Simulated, column: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    observation = noisy.observation
    assert list(observation.chunks()) == [(0, 20)]
    monkeypatch.setattr("genericpipe_plugins.simulate.observation._CELLS", 21 * 2 * 6)
    assert list(observation.chunks()) == [(0, 6), (6, 6), (12, 6), (18, 2)]
    again = simulate(tmp_path, **{**SMALL, "subbands": 1}, flagged=0.1, broken_tiles=0.3, failed=["RS305"])
    for name in ("DATA", "FLAG", "WEIGHT_SPECTRUM", "UVW"):
        found = [column(made.measurement_sets[0], name) for made in (noisy, again)]
        assert np.array_equal(*found), name


def test_one_time_slot_is_the_least_of_a_part(noisy: Simulated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genericpipe_plugins.simulate.observation._CELLS", 1)
    assert list(replace(noisy.observation, slots=3).chunks()) == [(0, 1), (1, 1), (2, 1)]
