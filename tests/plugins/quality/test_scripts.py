"""The scripts as steps of pipelines call them: text only, by the names of prefactor's."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from genericpipe_plugins.quality import make_source_list, plot_image, plot_uvcov
from genericpipe_plugins.quality.keywords import QualityError
from genericpipe_plugins.quality.located import SCRIPTS, genericpipe_locate_program

from genericpipe import read_parset

Maker = Callable[..., Path]

SCRIPT_OF = {
    f"{module.__name__.split('.')[-1]}.py": module for module in (make_source_list, plot_image, plot_uvcov)
}
ARCHIVED = [
    "lofar-astron+prefactor/V3.0/Pre-Facet-Image.parset",
    "lmorabit+prefactor/production/Pre-Facet-Image.parset",
]

PARSET = """\
! scripts = /nowhere/scripts
pipeline.steps = [sets, all_sets, plot_uvcov, images, plot_im_high_i]
sets.control.kind                  = plugin
sets.control.type                  = addListMapfile
sets.control.hosts                 = [localhost]
sets.control.files                 = SETS
sets.control.mapfile_dir           = input.output.mapfile_dir
sets.control.filename              = sets.mapfile
all_sets.control.kind              = plugin
all_sets.control.type              = compressMapfile
all_sets.control.mapfile_in        = sets.output.mapfile
all_sets.control.mapfile_dir       = input.output.mapfile_dir
all_sets.control.filename          = all_sets.mapfile
plot_uvcov.control.type            = pythonplugin
plot_uvcov.control.executable      = {{ scripts }}/plot_uvcov.py
plot_uvcov.control.mapfile_in      = all_sets.output.mapfile
plot_uvcov.control.inputkey        = msin
plot_uvcov.argument.flags          = [msin,input.output.job_directory/results/inspection/uv_coverage.png]
images.control.kind                = plugin
images.control.type                = addListMapfile
images.control.hosts               = [localhost]
images.control.files               = [IMAGE]
images.control.mapfile_dir         = input.output.mapfile_dir
images.control.filename            = images.mapfile
plot_im_high_i.control.type        = pythonplugin
plot_im_high_i.control.executable  = plot_image.py
plot_im_high_i.control.mapfile_in  = images.output.mapfile
plot_im_high_i.control.inputkey    = imhigh
plot_im_high_i.control.outputkey   = imname
plot_im_high_i.argument.flags      = [imhigh,imname,input.output.job_directory/results/inspection]
"""


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("/opt/prefactor/scripts/plot_uvcov.py", "plot_uvcov.py"),
        ("plot_image.py", "plot_image.py"),
        ("scripts/make_source_list.py", "make_source_list.py"),
        ("plot_images.py", None),
        ("DP3", None),
    ],
)
def test_only_the_scripts_that_it_stands_for(name: str, ours: str | None) -> None:
    found = genericpipe_locate_program(name, step=None)  # type: ignore[arg-type]
    assert (found.name if found else None) == ours
    if found is not None:
        assert "def main(" in found.read_text()


def test_every_script_is_there() -> None:
    assert set(SCRIPT_OF) == SCRIPTS


@pytest.mark.parametrize("archived", ARCHIVED)
def test_archived_parsets_call_them_with_what_they_take(reference: Path, archived: str) -> None:
    parset = read_parset(reference / "archive" / archived)
    called = set()
    for key in parset:
        step, _, rest = key.partition(".control.")
        script = parset.text(key).rpartition("/")[2] if rest == "executable" else ""
        if script not in SCRIPT_OF:
            continue
        called.add(script)
        keywords = {name: "" for name in parset.subset(f"{step}.argument.") if name != "flags"}
        words = parset.text(f"{step}.argument.flags").strip("[]").split(",")
        inspect.signature(SCRIPT_OF[script].main).bind(*words, **keywords)
    assert called == SCRIPTS


def test_archived_steps_run_ours(project: Callable[..., Any], lofar_set: Maker, sky_image: Maker) -> None:
    sets = [str(lofar_set(name, slots=8)) for name in ("a.MS", "b.MS")]
    image = sky_image(sources=[(212.835495, 52.20277, 1.0)])
    text = PARSET.replace("SETS", f"[{','.join(sets)}]").replace("IMAGE", str(image))
    made = project({"look.parset": text})
    outcome = made.run("run", "look.parset").expect(0)
    said = outcome.stdout + outcome.stderr
    assert "/nowhere/scripts/plot_uvcov.py is not there; " in said, said
    assert "plot_image.py is not there" not in said  # a bare name is for whoever knows it
    inspection = made.file("look/results/inspection")
    names = sorted(path.name for path in inspection.iterdir())
    assert names == ["fullband-MFS-I-image-pb.plot_im_high_i.png", "uv_coverage.png"]
    assert all((inspection / name).stat().st_size > 10_000 for name in names)
    assert made.file("look/mapfiles/plot_im_high_i.rms.mapfile").is_file()


def test_a_picture_by_text(sky_image: Maker, tmp_path: Path) -> None:
    fits = pytest.importorskip("astropy.io.fits")
    path = sky_image(sources=[(212.835495, 52.20277, 1.0)])
    before = path.read_bytes()
    result = plot_image.main(str(path), str(tmp_path / "work" / "fullband.plot"), str(tmp_path / "out"))
    assert result["picture"] == str(tmp_path / "out" / "fullband.plot.png")
    assert not (tmp_path / "work").exists()
    assert float(result["rms"]) == pytest.approx(1e-3, rel=0.02)
    assert float(result["dynamic_range"]) == float(result["peak"]) / float(result["rms"])
    assert path.read_bytes() == before
    plot_image.main(str(path), str(tmp_path / "b"), "None", "-5", "50", "gray", "a title", "True")
    assert (tmp_path / "b.png").is_file()
    assert fits.getval(path, "MEANRMS") == pytest.approx(1e-3, rel=0.02)


def test_the_coverage_of_a_list_in_text(lofar_set: Maker, tmp_path: Path) -> None:
    one, other = lofar_set("a.MS"), lofar_set("b.MS")
    path = tmp_path / "uv"
    result = plot_uvcov.main(f"[{one}, {other}]", str(path), units="km", points="500")
    assert result == {"picture": f"{path}.png", "flagged_fraction": "0.000000"}


@pytest.mark.parametrize(
    ("module", "words", "keywords", "message"),
    [
        (
            plot_image,
            ("a.fits", "b"),
            {"colours": "rainbows"},
            "plot_image: colours = 'rainbows' is no colour",
        ),
        (plot_image, ("a.fits", "b"), {"darkest": "5", "brightest": "2"}, "brightest = '2' is not above 5"),
        (plot_image, ("a.fits", ""), {}, "outfilename is empty"),
        (plot_image, ("a.fits", "b"), {"store_meanrms": "2"}, "store_meanrms = '2' is no truth value"),
        (plot_image, ("a.fits", "b"), {}, "there is no image a.fits"),
        (plot_uvcov, ("[]", "b"), {}, "plot_uvcov: the first argument names no measurement set"),
        (plot_uvcov, ("a.MS", "b"), {"units": "m"}, "units = 'm' is unknown"),
        (plot_uvcov, ("a.MS", "b"), {"points": "0"}, "points = '0' is not above 0"),
        (plot_uvcov, ("a.MS", "b"), {}, "there is no measurement set a.MS"),
    ],
)
def test_what_is_refused(
    module: ModuleType, words: tuple[str, ...], keywords: dict[str, str], message: str
) -> None:
    with pytest.raises(QualityError, match=message):
        module.main(*words, **keywords)
