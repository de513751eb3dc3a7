"""Tasks of archived repositories that need no tasks.cfg (contract 3)."""

from __future__ import annotations

import configparser
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from genericpipe_plugins import tasks

from genericpipe import Task

# The keys and texts of the production branch's own file, but for the folders of programs.
PRODUCTION = {
    "aoflagger": {"executable": "aoflagger", "inplace": "True", "max_per_node": "1", "nthreads": "12"},
    "dp3": {
        "executable": "DP3",
        "args_format": "lofar",
        "outputkey": "msout",
        "outputsuffixes": "[]",
        "parsetasfile": "False",
        "nthreads": "12",
    },
    "h5parm_collector": {"executable": "H5parm_collector.py", "max_per_node": "1", "nthreads": "12"},
    "h5parm_split": {"executable": "H5parm_split.py", "max_per_node": "1", "nthreads": "12"},
    "losoto": {"executable": "losoto", "inplace": "True", "max_per_node": "4", "nthreads": "12"},
    "makesourcedb": {
        "executable": "makesourcedb",
        "args_format": "lofar",
        "inputkey": "in",
        "outputkey": "out",
    },
    "wsclean": {
        "executable": "wsclean",
        "args_format": "wsclean",
        "outputsuffixes": "[-MFS-image.fits, -MFS-model.fits, -MFS-residual.fits, -sources.txt]",
        "parsetasfile": "False",
        "max_per_node": "1",
        "nthreads": "16",
    },
}

ONE = """\
pipeline.steps = [image]
image.control.type = wsclean
image.control.mapfile_in = in.mapfile
image.control.inputkey = ms
image.argument.flags = [-predict,ms]
image.argument.size = 100 100
"""
MAP = "[{'host': 'localhost', 'file': '/data/a.MS', 'skip': False}]\n"
WSCLEAN = '#!/bin/sh\necho wsclean "$@"\n'
CONFIG = "[layout]\njob_directory = job\n[remote]\nmethod = local\n"


def own_tasks(file: Path) -> dict[str, dict[str, str]]:
    """Return the tasks of a file, read by the standard parser alone."""
    parser = configparser.RawConfigParser(strict=False)
    parser.read(file)
    return {name: dict(parser[name]) for name in parser.sections()}


def test_the_tasks_are_those_of_the_production_branch() -> None:
    offered = tasks.genericpipe_task_definitions()
    assert offered == {name: {"recipe": "executable_args", **keys} for name, keys in PRODUCTION.items()}


def test_they_say_what_the_archived_file_says(reference: Path) -> None:
    archived = own_tasks(reference / "archive/lmorabit+prefactor/production/tasks.cfg")
    offered = tasks.genericpipe_task_definitions()
    assert set(offered) == set(archived)
    for name, keys in archived.items():
        program = PurePosixPath(keys.pop("executable").replace("DPPP", "DP3")).name
        suffixes = keys.pop("outputsuffixes", "").replace(",", ", ")
        expected = {**keys, "executable": program}
        assert offered[name] == ({**expected, "outputsuffixes": suffixes} if suffixes else expected)


def test_its_parset_finds_its_tasks_without_a_task_file(reference: Path, project: Callable[..., Any]) -> None:
    parset = reference / "archive/lmorabit+prefactor/production/Pre-Facet-Image.parset"
    found = project().run("lint", "--format", "json", parset).json()
    assert [one for one in found if one["code"] == "unknown-task"] == []


def test_a_program_that_is_not_there_is_told_at_the_step(project: Callable[..., Any]) -> None:
    made = project({"a.parset": ONE, "in.mapfile": MAP})
    found = made.run("lint", "--format", "json", "a.parset", env={"PATH": "/nowhere"}).json()
    (missing,) = (one for one in found if one["code"] == "no-such-program")
    assert (missing["file"], missing["line"]) == ("a.parset", 2)
    assert "'wsclean'" in missing["message"]


def test_a_step_runs_the_program_that_is_on_path(project: Callable[..., Any]) -> None:
    made = project({"a.parset": ONE, "in.mapfile": MAP, "bin/wsclean": WSCLEAN, "pipeline.cfg": CONFIG})
    made.run("run", "-c", "pipeline.cfg", "a.parset").expect(0)
    (log,) = made.path.glob("job/logs/*/image/0.log")
    assert log.read_text().split() == ["wsclean", "-size", "100", "100", "-predict", "/data/a.MS"]


@pytest.fixture
def configured(tmp_path: Path) -> Callable[[str], Mapping[str, Task]]:
    """Return what reads the tasks with the text of a tasks.cfg of a site's."""
    from genericpipe.config import Settings
    from genericpipe.pipeline.opening import open_config
    from genericpipe.pluginmanager import PluginManager

    def read(text: str) -> Mapping[str, Task]:
        (tmp_path / "tasks.cfg").write_text(text)
        (tmp_path / "pipeline.cfg").write_text(f"[DEFAULT]\ntask_files = [{tmp_path}/tasks.cfg]\n")
        settings = Settings("job", config=tmp_path / "pipeline.cfg")
        return open_config(settings, PluginManager(environment={}, entry_points=False)).tasks

    return read


def test_a_task_file_wins_over_them(configured: Callable[[str], Mapping[str, Task]]) -> None:
    found = configured("[losoto]\nnthreads = 3\n[dp3]\nrecipe = executable_args\nexecutable = /opt/DP3\n")
    assert found["losoto"].settings == {**PRODUCTION["losoto"], "nthreads": "3"}
    # One that names its recipe is complete, as it was where nothing lay below it.
    assert found["dp3"].settings == {"executable": "/opt/DP3"}


def test_they_leave_the_standard_tasks_alone(configured: Callable[[str], Mapping[str, Task]]) -> None:
    found = configured("")
    assert found["dppp"].source == "built-in"
    assert {name for name, task in found.items() if task.source == "genericpipe_plugins.tasks"} == set(
        PRODUCTION
    )
