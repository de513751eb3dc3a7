"""The image pipeline of a folder, and what is found before it starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from genericpipe_plugins.imagechecks.checks import check

from genericpipe import Finding
from genericpipe.config import Settings
from genericpipe.pipeline.opening import open_pipeline
from genericpipe.pluginmanager import PluginManager

PARSET = """\
{options}
pipeline.steps = [create_ms_map, combine_mapfile, do_magic, image]
create_ms_map.control.kind             = plugin
create_ms_map.control.type             = addListMapfile
create_ms_map.control.hosts            = [localhost]
create_ms_map.control.files            = {{{{ data_input_filenames }}}}
create_ms_map.control.mapfile_dir      = input.output.mapfile_dir
create_ms_map.control.filename         = create_ms_map.mapfile
combine_mapfile.control.kind           = plugin
combine_mapfile.control.type           = compressMapfile
combine_mapfile.control.mapfile_in     = create_ms_map.output.mapfile
combine_mapfile.control.mapfile_dir    = input.output.mapfile_dir
combine_mapfile.control.filename       = combine_mapfile.mapfile
do_magic.control.type                  = pythonplugin
do_magic.control.executable            = /nowhere/InitSubtract_deep_sort_and_compute.py
do_magic.argument.flags                = [combine_mapfile.output.mapfile]
do_magic.argument.outmapname           = do_magic.datamap
do_magic.argument.mapfile_dir          = input.output.mapfile_dir
do_magic.argument.cellsize_highres_deg = {{{{ cellsize_highres_deg }}}}
do_magic.argument.fieldsize_highres    = {{{{ fieldsize_highres }}}}
do_magic.argument.image_padding        = {{{{ image_padding }}}}
do_magic.argument.y_axis_stretch       = {{{{ axis_stretch }}}}
image.control.type                     = executable_args
image.control.executable               = wsclean
image.control.mapfile_in               = combine_mapfile.output.mapfile
image.control.inputkey                 = msfile
image.argument.flags                   = [-use-idg,-grid-with-beam,msfile]
"""

# Small enough for any machine: some hundred pixels.
OPTIONS = {
    "image_output_filenames": "[{out}/image.fits]",
    "cellsize_highres_deg": "0.02",
    "fieldsize_highres": "1.5",
    "maxlambda_highres": "7000",
    "image_padding": "1.4",
    "axis_stretch": "1.0",
    "idg_mode": "cpu",
    "local_scratch_dir": "{out}",
    "images_metadata_file": "{out}/images.metadata",
    "parset_prefix": "none",
    "image_rootname": "{out}/fullband",
    "error_tolerance": "False",
}


def parset_text(sets: list[Path] | str, out: Path, **options: str) -> str:
    """Return an image pipeline on these sets."""
    given = sets if isinstance(sets, str) else f"[{','.join(map(str, sets))}]"
    merged = {"data_input_filenames": given, **OPTIONS, **options}
    lines = "\n".join(f"! {name} = {text.format(out=out)}" for name, text in merged.items())
    return PARSET.format(options=lines)


@pytest.fixture
def image_parset() -> Callable[..., str]:
    """Return the maker of the pipeline's text: sets, folder of results, options."""
    return parset_text


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., list[Finding]]:
    """Return a caller of all checks: sets and options -> findings."""
    out = tmp_path / "out"
    out.mkdir()

    def call(sets: list[Path] | str, **options: str) -> list[Finding]:
        parset = tmp_path / "image.parset"
        parset.write_text(parset_text(sets, out, **options))
        settings = Settings("job", runtime_directory=str(tmp_path), working_directory=str(tmp_path))
        pipeline = open_pipeline(parset, settings, PluginManager(environment={}, entry_points=False))
        return list(check(pipeline))

    return call


@pytest.fixture
def told(found: Callable[..., list[Finding]]) -> Callable[..., dict[str, str]]:
    """Return the same, giving for each finding ``<severity> <code>`` and its message."""

    def call(sets: list[Path] | str, **options: str) -> dict[str, str]:
        return {f"{one.severity.value} {one.code}": one.message for one in found(sets, **options)}

    return call
