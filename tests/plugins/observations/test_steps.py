"""The plugins as steps of a pipeline: found by name, planned without their data, run, and run again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from genericpipe import read_parset
from genericpipe.pluginmanager import Place, PluginManager, find_step_plugin

if TYPE_CHECKING:
    from tests.conftest import Project

Make = Callable[..., Any]
Projects = Callable[[Mapping[str, str]], "Project"]

ROOM = "genericpipe_plugins.observations"
PLUGINS = [
    "compareStationList",
    "findRefAnt",
    "getTargetName",
    "identifyBadAntennas",
    "makeLosotoParset",
    "matchDistFreqs",
    "selectDistFreqs",
]

MAKE = """\
pipeline.steps = [make, look, show]
make.control.kind = plugin
make.control.type = createMapfile
make.control.method = mapfile_from_folder
make.control.mapfile_dir = input.output.mapfile_dir
make.control.filename = make.mapfile
make.control.folder = {folder}
make.control.pattern = *.MS
make.control.add_suffix = {suffix}
look.control.kind = plugin
look.control.type = {plugin}
look.control.mapfile_in = make.output.mapfile
show.control.type = executable_args
show.control.executable = /bin/echo
show.control.mapfile_in = make.output.mapfile
show.control.inputkey = msin
show.argument.flags = [msin]
show.argument.found = look.output.{result}
"""
# plugin -> its result, its other keys, and what it is to give for the set below.
LOOKING = {
    "compareStationList": (
        "filter",
        "h5parmdb = {solutions}\nsolset_name = calibrator\nfilter = '[CR]S*&'",
        "[CR]S*&;!RS305HBA*",
    ),
    "findRefAnt": ("refant", "station_filter = 'CS00.*'", "CS002HBA0"),
    "getTargetName": ("targetName", "", "3C196"),
    "identifyBadAntennas": ("filter", "filter = [CR]S*&", "[CR]S*&;!RS106HBA*&&*"),
}


@pytest.mark.parametrize("name", PLUGINS)
def test_each_answers_to_its_name(name: str) -> None:
    found = find_step_plugin(name, [], [], PluginManager(environment={}, entry_points=False))
    assert found.place is Place.PLUGGED_IN
    assert found.function() is import_module(f"{ROOM}.{name}").plugin_main


def pipeline(plugin: str, **texts: str) -> str:
    """Return a pipeline in which a program is told what the plugin gives."""
    result, keys, _ = LOOKING[plugin]
    lines = "".join(f"look.control.{line}\n" for line in keys.splitlines())
    return (MAKE + lines).format(plugin=plugin, result=result, **texts)


@pytest.mark.parametrize("plugin", LOOKING)
def test_runs_and_plans(
    project: Projects, measurement_set: Make, h5parm: Make, tmp_path: Path, plugin: str
) -> None:
    """What a run gives, a second one gives too; a plan foretells it, since the data are there."""
    flagged = {"CS001HBA0": 1, "RS106HBA": 4}
    measurement_set("data/a.MS", flagged=flagged, target_column="array", target=["3C196"])
    solutions = h5parm({"calibrator": ["CS001HBA0", "CS002HBA0", "RS106HBA"]})
    text = pipeline(plugin, folder=str(tmp_path / "data"), suffix="", solutions=solutions)
    made = project({"p.parset": text})
    result, _, expected = LOOKING[plugin]
    assert f"{result}={expected}" in made.run("plan", "p.parset").expect().stdout.replace("'", "")
    for _ in range(2):
        made.run("run", "p.parset").expect()
        (log,) = (made.path / "p" / "logs").glob("*/show/0.log")
        assert f"--found={expected}" in log.read_text().split("\n")[0].split()


@pytest.mark.parametrize("plugin", LOOKING)
def test_a_plan_says_that_data_are_not_there_yet(
    project: Projects, tmp_path: Path, h5parm: Make, plugin: str
) -> None:
    (tmp_path / "data" / "a.MS").mkdir(parents=True)
    solutions = h5parm({"calibrator": []})
    text = pipeline(plugin, folder=str(tmp_path / "data"), suffix=".averaged", solutions=solutions)
    made = project({"p.parset": text})
    said = made.run("plan", "p.parset").expect().stdout
    missing = f"{tmp_path}/data/a.MS.averaged: there is no such measurement set"
    assert f"unknown: <look.output.{LOOKING[plugin][0]}>: {plugin}: mapfile_in: {missing}" in said
    failed = made.run("run", "p.parset").expect(1)
    assert f"plugin {plugin} failed: {plugin}: mapfile_in: {missing}" in failed.stderr + failed.stdout


def test_a_losoto_parset_of_what_was_found(project: Projects, measurement_set: Make, tmp_path: Path) -> None:
    measurement_set("data/a.MS", flagged={"CS001HBA0": 1})
    text = pipeline("findRefAnt", folder=str(tmp_path / "data"), suffix="").replace("[make", "[make, lo")
    text = text.replace("[make, lo, look", "[make, look, lo") + (
        "lo.control.kind = plugin\nlo.control.type = makeLosotoParset\n"
        "lo.control.filename = input.output.job_directory/losoto.parset\nlo.control.steps = [plotP]\n"
        "lo.control.global.ncpu = 2\nlo.control.plotP.refAnt = look.output.refant\n"
        "lo.control.plotP.time.minmaxstep = [0,1e20,500000]\n"
    )
    made = project({"p.parset": text})
    made.run("plan", "p.parset").expect()
    assert not (made.path / "p").exists()
    made.run("run", "p.parset").expect()
    assert (made.path / "p" / "losoto.parset").read_text() == (
        "ncpu = 2\n\n[plotP]\nrefAnt = CS002HBA0\ntime.minmaxstep = [0,1e20,500000]\n"
    )


def test_every_key_that_archived_parsets_give_is_known(reference: Path) -> None:
    kinds = re.compile(rf"^\s*(\S+?)\.control\.type\s*=\s*({'|'.join(PLUGINS)})\b", re.MULTILINE)
    seen = set()
    for path in sorted((reference / "archive").rglob("*.parset")):
        if not kinds.search(path.read_text(errors="replace")):
            continue
        parset = read_parset(path)
        for step, plugin in ((key.removesuffix(".control.type"), parset.text(key)) for key in parset):
            if plugin not in PLUGINS or f"{step}.control.type" not in parset:
                continue
            seen.add(plugin)
            known = {"kind", "type", *import_module(f"{ROOM}.{plugin}")._KEYS}
            given = {key for key in parset.subset(f"{step}.control.") if "." not in key}
            assert given - known == set(), f"{path}: {step}"
    assert seen == set(PLUGINS)
