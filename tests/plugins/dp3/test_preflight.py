"""Inputs that are known before a run: only what is there already, and of no earlier run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.dp3.preflight import check

from genericpipe import DataMap, DataProduct, Severity

Sets = Callable[..., Path]
NO_WEIGHTS = {"": {"WEIGHT_SPECTRUM": np.zeros((24, 4, 4), np.float32)}}


@pytest.fixture
def pipeline(tmp_path: Path) -> Callable[..., Any]:
    def make(step: Any) -> Any:
        task = SimpleNamespace(settings={"executable": "/opt/lofar/bin/NDPPP"})
        config = SimpleNamespace(
            tasks={"dppp": task},
            working_directory=tmp_path / "work",
            job_name="job",
            job_directory=tmp_path / "work/job",
        )
        return SimpleNamespace(walk=lambda: iter([step]), config=config)

    return make


@pytest.fixture
def mapfile(tmp_path: Path) -> Callable[..., str]:
    def make(*paths: Path | str, folder: Path = tmp_path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        products = [DataProduct("localhost", str(path), False) for path in paths]
        DataMap(products).save(str(folder / "in.mapfile"))
        return str(folder / "in.mapfile")

    return make


def codes(pipeline: Any) -> list[tuple[str, Severity]]:
    return [(finding.code, finding.severity) for finding in check(pipeline)]


def test_sets_of_a_mapfile_that_is_there(pipeline: Any, mapfile: Any, step: Any, lofar_set: Sets) -> None:
    bad = lofar_set("bad.MS", changes=NO_WEIGHTS)
    single = step({"msin": "msin"}, mapfile_in=mapfile(bad), inputkey="msin")
    assert codes(pipeline(single)) == [("dp3-no-weights", Severity.ERROR)]
    # An input key that no argument mentions becomes an option (contract 7.3).
    unmentioned = step({"steps": "[]"}, mapfile_in=mapfile(bad), inputkey="msin")
    assert codes(pipeline(unmentioned)) == [("dp3-no-weights", Severity.ERROR)]


def test_one_of_several_only_fails_its_job(pipeline: Any, mapfile: Any, step: Any, lofar_set: Sets) -> None:
    path = mapfile(lofar_set("bad.MS", changes=NO_WEIGHTS), lofar_set("good.MS"))
    control = {"mapfile_in": path, "inputkey": "msin"}
    assert codes(pipeline(step({"msin": "msin"}, **control))) == [("dp3-no-weights", Severity.WARNING)]
    strict = step({"msin": "msin"}, **control, error_tolerance="False")
    assert codes(pipeline(strict)) == [("dp3-no-weights", Severity.ERROR)]


def test_what_is_not_there_may_be_made_or_was_used(
    pipeline: Any, mapfile: Any, step: Any, tmp_path: Path
) -> None:
    gone = step({"msin": "msin"}, mapfile_in=mapfile("/no/such.MS"), inputkey="msin")
    assert codes(pipeline(gone)) == []
    unknown = step({"msin": "msin"}, mapfile_in="make.output.mapfile", inputkey="msin")
    assert codes(pipeline(unknown)) == []


def test_what_an_earlier_run_made_is_not_looked_at(
    pipeline: Any, mapfile: Any, step: Any, lofar_set: Sets, tmp_path: Path
) -> None:
    made = lofar_set("work/job/a.average", changes=NO_WEIGHTS)
    ours = step({"msin": "msin"}, mapfile_in=mapfile(made), inputkey="msin")
    assert codes(pipeline(ours)) == []
    bad = lofar_set("bad.MS", changes=NO_WEIGHTS)
    of_the_run = mapfile(bad, folder=tmp_path / "work/job/mapfiles")
    assert codes(pipeline(step({"msin": "msin"}, mapfile_in=of_the_run, inputkey="msin"))) == []


def test_an_output_that_is_there_is_no_matter_yet(
    pipeline: Any, mapfile: Any, step: Any, lofar_set: Sets
) -> None:
    path = mapfile(lofar_set("a.MS"))
    given = {"msin": "msin", "msout": str(lofar_set("out.MS"))}
    assert codes(pipeline(step(given, mapfile_in=path, inputkey="msin"))) == []


def test_options_that_are_not_known_yet_leave_it_to_the_job(
    pipeline: Any, mapfile: Any, step: Any, lofar_set: Sets
) -> None:
    path = mapfile(lofar_set("bad.MS", changes=NO_WEIGHTS))
    given = {"msin": "msin", "avg.timestep": "magic.output.steps"}
    assert codes(pipeline(step(given, mapfile_in=path, inputkey="msin"))) == []
