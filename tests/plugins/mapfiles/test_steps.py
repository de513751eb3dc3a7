"""The plugins as steps of a pipeline: a plan foretells what a run then makes, and leaves nothing behind."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import Any

import pytest

Projects = Callable[..., Any]

# Two bands; results in a folder that an earlier step makes, and that is gone through later, compressed.
PIPELINE = """\
! results = input.output.job_directory/results
! maps = input.output.mapfile_dir
pipeline.steps = [bands, model, plots, models, results, scratch, grouped, together, names, show]

bands.control.kind = plugin
bands.control.type = createMapfile
bands.control.method = mapfile_from_folder
bands.control.mapfile_dir = {{ maps }}
bands.control.filename = bands.mapfile
bands.control.folder = data
bands.control.pattern = *.MS

model.control.kind = plugin
model.control.type = addListMapfile
model.control.files = [/models/sky]
model.control.hosts = [localhost]
model.control.mapfile_dir = {{ maps }}
model.control.filename = model.mapfile

plots.control.kind = plugin
plots.control.type = makeDirectory
plots.control.directory = {{ results }}/plots

models.control.kind = plugin
models.control.type = expandMapfile
models.control.mapfile_in = model.output.mapfile
models.control.mapfile_to_match = bands.output.mapfile
models.control.mapfile_dir = {{ maps }}
models.control.filename = models.mapfile

results.control.kind = plugin
results.control.type = makeResultsMapfile
results.control.mapfile_in = bands.output.mapfile
results.control.target_dir = {{ results }}
results.control.make_target_dir = True
results.control.new_suffix = .ms
results.control.mapfile_dir = {{ maps }}
results.control.filename = results.mapfile

scratch.control.kind = plugin
scratch.control.type = changeDirectory
scratch.control.mapfile_in = results.output.mapfile
scratch.control.new_dir = {{ results }}/scratch
scratch.control.mapfile_dir = {{ maps }}
scratch.control.filename = scratch.mapfile

grouped.control.kind = plugin
grouped.control.type = compressMapfile
grouped.control.mapfile_in = scratch.output.mapfile
grouped.control.mapfile_dir = {{ maps }}
grouped.control.filename = grouped.mapfile

together.control.kind = plugin
together.control.type = addListMapfile
together.control.files = [grouped.output.mapfile]
together.control.hosts = [localhost]
together.control.mapfile_dir = {{ maps }}
together.control.filename = together.mapfile

names.control.kind = plugin
names.control.type = mapfilenamesFromMapfiles
names.control.mapfile_groupmap = together.output.mapfile

show.control.type = executable_args
show.control.executable = /bin/echo
show.control.mapfile_in = names.output.groupmap
show.control.inputkey = files
show.control.arguments = [files]
"""


def test_a_plan_foretells_what_a_run_makes(project: Projects) -> None:
    made = project({"p.parset": PIPELINE, "data/a.MS": "", "data/b.MS": ""})
    scratch = made.path / "p" / "results" / "scratch"
    files = f"[{scratch}/a.ms,{scratch}/b.ms]"
    planned = made.run("plan", "p.parset").expect()
    assert f"$ /bin/echo {files}" in planned.stdout.replace("'", "")
    assert not (made.path / "p").exists()

    made.run("run", "p.parset").expect()
    assert (made.path / "p" / "results" / "plots").is_dir()
    assert not scratch.exists()
    maps = {path.name: path.read_text() for path in (made.path / "p" / "mapfiles").glob("*.mapfile")}
    assert [one["file"] for one in ast.literal_eval(maps["grouped.mapfile"])] == [files]
    assert [one["file"] for one in ast.literal_eval(maps["models.mapfile"])] == ["/models/sky"] * 2
    (log,) = (made.path / "p" / "logs").glob("*/show/0.log")
    assert log.read_text().splitlines()[0].endswith(files)

    made.run("run", "p.parset").expect()  # again, from the statefile: plugins run each time
    again = {path.name: path.read_text() for path in (made.path / "p" / "mapfiles").glob("*.mapfile")}
    assert again == maps


def test_lint_finds_nothing_to_complain_of(project: Projects) -> None:
    made = project({"p.parset": PIPELINE, "data/a.MS": ""})
    said = json.loads(made.run("lint", "--format", "json", "p.parset").expect().stdout)
    assert [one["message"] for one in said if one["severity"] == "error"] == []


@pytest.mark.parametrize("plugin", ["makeDirectory", "makeResultsMapfile"])
def test_an_error_of_a_plugin_is_one_line(project: Projects, plugin: str) -> None:
    text = (
        "pipeline.steps = [one]\none.control.kind = plugin\n"
        f"one.control.type = {plugin}\none.control.directory = p.parset\none.control.target_dir = p.parset\n"
        "one.control.make_target_dir = True\none.control.mapfile_in = in.mapfile\n"
        "one.control.mapfile_dir = input.output.mapfile_dir\none.control.filename = out.mapfile\n"
    )
    made = project({"p.parset": text, "in.mapfile": "[('localhost', '/d/a')]"})
    key = "directory" if plugin == "makeDirectory" else "target_dir"
    failed = made.run("run", "p.parset").expect(1)
    said = f"plugin {plugin} failed: {plugin}: {key} = 'p.parset' is there and no folder"
    assert said in failed.stdout + failed.stderr
    assert "Traceback" not in failed.stdout + failed.stderr


def test_a_plugin_that_only_looks_leaves_the_map_known(project: Projects) -> None:
    """A plan that cannot look into the data still knows what is in the map that names them."""
    look = (
        "look.control.kind = plugin\nlook.control.type = getTargetName\n"
        "look.control.mapfile_in = bands.output.mapfile\n"
    )
    text = PIPELINE.replace("[bands, model,", "[bands, look, model,") + look
    made = project({"p.parset": text, "data/a.MS": "", "data/b.MS": ""})
    planned = made.run("plan", "p.parset").expect().stdout
    assert "getTargetName: mapfile_in: " in planned
    assert "/results/scratch/a.ms," in planned.partition("$ /bin/echo")[2]
