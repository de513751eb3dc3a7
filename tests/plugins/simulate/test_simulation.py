"""Whole observations: the same again from a seed, accepted by who reads them, nothing half made."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.do_magic.headers import read_header
from genericpipe_plugins.simulate import Simulated, dp3, simulate
from genericpipe_plugins.simulate.settings import PHASE_CENTRE

from genericpipe import GenericPipeError, UsageError

from .conftest import SMALL

# The smallest there is.
TINY: dict[str, Any] = {**SMALL, "stations": "CS001,RS106", "duration": 60.0}


def test_the_same_seed_gives_the_same_data(noisy: Simulated, tmp_path: Path, column: Any) -> None:
    settings = {**SMALL, "subbands": 2, "flagged": 0.1, "broken_tiles": 0.3, "failed": ["RS305"]}
    again = simulate(tmp_path / "again", **settings, threads=1)
    for one, other in zip(noisy.measurement_sets, again.measurement_sets, strict=True):
        for name in ("DATA", "FLAG", "UVW", "TIME"):
            assert np.array_equal(column(one, name), column(other, name)), name
        flags = [column(path, "ELEMENT_FLAG", "LOFAR_ANTENNA_FIELD") for path in (one, other)]
        assert np.array_equal(*flags)
    assert noisy.truth.read_text() == again.truth.read_text()


def test_another_seed_or_subband_gives_others(noisy: Simulated, tmp_path: Path, column: Any) -> None:
    one, two = (simulate(tmp_path / str(seed), **TINY, seed=seed) for seed in (1, 2))
    assert not np.array_equal(*(column(made.measurement_sets[0], "DATA") for made in (one, two)))
    assert not np.array_equal(*(column(path, "FLAG") for path in noisy.measurement_sets))


def test_the_truth_is_told(noisy: Simulated) -> None:
    truth = json.loads(noisy.truth.read_text())
    assert truth["phase_centre"] == {"ra": PHASE_CENTRE[0], "dec": PHASE_CENTRE[1]}
    assert [one["measurement_set"] for one in truth["subbands"]] == [
        path.name for path in noisy.measurement_sets
    ]
    first = truth["sources"][0]
    assert first.keys() == {"name", "ra", "dec", "flux", "index", "q", "u", "v", "frequency", "distance"}
    assert (first["flux"], first["index"], first["frequency"]) == (3.0, -0.7, 140e6)
    assert truth["sources"][-1]["distance"] == pytest.approx(2.7, abs=1e-9)
    assert [one["name"] for one in truth["stations"] if one["failed"]] == ["RS305HBA"]
    assert sum(len(one["broken_tiles"]) for one in truth["stations"]) > 10
    assert truth["beam"] == "corrected at the phase centre"
    assert truth["seed"] == 1
    assert 1 < truth["noise"] < 3


def test_two_subbands_are_joined_by_dp3(noisy: Simulated, tmp_path: Path, column: Any) -> None:
    names = ",".join(map(str, noisy.measurement_sets))
    joined, log = tmp_path / "joined.MS", tmp_path / "log"
    average = ["steps=[avg]", "avg.type=average", "avg.timestep=4", "avg.freqstep=2"]
    dp3.find(tmp_path).run([f"msin=[{names}]", f"msout={joined}", *average], log)
    assert "differ" not in log.read_text()
    (frequencies,) = column(joined, "CHAN_FREQ", "SPECTRAL_WINDOW")
    assert frequencies == pytest.approx(noisy.observation.frequencies)
    assert len(np.unique(column(joined, "TIME"))) == 5
    from casacore.tables import table

    with table(str(joined), ack=False) as main:
        assert main.getcolkeyword("DATA", "LOFAR_APPLIED_BEAM_MODE") == "Full"
    # No flagged interference has found its way into what is good.
    flags = column(joined, "FLAG")
    assert np.abs(column(joined, "DATA")[~flags]).max() < 100


def test_do_magic_reads_the_headers(noisy: Simulated) -> None:
    header = read_header(str(noisy.measurement_sets[0]))
    assert header.diameter == pytest.approx(31.2625, abs=1e-4)
    assert header.interval == pytest.approx(30.0, abs=1e-6)
    assert header.frequency == noisy.observation.frequencies[0]
    assert header.channels == 2
    # 3C 295 goes through the zenith, nearly.
    assert all(np.radians(85) < elevation < np.radians(90) for elevation in header.elevations)


def test_uncorrected_data_say_so(tmp_path: Path) -> None:
    from casacore.tables import table

    for settings, expected in (({"corrected": False}, "uncorrected"), ({"beam": False}, "none")):
        made = simulate(tmp_path, **TINY, **settings, overwrite=True)
        assert json.loads(made.truth.read_text())["beam"] == expected
        with table(str(made.measurement_sets[0]), ack=False) as main:
            assert main.getcolkeyword("DATA", "LOFAR_APPLIED_BEAM_MODE") == "None"


def test_what_is_there_is_replaced_only_if_asked_for(tmp_path: Path) -> None:
    made = simulate(tmp_path, **TINY)
    made.truth.write_text("mine")
    with pytest.raises(GenericPipeError, match=r"L100000_SB000_uv\.MS is there already"):
        simulate(tmp_path, **TINY)
    assert made.truth.read_text() == "mine"
    told: list[str] = []
    again = simulate(tmp_path, **{**TINY, "interval": 20.0}, overwrite=True, progress=told.append)
    assert told == ["L100000_SB000_uv.MS"]
    assert json.loads(again.truth.read_text())["interval"] == 20.0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["L100000_SB000_uv.MS", "truth.json"]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "DP3"
    broken.write_text("#!/bin/sh\necho no beam today\nexit 1\n")
    broken.chmod(0o755)
    out = tmp_path / "out"
    with pytest.raises(dp3.DP3Error, match="exit status 1: no beam today"):
        simulate(out, **{**TINY, "subbands": 3}, program=str(broken))
    assert list(out.iterdir()) == []


def test_the_first_source_is_the_phase_centre(tmp_path: Path, column: Any) -> None:
    sky = tmp_path / "sky.txt"
    sky.write_text("name ra dec flux\nfirst 40.5 -1.25 2\nsecond 41 -1 1\n")
    made = simulate(tmp_path, sky=sky, **TINY)
    assert made.observation.phase_centre == (40.5, -1.25)
    path = made.measurement_sets[0]
    for name in ("PHASE_DIR", "LOFAR_TILE_BEAM_DIR"):
        assert np.degrees(column(path, name, "FIELD")).ravel() == pytest.approx([40.5, -1.25])
    assert column(path, "LOFAR_TARGET", "OBSERVATION")["array"] == ["first"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"subbands": 0}, "0 subbands"),
        ({"subbands": 489}, "489 subbands"),
        ({"subbands": []}, "no subband"),
        ({"subbands": [140e6, 60e6]}, "a subband at 60 MHz: HBA goes from 100 to 250 MHz"),
        ({"subbands": [140e6, 140.1e6]}, "subbands at 140 and 140.1 MHz overlap"),
        ({"channels": 0}, "0 channels"),
        ({"duration": 0.0}, "duration: 0 s"),
        ({"interval": -1.0}, "interval: -1 s"),
        ({"interval": 61.0}, "longer than the whole observation"),
        ({"noise": -1.0}, "noise: -1 Jy"),
        ({"sefd": float("nan")}, "SEFD: nan Jy"),
        ({"flagged": 1.0}, "flagged: 1 is no fraction"),
        ({"broken_tiles": -0.1}, "broken tiles: -0.1 is no fraction"),
        ({"failed": ["RS305"]}, "station 'RS305' is not in this observation"),
        ({"seed": -1}, "seed: -1"),
        ({"threads": 0}, "0 threads"),
        ({"identifier": "../x"}, "'../x' is no number"),
        ({"sky": []}, "without sources"),
    ],
)
def test_what_makes_no_observation(tmp_path: Path, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        simulate(tmp_path / "out", **{**TINY, **settings})
    assert message in caught.value.message
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GenericPipeError, match="cannot be written to"):
        simulate(tmp_path / "file" / "out", **TINY)


def test_a_disk_without_room(tmp_path: Path) -> None:
    with pytest.raises(GenericPipeError) as caught:
        simulate(tmp_path / "out", **{**SMALL, "stations": "dutch", "duration": 1e9, "channels": 64})
    assert re.search(r"out has room for [\d.]+ GB; the measurement sets take [\d.]+ GB", caught.value.message)
    assert "fewer stations" in caught.value.hint
    assert list((tmp_path / "out").iterdir()) == []
