"""The job folder of a mock run: no real run's, and begun afresh by each mock run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.mock.conftest import Stage

Lines = Mapping[str, Callable[..., str]]


@pytest.fixture
def pipeline(stage: Stage, lines_of: Lines) -> str:
    """Return a pipeline whose program is there, so that it can really be run."""
    stage.project.write("data/a.MS", "a")
    stage.project.write("bin/copy", '#!/bin/sh\ncp "$1" "$2"\n')
    return (
        "pipeline.steps = [find, work, after]\n"
        + lines_of["listing"]("find", "@/data", "*.MS")
        + lines_of["program"](
            "work",
            "[in,out]",
            "control.mapfile_in = find.output.mapfile",
            "control.inputkey = in",
            "control.outputkey = out",
            executable="@/bin/copy",
        )
        + lines_of["program"]("after", "[work.output.mapfile]", executable="/bin/true")
    )


def test_a_real_run_refuses_the_folder_of_a_mock_run(stage: Stage, pipeline: str) -> None:
    stage.mock(pipeline)
    before = stage.snapshot()
    done = stage.project.run("run", stage.parset).expect(5)
    assert "this job folder holds a mock run" in done.stderr
    assert "hint:" in done.stderr
    assert stage.snapshot() == before
    stage.project.run("run", "-j", "real", stage.parset).expect(0)
    assert stage.project.file("real/a.work").read_text() == "a"


def test_a_mock_run_refuses_the_folder_of_a_real_run(stage: Stage, pipeline: str) -> None:
    stage.project.write(stage.parset, stage.here(pipeline))
    stage.project.run("run", stage.parset).expect(0)
    before = stage.snapshot()
    done = stage.mock(pipeline, status=5)
    assert "this job folder holds a real run" in done.stderr
    assert stage.snapshot() == before


def test_a_second_mock_run_begins_afresh(stage: Stage, pipeline: str) -> None:
    failing = '[[failures]]\nstep = "work"\n'
    stage.mock(pipeline, file=failing, status=1)
    assert stage.lines("after") == []
    stage.mock(pipeline)
    first = stage.lines()
    assert [line["step"] for line in first] == ["find", "work", "after"]
    stage.mock(pipeline)
    assert stage.lines() == first
    # What a step no longer leaves is gone.
    stage.mock(pipeline.replace("find, work, after", "find"))
    assert not (stage.folder / "a.work").exists()
    assert sorted(path.name for path in (stage.folder / "mapfiles").iterdir()) == ["find.mapfile"]


def test_what_somebody_else_put_there_stays(stage: Stage, pipeline: str) -> None:
    stage.mock(pipeline)
    (stage.folder / "notes").write_text("mine")
    (stage.folder / "a.work").unlink()
    stage.mock(pipeline)
    assert (stage.folder / "notes").read_text() == "mine"


def test_a_product_that_was_there_before_is_not_touched(stage: Stage, pipeline: str) -> None:
    """It was not made by the mock run, though it lies where one goes."""
    stage.folder.mkdir()
    (stage.folder / "a.work").write_text("precious")
    stage.mock(pipeline)
    stage.mock(pipeline)
    assert (stage.folder / "a.work").read_text() == "precious"


def test_a_spoilt_record_does_no_harm(stage: Stage, pipeline: str) -> None:
    stage.mock(pipeline)
    record = stage.folder / "commands.jsonl"
    for spoilt in (
        record.read_text()[:-20],
        "[1]\n",
        "3\n",
        '{"made": 3}\n',
        '{"made": [3]}\n',
        "null\n",
        "\0",
    ):
        record.write_text(spoilt)
        stage.mock(pipeline)
        assert [line["step"] for line in stage.lines()] == ["find", "work", "after"]


def test_a_record_cannot_have_other_files_removed(stage: Stage, pipeline: str) -> None:
    """Whatever stands in it: what is removed lies in the job's own folders."""
    kept = stage.project.write("keep/this", "kept")
    stage.mock(pipeline)
    (stage.folder / "commands.jsonl").write_text(f'{{"made": ["{kept}", "{stage.folder}/../keep"]}}\n')
    stage.mock(pipeline)
    assert kept.read_text() == "kept"


def test_status_and_logs_speak_of_a_mock_run(stage: Stage, pipeline: str) -> None:
    stage.mock(pipeline, file='[[failures]]\nstep = "work"\nreason = "too hot"\n', status=1)
    told = stage.project.run("status", "p").expect(0)
    assert "too hot" in told.stdout
    assert "Traceback" not in told.stderr
    told = stage.project.run("logs", "p", "--failed")
    assert "Traceback" not in told.stderr
    assert told.status in (0, 1)
    stage.mock(pipeline)
    told = stage.project.run("status", "p").expect(0)
    assert "after" in told.stdout


def test_reset_and_clean_do_nothing_odd(stage: Stage, pipeline: str) -> None:
    stage.mock(pipeline)
    for words in (("reset", "p", "work"), ("clean", "p"), ("clean", "--yes", "p")):
        done = stage.project.run(*words)
        assert "Traceback" not in done.stderr, words
        assert done.status in (0, 2, 5), (words, done)
    stage.mock(pipeline)
    assert [line["step"] for line in stage.lines()] == ["find", "work", "after"]


def test_a_selection_of_steps(stage: Stage, pipeline: str) -> None:
    stage.mock(pipeline, "--until", "work")
    assert [line["step"] for line in stage.lines()] == ["find", "work"]


def test_ctrl_c_ends_a_mock_run(stage: Stage, pipeline: str) -> None:
    stage.project.write(
        "site/PipelineStep_long.py",
        "import time\ndef plugin_main(args, **kwargs):\n"
        "    open(kwargs['note'], 'w').close()\n    time.sleep(60)\n",
    )
    text = pipeline.replace("[find, work", "[find, long, work") + (
        "pipeline.pluginpath = @/site\nlong.control.kind = plugin\nlong.control.type = long\n"
        "long.control.note = input.output.job_directory/note\n"
    )
    stage.project.write(stage.parset, stage.here(text))
    process = subprocess.Popen(
        [sys.executable, "-m", "genericpipe", "run", "--mock", stage.parset],
        cwd=stage.project.path,
        env=stage.project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 60
        while not (stage.folder / "note").exists() and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 6, said
    assert "Traceback" not in said
    assert stage.lines("work") == []
    stage.mock(pipeline)
    assert [line["step"] for line in stage.lines()] == ["find", "work", "after"]


@pytest.mark.parametrize("words", [("--from", "work"), ("--only", "work"), ("--force", "work")])
def test_what_wants_an_earlier_run_is_wrong_usage(
    stage: Stage, pipeline: str, words: tuple[str, str]
) -> None:
    stage.mock(pipeline)
    before = stage.lines()
    done = stage.project.run("run", "--mock", *words, stage.parset).expect(2)
    assert "a mock run begins afresh" in done.stderr
    assert stage.lines() == before
