"""The average beam, held against sums written out here and against EveryBeam's own averages."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.wsclean import beam
from genericpipe_plugins.wsclean.beam import Grid, Look, Looks, Telescope, average_beam, looks_at
from genericpipe_plugins.wsclean.images import Place
from genericpipe_plugins.wsclean.visibilities import VisibilitySet
from genericpipe_plugins.wsclean.weights import Plane, Weighting

from genericpipe import GenericPipeError

# Where the set looks: its phase centre, 3C 48.
CENTRE = (0.42624572, 0.57874697)
FREQUENCY = 134.4e6
STEP = math.radians(0.012)  # 500 pixels are 6 degrees


def place(width: int = 500, height: int = 500) -> Place:
    """Return an image as WSClean makes it: its centre is pixel N / 2, counted from 0."""
    middle = (width // 2, height // 2)
    return Place(width, height, *CENTRE, *map(float, middle), -STEP, STEP, 134e6, 135e6)


def direction(x: float, y: float, where: Place) -> tuple[float, float]:
    """Return right ascension and declination of a pixel of an image in SIN projection (Greisen 1983)."""
    l, m = (x - where.centre_x) * where.step_x, (y - where.centre_y) * where.step_y  # noqa: E741
    n = math.sqrt(1 - l * l - m * m)
    ra, dec = where.right_ascension, where.declination
    declination = math.asin(m * math.cos(dec) + n * math.sin(dec))
    return ra + math.atan2(l, n * math.cos(dec) - m * math.sin(dec)), declination


@pytest.fixture(scope="module")
def visibilities(measured: str) -> VisibilitySet:
    return VisibilitySet.open(measured, "DATA")


@pytest.fixture(scope="module")
def telescope(visibilities: VisibilitySet, everybeam: Any) -> Telescope:
    return Telescope(visibilities, differential=True)


def loaded(measured: str, everybeam: Any) -> Any:
    return everybeam.load_telescope(
        measured,
        beam_normalisation_mode=everybeam.BeamNormalisationMode.full,
        use_channel_frequency=True,
        element_response_model="hamaker",
    )


def some_looks(visibilities: VisibilitySet, number: int = 2) -> Looks:
    """Return looks with weights of all sizes, some baselines without any."""
    random = np.random.default_rng(7)
    stations = len(visibilities.stations)
    moments = visibilities.times[:: max(1, len(visibilities.times) // number)][:number]
    looks = []
    for moment in moments:
        weights = np.triu(random.gamma(0.5, 1.0, (stations, stations)), 1)
        weights[random.random(weights.shape) < 0.2] = 0.0
        looks.append(Look(float(moment), weights))
    return Looks(tuple(looks), FREQUENCY, sum(look.weights.sum() for look in looks))


PIXELS = [(250, 250), (250, 30), (30, 250), (470, 250), (250, 470), (81, 402), (333, 111), (0, 0), (499, 499)]


@pytest.mark.parametrize(("x", "y"), PIXELS)
def test_it_is_the_sum_over_times_and_baselines(
    x: int, y: int, visibilities: VisibilitySet, telescope: Telescope, measured: str, everybeam: Any
) -> None:
    looks, where = some_looks(visibilities), place()
    found, frequency, times = average_beam([(visibilities, telescope, looks)], where)
    assert (found.shape, frequency, times) == ((500, 500), FREQUENCY, 2)
    single = loaded(measured, everybeam)
    stations = range(len(visibilities.stations))
    total = weight = 0.0
    for look in looks.looks:
        jones = [
            single.station_response(look.time, station, FREQUENCY, *direction(x, y, where))
            for station in stations
        ]
        for p in stations:
            for q in range(p + 1, len(jones)):
                total += look.weights[p, q] * np.trace(jones[p] @ jones[q].conj().T).real / 2
                weight += look.weights[p, q]
    # EveryBeam's grids and its single points differ by 1e-4 among themselves.
    assert found[y, x] == pytest.approx(total / weight, abs=5e-4)


def test_it_is_the_average_of_everybeam(
    visibilities: VisibilitySet, telescope: Telescope, measured: str, everybeam: Any
) -> None:
    """EveryBeam sums Mueller matrices with weights for p <= q, here with no undersampling."""
    looks, grid = some_looks(visibilities), Grid(place())
    upper = np.triu_indices(len(visibilities.stations))
    weights = np.concatenate([look.weights[upper] for look in looks.looks])
    moments = np.array([look.time for look in looks.looks])
    theirs = loaded(measured, everybeam).undersampled_response(
        grid.settings(), moments, FREQUENCY, 1, weights
    )
    stokes_i = (theirs[..., 0, 0] + theirs[..., 0, 3] + theirs[..., 3, 0] + theirs[..., 3, 3]).real / 2
    # They are 32-bit numbers.
    assert telescope.average(looks, grid) / looks.weight == pytest.approx(stokes_i, abs=1e-3)


def test_it_is_one_at_the_phase_centre_and_falls_outwards(
    visibilities: VisibilitySet, telescope: Telescope
) -> None:
    found, _, _ = average_beam([(visibilities, telescope, some_looks(visibilities))], place())
    assert found[250, 250] == pytest.approx(1.0, abs=1e-4)
    # Some arcminutes off the centre of the field, where the broken tiles put it.
    peak = np.unravel_index(found.argmax(), found.shape)
    assert np.hypot(peak[0] - 250, peak[1] - 250) * math.degrees(STEP) < 0.3
    for line in (found[250, 250:450], found[250, 250:50:-1], found[250:450, 250], found[250:50:-1, 250]):
        assert 0.2 < line[-1] < 0.5
        assert (np.diff(line[25:]) < 0).all()


def test_directions_are_those_of_the_image(
    visibilities: VisibilitySet, telescope: Telescope, measured: str, everybeam: Any
) -> None:
    """One station alone is no symmetric beam: east and north are where a single response has them."""
    stations = len(visibilities.stations)
    weights = np.zeros((stations, stations))
    weights[0, stations - 1] = 1.0
    looks = Looks((Look(float(visibilities.times[0]), weights),), FREQUENCY, 1.0)
    found, _, _ = average_beam([(visibilities, telescope, looks)], place())
    flips = (found[::-1], found[:, ::-1], found.T)
    assert min(np.abs(found[1:, 1:] - other[:499, :499]).max() for other in flips) > 0.01


@pytest.mark.parametrize(("width", "height"), [(300, 200), (255, 301)])
def test_the_points_between_are_exact(
    width: int,
    height: int,
    visibilities: VisibilitySet,
    telescope: Telescope,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four times as many points change less than a thousandth of the peak."""
    where = Place(width, height, *CENTRE, width // 2, height // 2, -2 * STEP, 2 * STEP, 134e6, 135e6)
    looks = some_looks(visibilities, 1)
    found, _, _ = average_beam([(visibilities, telescope, looks)], where)
    monkeypatch.setattr(beam, "_POINTS", 128)
    finer, _, _ = average_beam([(visibilities, telescope, looks)], where)
    assert np.abs(found - finer).max() < 1e-3


def test_two_sets_are_averaged_with_their_weights(visibilities: VisibilitySet, telescope: Telescope) -> None:
    early, late = (Looks((look,), FREQUENCY, look.weights.sum()) for look in some_looks(visibilities).looks)
    both, frequency, times = average_beam(
        [(visibilities, telescope, early), (visibilities, telescope, late)], place(50, 50)
    )
    each = [average_beam([(visibilities, telescope, one)], place(50, 50))[0] for one in (early, late)]
    total = early.weight + late.weight
    assert both == pytest.approx(each[0] * (early.weight / total) + each[1] * (late.weight / total))
    assert (frequency, times) == (pytest.approx(FREQUENCY), 2)


def test_weights_are_summed_by_time_and_baseline(visibilities: VisibilitySet) -> None:
    weighting = Weighting("briggs", 0.0, 360, 360, math.radians(20 / 3600), 80.0, 3000.0)
    plane = Plane(weighting)
    channels = slice(2, 6)
    frequencies = visibilities.frequencies[channels]
    parts = list(visibilities.parts(channels))
    for part in parts:
        plane.count(part, frequencies)
    looks = looks_at(visibilities, channels, plane, 26.0)  # 50.07 s between the first time and the last
    expected: dict[tuple[int, int, int], float] = {}
    by_frequency = moments = 0.0
    start = visibilities.times[0]
    for part in parts:
        imaging = plane.weights(part, frequencies)
        for row in range(len(part.times)):
            key = (int((part.times[row] - start) // 25.1), int(part.antenna1[row]), int(part.antenna2[row]))
            expected[key] = expected.get(key, 0.0) + imaging[row].sum()
            by_frequency += (imaging[row] * frequencies).sum()
            moments += imaging[row].sum() * part.times[row]
    total = sum(expected.values())
    assert looks.weight == pytest.approx(total)
    assert looks.frequency == pytest.approx(by_frequency / total)
    assert sum(look.time * look.weights.sum() for look in looks.looks) == pytest.approx(moments)
    assert len(looks.looks) == 2
    for (number, first, second), weight in expected.items():
        assert looks.looks[number].weights[first, second] == pytest.approx(weight)


def test_long_observations_are_looked_at_no_more_often_than_needed(visibilities: VisibilitySet) -> None:
    plane = Plane(Weighting("natural", 0.0, 360, 360, math.radians(20 / 3600)))
    assert len(looks_at(visibilities, slice(0, 1), plane, 0.1).looks) <= len(visibilities.times)
    assert len(looks_at(visibilities, slice(0, 1), plane, 1e6).looks) == 1


def test_other_telescopes_are_refused(visibilities: VisibilitySet) -> None:
    from dataclasses import replace

    with pytest.raises(GenericPipeError, match="no beam for the telescope 'MWA'"):
        Telescope(replace(visibilities, telescope="MWA"), True)


def test_nothing_has_weight(visibilities: VisibilitySet, telescope: Telescope) -> None:
    with pytest.raises(GenericPipeError, match=r"no data from 134\.000 to 135\.000 MHz"):
        average_beam([(visibilities, telescope, Looks((), 0.0, 0.0))], place())
