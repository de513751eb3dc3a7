"""What jobs of the DP3 from PyPI get, and that others are left alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.dp3 import genericpipe_prepare_job

from genericpipe import Job
from genericpipe.recipes.job import NodeScript

Jobs = Callable[..., Job]
Steps = Callable[..., Any]


def test_it_gets_what_the_package_needs(dp3: Path, job: Jobs, step: Steps) -> None:
    made = genericpipe_prepare_job(step(), job(dp3, "msin=a.MS"))
    assert made is not None
    assert made.argv == (str(dp3), "msin=a.MS")
    assert made.environment["OPENBLAS_NUM_THREADS"] == "1"
    assert made.environment["OMP_NUM_THREADS"] == "8"
    assert Path(made.environment["EVERYBEAM_DATADIR"], "HamakerHBACoeff.h5").is_file()
    (path,) = made.files
    assert made.environment["CASARCFILES"] == path == str(made.stdout.parent / "casarc")
    directory = made.files[path].removeprefix("measures.directory: ").strip()
    assert Path(directory, "geodetic").is_dir()


def test_it_runs_then_beam_and_station_coordinates_too(
    dp3: Path, job: Jobs, step: Steps, real_set: Callable[[str], Path], tmp_path: Path
) -> None:
    words = [
        f"msin={real_set('tAWImager2')}",
        f"msout={tmp_path / 'out.MS'}",
        "steps=[beam,add,flag]",
        "beam.type=applybeam",
        "add.type=stationadder",
        'add.stations={ST001:"CS*"}',
        "flag.type=aoflagger",
    ]
    made = genericpipe_prepare_job(step(), job(dp3, *words))
    assert made is not None
    for path, text in made.files.items():
        Path(path).parent.mkdir(parents=True)
        Path(path).write_text(text)
    done = subprocess.run(
        made.argv, env={**os.environ, **made.environment}, cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "out.MS/table.dat").is_file()


@pytest.mark.parametrize("name", ["EVERYBEAM_DATADIR", "CASARCFILES"])
@pytest.mark.parametrize("is_of_the_step", [False, True])
def test_what_is_set_stays(
    name: str, is_of_the_step: bool, dp3: Path, job: Jobs, step: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = job(dp3)
    if is_of_the_step:
        given = replace(given, environment={name: "/mine"})
    else:
        monkeypatch.setenv(name, "/mine")
    made = genericpipe_prepare_job(step(), given)
    assert made is not None
    assert made.environment.get(name) == ("/mine" if is_of_the_step else None)
    assert bool(made.files) is (name != "CASARCFILES")


def test_openblas_has_one_thread_but_for_what_the_step_says(
    dp3: Path, job: Jobs, step: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")  # of a cluster's profile: DP3 would refuse to start
    made = genericpipe_prepare_job(step(), job(dp3))
    assert made is not None
    assert made.environment["OPENBLAS_NUM_THREADS"] == "1"
    made = genericpipe_prepare_job(step(), job(dp3, environment={"OPENBLAS_NUM_THREADS": "2"}))
    assert made is not None
    assert made.environment["OPENBLAS_NUM_THREADS"] == "2"


def test_the_users_own_settings_of_casacore_are_not_hidden(
    dp3: Path, job: Jobs, step: Steps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".casarc").write_text("measures.directory: /data/casacore\n")
    made = genericpipe_prepare_job(step(), job(dp3))
    assert made is not None
    assert "CASARCFILES" not in made.environment
    assert made.files == {}


def test_keys_that_are_gone_are_left_out_if_they_stand_in_the_parset(
    dp3: Path, job: Jobs, step: Steps
) -> None:
    given = job(dp3, "msin=a", "msout.writefullresflag=False", "numthreads=2")
    made = genericpipe_prepare_job(step({"msout.writefullresflag": "False"}), given)
    assert made is not None
    assert made.argv[1:] == ("msin=a", "numthreads=2")
    # Of one from a parset of arguments nobody has told: DP3 itself will.
    untold = genericpipe_prepare_job(step(), given)
    assert untold is not None
    assert untold.argv == given.argv


def test_a_flagger_without_a_strategy_gets_the_packages_own(dp3: Path, job: Jobs, step: Steps) -> None:
    words = ("steps=[flag,aoflag,mine]", "flag.type=aoflagger", "mine.type=aoflagger", "mine.strategy=/s.lua")
    made = genericpipe_prepare_job(step(), job(dp3, *words))
    assert made is not None
    added = made.argv[1 + len(words) :]
    assert [word.partition("=")[0] for word in added] == ["flag.strategy", "aoflag.strategy"]
    assert all(Path(word.partition("=")[2]).name == "lofar-default.lua" for word in added)


def test_a_node_script_gets_the_environment_and_keeps_its_command(dp3: Path, job: Jobs, step: Steps) -> None:
    node = NodeScript("s.py", str(dp3), "r.json")
    given = job("python3", "s.py", "msout.writefullresflag=False", node=node)
    made = genericpipe_prepare_job(step({"msout.writefullresflag": "False"}), given)
    assert made is not None
    assert made.argv == given.argv
    assert made.environment["OPENBLAS_NUM_THREADS"] == "1"


def test_others_are_left_alone(job: Jobs, step: Steps, tmp_path: Path) -> None:
    (tmp_path / "DP3").write_text("#!/bin/sh\n")
    (tmp_path / "DP3").chmod(0o755)
    given = {"msout.writefullresflag": "False"}
    assert genericpipe_prepare_job(step(given), job(tmp_path / "DP3", "msout.writefullresflag=False")) is None
    assert genericpipe_prepare_job(step(), job("/usr/bin/wsclean")) is None
