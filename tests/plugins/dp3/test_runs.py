"""Steps of archived pipelines, run by the command through the real DP3."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import genericpipe_plugins
import pytest

import genericpipe

Projects = Callable[[Mapping[str, str]], Any]

# As in prefactor's Pre-Facet-Image.parset, whose maps a script makes.
PARSET = """\
pipeline.steps = [create_ms_map, average]
create_ms_map.control.kind = plugin
create_ms_map.control.type = createMapfile
create_ms_map.control.method = mapfile_from_folder
create_ms_map.control.mapfile_dir = input.output.mapfile_dir
create_ms_map.control.filename = create_ms_map.mapfile
create_ms_map.control.folder = {folder}
create_ms_map.control.pattern = *.MS
average.control.type = dppp
average.control.error_tolerance = False
average.control.mapfile_in = create_ms_map.output.mapfile
average.control.inputkey = msfile
average.argument.numthreads = 2
average.argument.msin = msfile
average.argument.msin.datacolumn = DATA
average.argument.msout.writefullresflag = False
average.argument.msout.overwrite = True
average.argument.msout.storagemanager = Dysco
average.argument.msout.storagemanager.databitrate = 0
average.argument.steps = [avg]
average.argument.avg.type = average
average.argument.avg.timeresolution = {seconds}
average.argument.avg.freqresolution = 48.82kHz
"""


@pytest.fixture
def made(project: Projects, real_set: Callable[[str], Path], dp3: Path, tmp_path: Path) -> Callable[..., Any]:
    """Return a maker of projects: a real set of 8 channels and 6 slots of 10 s, and the pipeline above."""

    def make(extra: str = "", seconds: str = "20") -> Any:
        folder = real_set("tNDPPP-generic").parent
        return project({"image.parset": PARSET.format(folder=folder, seconds=seconds) + extra})

    return make


def test_an_archived_step_runs(made: Any) -> None:
    site = made()
    done = site.run("run", "image.parset").expect(0)
    lines = done.stdout.splitlines()
    # Named once, with step, line and version; DP3 itself is not given it and does not complain.
    (gone,) = [line for line in lines if "msout.writefullresflag" in line]
    assert gone.startswith("image.parset:16: warning: step 'average': DP3 6.")
    (other,) = [line for line in lines if "other-program" in line]
    assert "NDPPP is not there" in other
    assert "DP3.py" in other
    assert done.stderr == ""
    log = next(site.path.glob("image/logs/*/average/0.log")).read_text()
    assert "keywords were not used" not in log

    import casacore.tables as tables

    output = site.file("image/tNDPPP-generic.average")
    with tables.table(str(output), ack=False) as table:
        # Two slots of 10 s and two channels of 24.4 kHz become one.
        assert table.nrows() == 3 * 28
        assert table.getcell("DATA", 0).shape == (4, 4)
    version = re.search(r"DP3 (\S+) no longer", gone)
    (begun,) = [
        record
        for record in map(json.loads, site.file("image/journal.jsonl").read_text().splitlines())
        if record["event"] == "run_started"
    ]
    assert version is not None
    assert begun["software"]["DP3"] == version[1]


def test_a_second_run_repeats_nothing(made: Any) -> None:
    site = made()
    site.run("run", "image.parset").expect(0)
    before = site.file("image/tNDPPP-generic.average/table.dat").stat().st_mtime_ns
    again = site.run("run", "image.parset", env={"EVERYBEAM_DATADIR": "/elsewhere"}).expect(0)
    assert "average: done before" in again.stdout
    assert site.file("image/tNDPPP-generic.average/table.dat").stat().st_mtime_ns == before


CONCAT = """\
pipeline.steps = [create_ms_map, average, combine, dpppconcat]
combine.control.kind = plugin
combine.control.type = compressMapfile
combine.control.mapfile_in = average.output.mapfile
combine.control.mapfile_dir = input.output.mapfile_dir
combine.control.filename = combine.mapfile
dpppconcat.control.type = dppp
dpppconcat.control.mapfile_in = combine.output.mapfile
dpppconcat.control.inputkey = msin
dpppconcat.argument.msin.datacolumn = DATA
dpppconcat.argument.msout.writefullresflag = False
dpppconcat.argument.msout.overwrite = True
dpppconcat.argument.msout.storagemanager = "Dysco"
dpppconcat.argument.msout.storagemanager.databitrate = 0
dpppconcat.argument.steps = []
"""


def put_subband(site: Any, number: int) -> None:
    """Put a copy of the real set beside it, so many subbands of 195 kHz higher."""
    import casacore.tables as tables

    folder = site.path.parent / "data"
    copy = shutil.copytree(folder / "tNDPPP-generic.MS", folder / f"sb{number}.MS")
    with tables.table(f"{copy}/SPECTRAL_WINDOW", readonly=False, ack=False) as windows:
        for column in ("CHAN_FREQ", "REF_FREQUENCY"):
            windows.putcol(column, windows.getcol(column) + number * 195312.5)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_averaged_subbands_are_joined_where_dp3_joins_them_rightly(number: int, made: Any) -> None:
    site = made()
    text = (
        site.file("image.parset").read_text().replace("pipeline.steps = [create_ms_map, average]\n", CONCAT)
    )
    site.write("image.parset", text)
    put_subband(site, number)
    done = site.run("run", "image.parset").expect(0 if number else 1)
    said = done.stdout + done.stderr
    assert "average: done in" in said
    gone = [line for line in said.splitlines() if "msout.writefullresflag" in line]
    assert [re.findall(r"step '(\w+)'", line) for line in gone] == [["dpppconcat"], ["average"]]
    assert ("hold the same frequencies" in said) is (number == 0)
    assert ("dp3-subbands-left-out" in said) is (number == 3)
    assert ("dp3-irregular-channels" in said) is (number == 3)
    output = site.file("image/tNDPPP-generic.dpppconcat")
    assert output.exists() is (number > 0)
    if number:
        import casacore.tables as tables

        with tables.table(f"{output}/SPECTRAL_WINDOW", ack=False) as windows:
            assert windows.getcell("CHAN_FREQ", 0).shape == (8,)


def test_what_dysco_cannot_store_is_not_started(made: Any) -> None:
    site = made(seconds="60")
    done = site.run("run", "image.parset").expect(1)
    said = done.stdout + done.stderr
    assert "image.parset:18: error: step 'average': " in said
    assert "single time slot: Dysco cannot store fewer than two" in said
    assert "step average, entry 0 (tNDPPP-generic.MS): not started: " in said
    assert not site.file("image/tNDPPP-generic.average").exists()


def test_a_set_that_is_flagged_all_over_is_a_failure(made: Any) -> None:
    flag = (
        "average.argument.steps = [all,avg]\n"
        "average.argument.all.type = preflagger\n"
        "average.argument.all.baseline = '*&&*'\n"
    )
    site = made(flag)
    text = site.file("image.parset").read_text().replace("average.argument.steps = [avg]\n", "")
    site.write("image.parset", text)
    done = site.run("run", "image.parset").expect(1)
    output = site.file("image/tNDPPP-generic.average")
    assert f"DP3 ended with status 0, but {output} is flagged all over" in done.stdout + done.stderr


def test_keys_that_are_not_used_are_told_with_their_lines(made: Any) -> None:
    site = made("average.argument.avg.freqstepp = 2\n")
    shutil.copytree(site.path.parent / "data/tNDPPP-generic.MS", site.path.parent / "data/second.MS")
    done = site.run("run", "image.parset").expect(0)
    (line,) = [line for line in done.stdout.splitlines() if "avg.freqstepp" in line]
    assert line.startswith("image.parset:24: warning: step 'average': DP3 did not use the key avg.freqstepp")
    log = site.file("image").glob("logs/*/pipeline.log")
    assert "avg.freqstepp" in next(log).read_text()


@pytest.mark.parametrize("command", ["plan", "lint"])
def test_plan_and_lint_say_what_will_run(command: str, made: Any) -> None:
    site = made()
    said = site.run(command, "image.parset").expect(0).stdout
    assert "DP3.py" in said
    if command == "plan":
        assert "OPENBLAS_NUM_THREADS=1" in said
        (words,) = re.findall(r"^ *\$ (\S+DP3\.py .*)$", said, re.MULTILINE)
        assert "writefullresflag" not in words
    else:
        assert "image.parset:16: warning" in said


def test_a_mock_run_takes_the_command_as_it_is(made: Any) -> None:
    site = made(seconds="60")
    site.run("run", "--mock", "image.parset").expect(0)
    (line,) = [
        line for line in site.file("image/commands.jsonl").read_text().splitlines() if "writefull" in line
    ]
    noted = json.loads(line)
    words = noted.get("argv") or noted["command"]
    assert "msout.writefullresflag=False" in " ".join(words)
    assert os.path.basename(words[0]) == "NDPPP"
    assert "OPENBLAS_NUM_THREADS" not in line


def test_where_there_is_no_dp3_one_line_says_what_to_install(made: Any, tmp_path: Path) -> None:
    site = made()
    # A Python beside which no DP3.py is, and which has our packages all the same.
    python = tmp_path / "elsewhere/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys._base_executable)  # type: ignore[attr-defined]
    # An editable installation gives `plugins/` its name by other means than sys.path.
    (tmp_path / "packages").mkdir()
    for package in (genericpipe, genericpipe_plugins):
        (tmp_path / "packages" / package.__name__).symlink_to(Path(str(package.__file__)).parent)
    packages = os.pathsep.join([str(tmp_path / "packages"), *(path for path in sys.path if path)])
    done = subprocess.run(
        [python, "-m", "genericpipe", "run", "image.parset"],
        cwd=site.path,
        env=site.environment({"PATH": str(python.parent), "PYTHONPATH": packages}),
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    (line,) = [line for line in said.splitlines() if line.startswith("image.parset:9: missing: ")]
    assert "there is no program" in line
    assert "hint: pip install 'genericpipe[tools]' brings DP3.py" in said
    (failed,) = [line for line in said.splitlines() if line.startswith("failed after")]
    assert "is not on this machine, nor is DP3 or DP3.py" in failed
