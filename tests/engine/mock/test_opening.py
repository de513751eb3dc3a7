"""What a pipeline lacks is made up, and told: each is a reason for a real run not to start, or to fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.mock.conftest import Stage

Lines = Mapping[str, Callable[..., str]]


def last(lines_of: Lines) -> str:
    """Return the last step of each pipeline, which has to have its turn."""
    return lines_of["program"]("last", "[find.output.mapfile]", executable="/last") + lines_of["listing"](
        "find", "/no/such/data", "*.MS"
    )


def expect_made_up(stage: Stage, text: str, lines_of: Lines, *words: str) -> None:
    """Fail unless a pipeline comes to its end, warns, and a real run does not."""
    done = stage.mock(text + last(lines_of))
    told = done.stdout + done.stderr
    assert any("[made-up]" in line and all(word in line for word in words) for line in told.splitlines()), (
        told
    )
    assert len(stage.lines("last")) == 3
    assert "Traceback" not in told
    stage.project.run("run", "-j", "real", stage.parset).expect(3)


def test_a_placeholder_that_nothing_defines(stage: Stage, lines_of: Lines) -> None:
    text = "pipeline.steps = [find, work, last]\n" + lines_of["program"](
        "work", "[find.output.mapfile,{{ word }},{{ out_dir }}]"
    )
    expect_made_up(stage, text, lines_of, "nothing defines {{ word }}: it is 'mock-word'")
    assert [words[2:] for words in stage.argv("work")] == [["mock-word", "@/p/out_dir"]] * 3


def test_a_placeholder_that_is_set(stage: Stage, lines_of: Lines) -> None:
    text = "pipeline.steps = [find, work, last]\n" + lines_of["program"](
        "work", "[find.output.mapfile,{{ word }}]"
    )
    done = stage.mock(text + last(lines_of), "--set", "word=given")
    assert "made-up" not in done.stdout + done.stderr
    assert {words[2] for words in stage.argv("work")} == {"given"}


def test_a_task_that_nobody_knows(stage: Stage, lines_of: Lines) -> None:
    text = (
        "pipeline.steps = [find, work, last]\nwork.control.type = sagecal\n"
        "work.argument.flags = [find.output.mapfile]\nwork.argument.size = 1\n"
    )
    expect_made_up(stage, text, lines_of, "there is no such task: 'sagecal' stands for a program")
    assert stage.argv("work")[0] == ["sagecal", "/no/such/data/L123456_SB000_uv.MS", "--size=1"]


def test_a_task_of_a_recipe_that_is_not_supported(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("tasks.cfg", "[bbs]\nrecipe = bbs_reducer\nexecutable = /opt/bbs\n")
    text = (
        "pipeline.steps = [find, work, last]\nwork.control.type = bbs\n"
        "work.argument.flags = [find.output.mapfile]\n" + last(lines_of)
    )
    done = stage.mock(text, "-t", "tasks.cfg")
    assert "its recipe 'bbs_reducer' is not supported" in done.stdout + done.stderr
    assert {words[0] for words in stage.argv("work")} == {"/opt/bbs"}


@pytest.mark.parametrize("key", ["value", "value.mapfile"])
def test_a_reference_to_a_step_that_is_not_there(stage: Stage, lines_of: Lines, key: str) -> None:
    text = "pipeline.steps = [find, work, last]\n" + lines_of["program"](
        "work", "[find.output.mapfile]", f"argument.what = gone.output.{key}"
    )
    done = stage.mock(text + last(lines_of))
    assert f"gone.output.{key}: nothing gives that" in done.stdout + done.stderr
    # Such a mapfile fits the one beside it.
    own = [f"@/p/gone.value.mapfile.made-up.{index}.mock" for index in range(3)]
    made = ["mock-value"] * 3 if key == "value" else own
    assert [words[2] for words in stage.argv("work")] == [f"--what={text}" for text in made]
    stage.project.run("run", "-j", "real", stage.parset).expect(3)


def test_a_key_that_a_step_does_not_give(stage: Stage, lines_of: Lines) -> None:
    text = "pipeline.steps = [find, work, last]\n" + lines_of["program"](
        "work", "[find.output.mapfile]", "argument.what = find.output.colour"
    )
    expect_made_up(stage, text, lines_of, "find.output.colour: nothing gives that")


def test_a_sub_parset_that_is_not_there(stage: Stage, lines_of: Lines) -> None:
    text = (
        "pipeline.steps = [find, sub, last]\nsub.control.kind = pipeline\nsub.control.type = @/gone.parset\n"
    )
    expect_made_up(stage, text, lines_of, "there is no parset", "it is passed over")


def test_a_node_script_of_somebody_else(stage: Stage, lines_of: Lines) -> None:
    text = "pipeline.steps = [find, work, last]\n" + lines_of["program"](
        "work", "[find.output.mapfile]", "control.nodescript = nobodys_script"
    )
    stage.mock(text + last(lines_of))
    assert len(stage.argv("work")) == 3
    assert len(stage.lines("last")) == 3
    stage.project.run("run", "-j", "real", stage.parset).expect(3)


def test_an_argument_parset_that_is_not_there(stage: Stage, lines_of: Lines) -> None:
    text = "pipeline.steps = [find, work, last]\n" + lines_of["program"](
        "work", "[find.output.mapfile]", "argument.parset = /no/such/arguments.parset", "argument.size = 2"
    )
    done = stage.mock(text + last(lines_of))
    assert "there is no argument parset '/no/such/arguments.parset'" in done.stdout + done.stderr
    assert stage.argv("work")[0][2:] == ["--size=2"]


def test_an_environment_variable_that_is_not_set(stage: Stage, lines_of: Lines) -> None:
    text = "! root = $NO_SUCH_ROOT\npipeline.steps = [find, work, last]\n" + lines_of["program"](
        "work", "[find.output.mapfile]", executable="{{ root }}/x"
    )
    stage.mock(text + last(lines_of))
    assert len(stage.argv("work")) == 3


def test_what_nobody_can_make_up_is_refused(stage: Stage, lines_of: Lines) -> None:
    text = "pipeline.steps = [find, undefined, last]\n"
    done = stage.mock(text + last(lines_of), status=3)
    assert "step 'undefined' is listed but not defined" in done.stderr
    assert not stage.folder.exists()


def test_a_configuration_that_runs_jobs_elsewhere(stage: Stage, lines_of: Lines) -> None:
    """Nothing is sent anywhere: not even the executor that the configuration names has to be there."""
    here = str(stage.project.path)
    stage.project.write("bin/ssh", f"#!/bin/sh\ntouch {here}/sent\n")
    stage.project.write(
        "site.cfg",
        f"[DEFAULT]\nruntime_directory = {here}/run\nworking_directory = {here}/work\n"
        "[layout]\njob_directory = %(runtime_directory)s/%(job_name)s\n"
        "[remote]\nmethod = ssh\n",
    )
    stage.mock("pipeline.steps = [find, last]\n" + last(lines_of), "-c", "site.cfg")
    assert (stage.project.file("run/p") / "commands.jsonl").is_file()
    assert not stage.project.file("sent").exists()
