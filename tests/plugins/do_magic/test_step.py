"""do_magic as a step of a pipeline, called by the name of prefactor's script, which is not there."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.do_magic.located import genericpipe_locate_program

PARSET = """\
! scripts = /nowhere/scripts
pipeline.steps = [create_ms_map, combine_mapfile, do_magic, names]
create_ms_map.control.kind             = plugin
create_ms_map.control.type             = addListMapfile
create_ms_map.control.hosts            = [localhost]
create_ms_map.control.files            = FILES
create_ms_map.control.mapfile_dir      = input.output.mapfile_dir
create_ms_map.control.filename         = create_ms_map.mapfile
combine_mapfile.control.kind           = plugin
combine_mapfile.control.type           = compressMapfile
combine_mapfile.control.mapfile_in     = create_ms_map.output.mapfile
combine_mapfile.control.mapfile_dir    = input.output.mapfile_dir
combine_mapfile.control.filename       = combine_mapfile.mapfile
do_magic.control.type                  = pythonplugin
do_magic.control.executable            = {{ scripts }}/InitSubtract_deep_sort_and_compute.py
do_magic.argument.flags                = [combine_mapfile.output.mapfile]
do_magic.argument.outmapname           = do_magic.datamap
do_magic.argument.mapfile_dir          = input.output.mapfile_dir
do_magic.argument.fieldsize_highres    = 1.5
do_magic.argument.image_padding        = 1.4
do_magic.argument.y_axis_stretch       = 1.0
names.control.kind                     = plugin
names.control.type                     = mapfilenamesFromMapfiles
names.control.mapfile_groupmap         = do_magic.output.groupmap.mapfile
names.control.mapfile_deep_high_size   = do_magic.output.deep_high_size_mapfile.mapfile
"""


def test_an_archived_step_runs_ours(project: Callable[..., Any], lofar_set: Callable[..., Path]) -> None:
    paths = [str(lofar_set(f"{name}.MS", frequency)) for name, frequency in (("a", 121e6), ("b", 120e6))]
    made = project({"image.parset": PARSET.replace("FILES", f"[{','.join(paths)}]")})
    outcome = made.run("run", "image.parset").expect(0)
    said = outcome.stdout + outcome.stderr
    assert "InitSubtract_deep_sort_and_compute.py is not there; " in said, said
    folder = made.file("image/mapfiles")
    groups = ast.literal_eval((folder / "do_magic.datamap").read_text())
    assert [entry["file"] for entry in groups] == [[paths[1]], [paths[0]]]
    pointer = ast.literal_eval((folder / "do_magic.groupmap.mapfile").read_text())
    assert [entry["file"] for entry in pointer] == [str(folder / "do_magic.datamap")]


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("/opt/prefactor/scripts/InitSubtract_deep_sort_and_compute.py", True),
        ("do_magic.py", True),
        # Makes images of single bands: other maps, other lengths.
        ("/opt/prefactor/scripts/InitSubtract_sort_and_compute.py", False),
        ("DP3", False),
    ],
)
def test_only_the_scripts_that_it_stands_for(name: str, is_ours: bool) -> None:
    found = genericpipe_locate_program(name, step=None)  # type: ignore[arg-type]
    assert (found is not None) == is_ours
    if found is not None:
        assert "def main(" in found.read_text()
