"""Steps with WSClean in a pipeline, run by the command: the real program, and little ones in its place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

STEP = """\
pipeline.steps = [before, image]
before.control.type = touch
before.control.mapfile_in = {map}
before.control.inputkey = in
before.argument.flags = [{folder}/before]
image.control.type = wsclean
image.control.mapfile_in = {map}
image.control.inputkey = msfile
image.argument.flags = [-no-update-model-required,-reorder,{flags},msfile]
image.argument.idg-mode = cpu
image.argument.name = {folder}/img
image.argument.temp-dir = {folder}/scratch
image.argument.data-column = DATA
image.argument.size = 128 128
image.argument.scale = 60asec
image.argument.niter = 200
image.argument.nmiter = 2
image.argument.mgain = 0.8
image.argument.auto-threshold = 5
image.argument.weight = briggs 0.0
"""
BEAM = "-use-idg,-grid-with-beam,-use-differential-lofar-beam"
CONFIG = """\
[DEFAULT]
runtime_directory = {folder}/runtime
working_directory = {folder}/working
task_files = [{folder}/tasks.cfg]
[remote]
method = local
"""
TASKS = """\
[touch]
recipe = executable_args
executable = touch
"""
WITHOUT = "[wsclean]\nwithout_idg = wgridder\n"

# Stands in for a WSClean with all libraries.
FULL = f"""#!{sys.executable}
import sys
import numpy as np
from astropy.io import fits
if "--version" in sys.argv:
    print("WSClean version 3.6 (2025-02-07)\\n\\nEveryBeam is available.\\nIDG is available.")
    sys.exit()
name = sys.argv[sys.argv.index("-name") + 1]
with open(name + ".seen", "w") as seen:
    print(*sys.argv[1:], sep="\\n", file=seen)
image = fits.PrimaryHDU(np.ones((1, 1, 4, 4), np.float32))
image.header["BMAJ"] = 0.01
image.writeto(name + "-image.fits", overwrite=True)
"""

Made = Callable[..., Any]


@pytest.fixture
def imaging(project: Callable[[Mapping[str, str]], Any], measured: str) -> Made:
    """Return a maker of projects: flags, lines of the configuration, other files."""

    def make(flags: str = BEAM, setting: str = "", files: Mapping[str, str] = {}) -> Any:
        made = project({})
        folder = made.path
        entry = f"{{'host': 'localhost', 'file': '{measured}', 'skip': False}}"
        values = {"folder": folder, "map": folder / "in.mapfile", "flags": flags}
        made.write("in.mapfile", f"[{entry}]\n")
        made.write("p.parset", STEP.format(**values))
        made.write("pipeline.cfg", CONFIG.format(**values) + setting)
        made.write("tasks.cfg", TASKS)
        (folder / "scratch").mkdir(exist_ok=True)
        for name, text in files.items():
            made.write(name, text)
        return made

    return make


def header(path: Path) -> Any:
    from astropy.io import fits

    return fits.getheader(path)


def without_idg(wsclean: str) -> None:
    from genericpipe_plugins.wsclean.capabilities import ask

    if ask(wsclean).idg:
        pytest.skip("this WSClean has IDG")


def test_without_idg_nothing_runs_and_the_user_is_told(wsclean: str, imaging: Made) -> None:
    without_idg(wsclean)
    made = imaging()
    done = made.run("run", "-c", "pipeline.cfg", "p.parset").expect(3)
    assert "p.parset:9: error: step 'image': -use-idg: WSClean" in done.stderr
    assert "has no IDG, and nothing says what to do without [no-idg]" in done.stderr
    assert "hint: [wsclean] without_idg = wgridder in pipeline.cfg" in done.stderr
    assert not made.file("before").exists()


def test_where_a_task_names_one_that_is_not_there_the_one_on_path_runs(wsclean: str, imaging: Made) -> None:
    without_idg(wsclean)
    task = "[wsclean]\nrecipe = executable_args\nargs_format = wsclean\nexecutable = /nowhere/bin/wsclean\n"
    made = imaging("-quiet", files={"tasks.cfg": TASKS + task})
    planned = made.run("plan", "-c", "pipeline.cfg", "p.parset").expect()
    assert f"/nowhere/bin/wsclean is not there; {wsclean} of genericpipe_plugins.wsclean" in planned.stdout
    # It is the one that is asked what it can.
    made = imaging(files={"tasks.cfg": TASKS + task})
    done = made.run("run", "-c", "pipeline.cfg", "p.parset").expect(3)
    assert "-use-idg: WSClean" in done.stderr
    assert f"({wsclean}) has no IDG" in done.stderr


def test_a_site_may_have_wgridder_instead(wsclean: str, imaging: Made, everybeam: Any) -> None:
    without_idg(wsclean)
    made = imaging(setting=WITHOUT)
    done = made.run("run", "-c", "pipeline.cfg", "p.parset").expect()
    said = done.stdout + done.stderr
    assert "the images are not made by IDG but with -use-wgridder; *-image-pb.fits are made" in said
    (log,) = made.file("runtime/p/logs").glob("pipeline.log")
    assert "not made by IDG" in log.read_text()
    assert made.file("before").exists()
    assert not list(made.file("scratch").iterdir())
    history = " ".join(header(made.file("img-image-pb.fits"))["HISTORY"])
    assert "this is not IDG" in history
    assert "-use-wgridder" in history
    assert "grid-with-beam" not in history


def test_a_plan_shows_the_call_as_it_will_be(wsclean: str, imaging: Made) -> None:
    without_idg(wsclean)
    made = imaging(setting=WITHOUT)
    done = made.run("plan", "-c", "pipeline.cfg", "p.parset").expect()
    (call,) = [line for line in done.stdout.splitlines() if "genericpipe_plugins.wsclean.run" in line]
    own, _, theirs = call.partition(" -- ")
    assert own.endswith("--correct differential --limit 0.005 --interval 300")
    assert theirs.split()[:2] == [wsclean, "-use-wgridder"]
    assert f"-temp-dir {made.file('scratch')}" in theirs
    refused = imaging(setting="").run("plan", "-c", "pipeline.cfg", "p.parset")
    assert "has no IDG" in refused.stdout + refused.stderr


def test_with_idg_the_options_are_passed_as_they_are(imaging: Made) -> None:
    made = imaging(files={"bin/wsclean": FULL})
    made.run("run", "-c", "pipeline.cfg", "p.parset").expect()
    seen = made.file("img.seen").read_text().split("\n")
    place = seen.index("-temp-dir")
    assert Path(seen[place + 1]).parent == made.file("scratch")
    seen[place + 1] = "OWN"
    # Contract 7.5: options before the flags, in reverse order of their names.
    assert seen[:-1][:-1] == (
        "-weight briggs 0.0 -temp-dir OWN -size 128 128 -scale 60asec -nmiter 2 -niter 200 -name"
        f" {made.file('img')} -mgain 0.8 -idg-mode cpu -data-column DATA -auto-threshold 5"
        " -no-update-model-required -reorder -use-idg -grid-with-beam -use-differential-lofar-beam"
    ).split(" ")
    assert not list(made.path.glob("*-pb.fits"))


def test_a_gpu_has_to_be_there_for_hybrid(imaging: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    from genericpipe_plugins.wsclean import preflight

    if preflight._has_gpu():
        pytest.skip("this machine has a GPU")
    made = imaging(files={"bin/wsclean": FULL})
    made.write("p.parset", made.file("p.parset").read_text().replace("idg-mode = cpu", "idg-mode = hybrid"))
    done = made.run("run", "-c", "pipeline.cfg", "p.parset").expect(3)
    assert (
        "p.parset:10: error: step 'image': -idg-mode hybrid: this machine has no GPU [no-gpu]" in done.stderr
    )
    assert not made.file("before").exists()


def test_a_setting_of_another_name_is_refused(imaging: Made, wsclean: str) -> None:
    made = imaging(setting="[wsclean]\nwithout_idg = yes\n")
    done = made.run("run", "-c", "pipeline.cfg", "p.parset").expect(3)
    assert "pipeline.cfg:8: error: [wsclean] without_idg = yes: there is nothing of that name" in done.stderr


def test_a_folder_for_temporary_files_that_is_not_there(imaging: Made, wsclean: str) -> None:
    made = imaging(flags="-fit-beam")
    made.file("scratch").rmdir()
    done = made.run("run", "-c", "pipeline.cfg", "p.parset").expect(3)
    assert f"p.parset:12: error: step 'image': -temp-dir: {made.file('scratch')} is no folder" in done.stderr


def test_sets_without_their_lofar_tables(imaging: Made, wsclean: str, tmp_path: Path, measured: str) -> None:
    import shutil

    made = imaging(setting=WITHOUT)
    bare = tmp_path / "bare.MS"
    shutil.copytree(measured, bare)
    shutil.rmtree(bare / "LOFAR_ANTENNA_FIELD")
    made.write("in.mapfile", f"[{{'host': 'localhost', 'file': '{bare}', 'skip': False}}]\n")
    done = made.run("run", "-c", "pipeline.cfg", "p.parset").expect(3)
    assert "bare.MS has no table LOFAR_ANTENNA_FIELD, which the beam needs [no-beam-tables]" in done.stderr
    assert not made.file("before").exists()


def test_images_that_were_not_made_fail_the_step(imaging: Made) -> None:
    made = imaging(flags="-fit-beam", files={"bin/wsclean": "#!/bin/sh\necho WSClean version 3.6\n"})
    done = made.run("run", "-c", "pipeline.cfg", "p.parset").expect(1)
    assert f"WSClean left no image {made.file('img')}-image.fits" in done.stdout + done.stderr


def test_a_clean_that_diverges_fails_the_step(imaging: Made, wsclean: str) -> None:
    """A gain of more than two makes what is left larger in each major iteration."""
    made = imaging(flags="-fit-beam,-gain,2.5")
    text = (
        made.file("p.parset")
        .read_text()
        .replace("nmiter = 2", "nmiter = 6")
        .replace("mgain = 0.8", "mgain = 1")
    )
    made.write("p.parset", text.replace("auto-threshold = 5", "auto-threshold = 1"))
    done = made.run("run", "-c", "pipeline.cfg", "p.parset").expect(1)
    assert "cleaning has diverged: " in done.stdout + done.stderr
    assert made.file("img-image.fits").exists()


def test_the_version_is_described_for_the_record(wsclean: str) -> None:
    from genericpipe_plugins.wsclean.capabilities import ask

    told = ask(wsclean).described()
    assert told.startswith(ask(wsclean).version)
    assert ("IDG" in told) == ask(wsclean).idg
