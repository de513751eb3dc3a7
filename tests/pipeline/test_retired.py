"""Recipes and node scripts of LOFAR's own that are not supported are known by name (contract 3 and 8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genericpipe.config import Settings
from genericpipe.pipeline.opening import open_config
from genericpipe.pipeline.retired import NODESCRIPTS, RECIPES
from genericpipe.pluginmanager import PluginManager

# Contract 3, second table: the task, and its recipe where that has another name.
OBSERVATORY = {
    name: name
    for name in (
        "vdsreader vdsmaker setupparmdb setupsourcedb new_bbs bbs_reducer gainoutliercorrection"
        " get_metadata copier imager_prepare long_baseline imager_awimager selfcal_awimager"
        " imager_create_dbs imager_bbs selfcal_bbs imager_source_finding imager_finalize selfcal_finalize"
    ).split()
} | {"ndppp": "dppp"}


def one_step(task: str) -> str:
    """Return a parset with one step of a task."""
    return f"pipeline.steps = [x]\nx.control.type = {task}\n"


@pytest.mark.parametrize("task", sorted(OBSERVATORY))
def test_a_task_of_the_observatory_is_told_by_name_with_what_there_is_instead(
    project: Callable[..., Any], task: str
) -> None:
    made = project({"a.parset": one_step(task)})
    said = made.run("lint", "a.parset").expect(3)
    assert (
        f"a.parset:2: error: step 'x': task {task!r} runs the recipe {OBSERVATORY[task]!r}, "
        "one of the observatory's own, which is not supported [unsupported-recipe]"
    ) in said.stdout
    assert f"hint: {RECIPES[OBSERVATORY[task]]}" in " ".join(said.stdout.split())


def test_a_run_says_the_same_and_does_not_start(project: Callable[..., Any]) -> None:
    made = project({"a.parset": one_step("bbs_reducer")})
    said = made.run("run", "a.parset").expect(3).stderr
    assert "a.parset:2" in said
    assert "task 'bbs_reducer' runs the recipe 'bbs_reducer', one of the observatory's own" in said
    assert "gaincal and applycal" in said
    assert not made.file("a").exists()


def test_a_recipe_that_nobody_knows_is_not_called_the_observatorys(project: Callable[..., Any]) -> None:
    made = project({"a.parset": one_step("odd"), "tasks.cfg": "[odd]\nrecipe = stage_in\n"})
    said = made.run("lint", "-t", "tasks.cfg", "a.parset").expect(3).stdout
    assert "task 'odd' runs the recipe 'stage_in', which is not supported" in said


@pytest.mark.parametrize(
    ("task", "script", "instead"),
    [
        ("python-calibrate-stand-alone", "calibrate-stand-alone", "gaincal and applycal"),
        ("casapy-imager", "executable_casa", "task wsclean"),
    ],
)
def test_a_node_script_of_lofars_own_is_missing_and_told_by_name(
    project: Callable[..., Any], task: str, script: str, instead: str
) -> None:
    found = project({"a.parset": one_step(task)}).run("lint", "--format", "json", "a.parset").json()
    (told,) = (one for one in found if one["code"] == "no-such-nodescript")
    assert (told["severity"], told["line"]) == ("missing", 2)
    assert repr(script) in told["message"]
    assert instead in told["hint"]


@pytest.mark.parametrize("hint", sorted({*RECIPES.values(), *NODESCRIPTS.values()}))
def test_what_there_is_instead_is_there(tmp_path: Path, hint: str) -> None:
    manager = PluginManager(environment={}, entry_points=False)
    tasks = open_config(Settings("job", runtime_directory=str(tmp_path)), manager).tasks
    for name in re.findall(r"\btasks? ([\w-]+)", hint):
        assert tasks[name].recipe in manager.named("recipes"), name
    for name in re.findall(r"\bkind (\w+)", hint):
        assert name in manager.named("step_kinds")
