"""Headers that do not fit together, or from which no image follows (image contract 6)."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.imagechecks.consistency import separation

Make = Callable[..., Path]
Told = Callable[..., dict[str, str]]
SUBBAND = 195312.5
ARCSECOND = math.pi / 180 / 3600


@pytest.fixture
def pair(lofar_set: Make, told: Told) -> Callable[..., dict[str, str]]:
    """Return a caller of all checks for a good set and one with changes."""

    def call(
        changes: dict[str, Any] | None = None, frequency: float = 150e6 + SUBBAND, **more: Any
    ) -> dict[str, str]:
        return told([lofar_set("a.MS"), lofar_set("b.MS", frequency, changes=changes, **more)])

    return call


def test_one_frequency_twice(pair: Told) -> None:
    message = pair(frequency=150e6 + 0.5)["error same-frequency"]
    assert "a.MS" in message
    assert "b.MS" in message
    assert "150000000 Hz" in message


@pytest.mark.parametrize(("arcseconds", "is_told"), [(0.9, False), (1.1, True), (3600, True)])
def test_phase_centres(pair: Told, arcseconds: float, is_told: bool) -> None:
    import numpy as np

    other = np.array([[0.42624572, 0.57874697 + arcseconds * ARCSECOND]])
    assert list(pair({"FIELD": {"PHASE_DIR": other}})) == ["error other-phase-centre"] * is_told


def test_the_angle_between_directions() -> None:
    assert separation((0.1, 0.5), (0.1, 0.5 + ARCSECOND)) == pytest.approx(ARCSECOND, rel=1e-6)
    # a turn around the pole is short there
    assert separation((0.0, math.pi / 3), (ARCSECOND, math.pi / 3)) == pytest.approx(ARCSECOND / 2, rel=1e-6)
    assert separation((0.0, 0.0), (math.pi, 0.0)) == pytest.approx(math.pi)
    assert separation((2 * math.pi, 0.3), (0.0, 0.3)) == pytest.approx(0.0, abs=1e-12)


def changes_of(what: str) -> dict[str, Any]:
    """Return the changes after which a set of 4 slots and 6 baselines differs in one thing from others."""
    import numpy as np

    times = 4871282392.00278 + np.repeat(np.arange(4), 6) * 4.00556032
    first = np.tile([0, 0, 0, 1, 1, 2], 4).astype(np.int32)
    second = np.tile([0, 1, 2, 1, 2, 2], 4).astype(np.int32)
    later = times.copy()
    later[18:] += 10.0
    fewer = times.copy()
    fewer[5::6] += 1.0  # the sixth baseline comes at times of its own
    changes: dict[str, dict[str, Any]] = {
        "start time": {"": {"TIME": np.where(times < times[6], times - 1.0, times)}},
        "last time": {"": {"TIME": later}},
        "interval": {"": {"INTERVAL": np.full(24, 4.1)}},
        "number of baselines": {"": {"TIME": np.minimum(fewer, times[-1])}},
        "order of baselines": {"": {"ANTENNA1": second, "ANTENNA2": first}},
        "number of correlations": {"POLARIZATION": {"NUM_CORR": 2}},
        "stations": {"ANTENNA": {"NAME": "RS106HBA"}},
        "antenna set": {"OBSERVATION": {"LOFAR_ANTENNA_SET": "HBA_ZERO_INNER"}},
    }
    return changes[what]


@pytest.mark.parametrize(
    "what",
    [
        "start time",
        "last time",
        "interval",
        "number of baselines",
        "order of baselines",
        "number of correlations",
        "stations",
        "antenna set",
    ],
)
def test_what_has_to_be_equal(pair: Told, what: str) -> None:
    message = pair(changes_of(what))["error other-metadata"]
    assert f"differs from {message.split('differs from ')[1].split(' in ')[0]} in {what}" in message


def test_other_channels(pair: Told) -> None:
    """8 channels of half the width are averaged to the same; widths that do not go into it are refused."""
    assert list(pair(channels=8)) == ["warning other-channels"]


def test_channels_that_do_not_fit(pair: Told) -> None:
    import numpy as np

    message = pair({"SPECTRAL_WINDOW": {"CHAN_WIDTH": np.full(4, 60000.0)}})["error other-channels"]
    assert "4 channels of 60000 Hz, which do not go into the 195312 Hz" in message


@pytest.mark.parametrize("table", ["SPECTRAL_WINDOW", "FIELD"])
def test_several_windows_or_fields(lofar_set: Make, told: Told, table: str) -> None:
    import casacore.tables as tables

    path = lofar_set()
    with tables.table(f"{path}/{table}", readonly=False, ack=False) as opened:
        opened.addrows(1)
        if table == "FIELD":
            for column in ("PHASE_DIR", "DELAY_DIR", "REFERENCE_DIR"):
                opened.putcell(column, 1, opened.getcell(column, 0))
    assert "has 2 " in told([path])["error several-windows"]


def test_several_arrays(lofar_set: Make, told: Told) -> None:
    import numpy as np

    arrays = np.repeat([0, 1], 12).astype(np.int32)
    assert "has 2 arrays" in told([lofar_set(changes={"": {"ARRAY_ID": arrays}})])["error several-windows"]


def test_gaps_are_listed(lofar_set: Make, told: Told) -> None:
    places = (0, 1, 2, 4, 5)
    sets = [lofar_set(f"SB{place}.MS", 150e6 + place * SUBBAND) for place in places]
    message = told(sets)
    assert list(message) == ["warning frequency-gap"]
    assert "1 gap(s) in frequency: 150.3906 to 150.7812 MHz" in message["warning frequency-gap"]


def test_more_gap_than_band(lofar_set: Make, told: Told) -> None:
    sets = [lofar_set(f"SB{place}.MS", 150e6 + place * SUBBAND) for place in (0, 1, 2, 50)]
    assert "92% of the band is missing" in told(sets)["error frequency-gap"]
    assert list(told(sets, allow_gaps="True")) == ["warning frequency-gap"]


def test_two_receivers(pair: Told) -> None:
    message = pair({"OBSERVATION": {"LOFAR_ANTENNA_SET": "LBA_OUTER"}})["error mixed-bands"]
    assert "a.MS is of HBA" in message
    assert "b.MS of LBA" in message


def test_frequencies_too_far_apart(pair: Told) -> None:
    assert "more than a factor of 2.5 apart" in pair(frequency=50e6)["error mixed-bands"]


@pytest.mark.parametrize("diameter", [0.0, -1.0, math.nan, 4.0, 201.0])
def test_diameters(lofar_set: Make, told: Told, diameter: float) -> None:
    path = lofar_set(changes={"ANTENNA": {"DISH_DIAMETER": diameter}})
    assert list(told([path])) == ["error bad-diameter"]


# 3C48 stands at an elevation of 66 degrees there and then; further south it is lower.
@pytest.mark.parametrize(
    ("declination", "expected"),
    [(-0.62, "error low-elevation"), (-0.40, "warning low-elevation"), (0.57, None)],
)
def test_elevations(lofar_set: Make, told: Told, declination: float, expected: str | None) -> None:
    import numpy as np

    path = lofar_set(changes={"FIELD": {"PHASE_DIR": np.array([[0.7, declination]])}})
    names = told([path])
    assert {name for name in names if "elevation" in name} == ({expected} if expected else set())


def test_beam_tables(lofar_set: Make, told: Told) -> None:
    path = lofar_set()
    shutil.rmtree(path / "LOFAR_STATION")
    message = told([path])["error no-beam-information"]
    assert "has no LOFAR_STATION, which -grid-with-beam needs" in message


def test_beam_columns(lofar_set: Make, told: Told) -> None:
    import casacore.tables as tables

    path = lofar_set()
    for table, column in (("ANTENNA", "LOFAR_PHASE_REFERENCE"), ("LOFAR_ANTENNA_FIELD", "ELEMENT_FLAG")):
        with tables.table(f"{path}/{table}", readonly=False, ack=False) as opened:
            opened.removecols(column)
    message = told([path])["error no-beam-information"]
    assert "LOFAR_ANTENNA_FIELD::ELEMENT_FLAG, ANTENNA::LOFAR_PHASE_REFERENCE" in message


def test_no_word_of_an_applied_beam(lofar_set: Make, told: Told) -> None:
    import casacore.tables as tables

    path = lofar_set()
    with tables.table(str(path), readonly=False, ack=False) as opened:
        opened.removecolkeyword("DATA", "LOFAR_APPLIED_BEAM_MODE")
    assert list(told([path])) == ["warning no-applied-beam", "warning few-channels"]


def test_all_flagged(lofar_set: Make, told: Told) -> None:
    import numpy as np

    sets = [lofar_set("a.MS"), lofar_set("b.MS", 151e6, changes={"": {"FLAG": np.ones((24, 4, 4), bool)}})]
    assert "all data of" in told(sets)["error all-flagged"]
    assert list(told(sets, error_tolerance="True")) == ["warning all-flagged", "warning few-channels"]
    only = told(sets[1:], error_tolerance="True")
    assert list(only) == ["warning all-flagged", "error all-flagged"]


def test_rows_that_are_flagged_as_a_whole(lofar_set: Make, told: Told) -> None:
    import numpy as np

    path = lofar_set(changes={"": {"FLAG_ROW": np.ones(24, bool)}})
    assert list(told([path])) == ["error all-flagged"]


def test_flags_beyond_the_sampled_rows(lofar_set: Make, told: Told) -> None:
    """One good row in 43200: no sample meets it, and yet not all is flagged."""
    import numpy as np

    flags = np.ones((43200, 4, 4), bool)
    flags[101] = False
    path = lofar_set(slots=7200, changes={"": {"FLAG": flags}})
    assert "100% of the data are flagged" in told([path])["warning mostly-flagged"]


def test_mostly_flagged(lofar_set: Make, told: Told) -> None:
    import numpy as np

    flags = np.ones((24, 4, 4), bool)
    flags[:2] = False
    path = lofar_set(changes={"": {"FLAG": flags}})
    assert "92% of the data are flagged" in told([path])["warning mostly-flagged"]


@pytest.mark.parametrize("weight", [0.0, -1.0, math.nan])
def test_weights(lofar_set: Make, told: Told, weight: float) -> None:
    import numpy as np

    weights = np.full((24, 4, 4), weight, np.float32)
    path = lofar_set(changes={"": {"WEIGHT_SPECTRUM": weights}})
    assert "error bad-weights" in told([path])
