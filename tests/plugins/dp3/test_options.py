"""The options of DP3 jobs, on the command line and in step parsets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.dp3.names import is_dp3, of_job
from genericpipe_plugins.dp3.options import (
    chain,
    elements,
    inputs,
    options_of,
    output,
    with_more,
    without,
)

from genericpipe import Job, PythonCall
from genericpipe.recipes.job import NodeScript

Jobs = Callable[..., Job]


@pytest.mark.parametrize("name", ["NDPPP", "DPPP", "DP3", "DP3.py", "dppp", "ndppp", "/opt/lofar/bin/NDPPP"])
def test_every_name_of_dp3_is_known(name: str) -> None:
    assert is_dp3(name)


@pytest.mark.parametrize("name", ["wsclean", "/opt/DP3/bin/losoto", "DP3.sh", ""])
def test_other_names_are_not(name: str) -> None:
    assert not is_dp3(name)


def test_calls_of_scripts_run_no_dp3_and_node_scripts_what_they_are_told_to(job: Jobs) -> None:
    assert of_job(job("/opt/DP3", "msin=a")) == "/opt/DP3"
    assert of_job(job("DP3.py", call=PythonCall("DP3.py", (), {}))) is None
    assert of_job(job("python3", "s.py", node=NodeScript("s.py", "/opt/NDPPP", "r.json"))) == "/opt/NDPPP"
    assert of_job(job("wsclean")) is None


def test_options_of_a_command_line(job: Jobs) -> None:
    words = ("msin=/d/a.MS", "steps=[avg]", 'msout.storagemanager="Dysco"', "a word", "avg.type=average")
    assert options_of(job("DP3", *words)) == {
        "msin": "/d/a.MS",
        "steps": "[avg]",
        "msout.storagemanager": "Dysco",
        "avg.type": "average",
    }


def test_the_command_line_wins_over_the_parset_that_is_handed_over(job: Jobs) -> None:
    files = {"/w/a.parset": "msin=/d/a.MS\nnumthreads=2\n", "/w/other": "numthreads=7\n"}
    made = job("DP3", "/w/a.parset", "msin=/d/b.MS", files=files)
    assert options_of(made) == {"msin": "/d/b.MS", "numthreads": "2"}


def test_keys_are_left_out_wherever_they_stand(job: Jobs) -> None:
    files = {"/w/a.parset": "a=1\nmsout.old=2\nmsout.older=3\n", "/w/other": "msout.old=2\n"}
    made = without(job("DP3", "/w/a.parset", "msout.old=4", files=files), ["msout.old"])
    assert made.argv == ("DP3", "/w/a.parset")
    assert made.files == {"/w/a.parset": "a=1\nmsout.older=3\n", "/w/other": "msout.old=2\n"}


def test_a_job_without_such_keys_is_the_same(job: Jobs) -> None:
    made = job("DP3", "msin=a", "x=writefullresflag")
    assert without(made, ["writefullresflag"]) is made


def test_more_options_go_where_the_others_are(job: Jobs) -> None:
    assert with_more(job("DP3", "a=1"), {"b": "2"}).argv == ("DP3", "a=1", "b=2")
    made = with_more(job("DP3", "/w/p", files={"/w/p": "a=1\n"}), {"b": "2"})
    assert (made.argv, made.files) == (("DP3", "/w/p"), {"/w/p": "a=1\nb=2\n"})


@pytest.mark.parametrize(
    ("text", "found"),
    [("a.MS", ["a.MS"]), ("[a.MS, 'b.MS',]", ["a.MS", "b.MS"]), ("[]", []), ("", []), ('["a"]', ["a"])],
)
def test_elements(text: str, found: list[str]) -> None:
    assert elements(text) == found


def test_a_step_of_dp3_is_of_the_type_of_its_name_by_default() -> None:
    options = {"steps": "[avg,aoflagger]", "avg.type": "Average"}
    assert chain(options) == [("avg", "average"), ("aoflagger", "aoflagger")]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"msin": "a.MS", "msout": "b.MS"}, "b.MS"),
        ({"msin.name": "a.MS", "msout.name": "b.MS"}, "b.MS"),
        ({"msin": "a.MS", "msout": "."}, None),
        ({"msin": "a.MS", "msout": ""}, None),
        ({"msin": "a.MS"}, None),
        # DP3 takes it for an update of the input, however it is spelt.
        ({"msin": "a.MS", "msout": "./a.MS"}, None),
        ({"msin": "[a.MS,b.MS]", "msout": "/d/c.MS"}, "/d/c.MS"),
    ],
)
def test_the_output(options: dict[str, str], path: str | None, tmp_path: Path) -> None:
    assert output(options, tmp_path) == (None if path is None else tmp_path / path)
    assert inputs(options)[0] == "a.MS"


def test_what_runs_before_the_options_is_no_option(job: Jobs) -> None:
    made: Any = without(job("msout.x=1", "msout.x=1"), ["msout.x"])
    assert made.argv == ("msout.x=1",)
