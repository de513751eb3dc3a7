"""Inputs that are not there: folders that are listed, mapfiles that nothing makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.mock.conftest import Stage

Lines = Mapping[str, Callable[..., str]]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("L*.MS", [f"L123456_SB00{index}_uv.MS" for index in range(3)]),
        ("", [f"L123456_SB00{index}_uv.MS" for index in range(3)]),
        ("cal.h5", ["cal.h5"]),
    ],
)
def test_a_folder_that_is_not_there(stage: Stage, lines_of: Lines, pattern: str, names: list[str]) -> None:
    stage.mock("pipeline.steps = [find]\n" + lines_of["listing"]("find", "/no/such/data", pattern))
    assert stage.files("find.mapfile") == [f"/no/such/data/{name}" for name in names]
    (line,) = stage.lines()
    assert "folder=/no/such/data" in line["argv"], "the line says what a real run is told"


def test_a_folder_that_is_there_is_listed_as_it_is(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("data/only.MS", "")
    stage.mock("pipeline.steps = [find]\n" + lines_of["listing"]("find", "@/data", "*.MS"))
    assert stage.files("find.mapfile") == ["@/data/only.MS"]


def test_a_folder_in_which_nothing_matches_counts_as_not_there(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("data/notes.txt", "")
    stage.mock("pipeline.steps = [find]\n" + lines_of["listing"]("find", "@/data", "L1*.MS"))
    files = stage.files("find.mapfile")
    assert len(files) == 3
    assert all(file.startswith("@/data/L1") for file in files)
    assert [path.name for path in stage.project.file("data").iterdir()] == ["notes.txt"]


def test_a_folder_of_the_job_is_filled_with_what_a_step_was_to_leave(stage: Stage, lines_of: Lines) -> None:
    stage.mock(
        "pipeline.steps = [make, find]\n"
        "make.control.kind = plugin\nmake.control.type = makeDirectory\n"
        "make.control.directory = input.output.job_directory/results\n"
        + lines_of["listing"]("find", "input.output.job_directory/results", "*.h5")
    )
    assert stage.files("find.mapfile") == ["@/p/results/L123456_SB000_uv.h5"]
    assert (stage.folder / "results/L123456_SB000_uv.h5").exists()


def test_a_folder_of_the_mock_file(stage: Stage, lines_of: Lines) -> None:
    stage.mock(
        "pipeline.steps = [find, slashed]\n"
        + lines_of["listing"]("find", "/no/such/data", "*.MS")
        + lines_of["listing"]("slashed", "/no/such/data/", "b*"),
        file='[inputs]\n"/no/such/data" = ["b.MS", "a.MS", "b.txt"]\n',
    )
    assert stage.files("find.mapfile") == ["/no/such/data/a.MS", "/no/such/data/b.MS"]
    assert [file.replace("//", "/") for file in stage.files("slashed.mapfile")] == [
        "/no/such/data/b.MS",
        "/no/such/data/b.txt",
    ]


def test_the_mock_file_wins_over_a_folder_that_is_there(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("data/real.MS", "")
    stage.mock(
        "pipeline.steps = [find]\n" + lines_of["listing"]("find", "@/data", "*.MS"),
        file='[inputs]\n"@/data" = ["said.MS"]\n',
    )
    assert stage.files("find.mapfile") == ["@/data/said.MS"]


def test_a_mapfile_that_nothing_makes_fits_the_others(stage: Stage, lines_of: Lines) -> None:
    stage.mock(
        "pipeline.steps = [find, work]\n"
        + lines_of["listing"]("find", "/no/such/data", "*.MS")
        + lines_of["program"](
            "work",
            "[a,b,c]",
            "control.mapfiles_in = [find.output.mapfile,/no/foreign.mapfile,@/p/mapfiles/own.mapfile]",
            "control.inputkeys = [a,b,c]",
        ),
        file='[inputs]\n"/no/such/data" = ["1.MS", "2.MS", "3.MS", "4.MS", "5.MS"]\n',
    )
    assert len(stage.argv("work")) == 5
    assert len(stage.map("own.mapfile")) == 5
    for index, words in enumerate(stage.argv("work")):
        assert words[1:] == [
            f"/no/such/data/{index + 1}.MS",
            f"@/p/foreign.{index}.mock",
            f"@/p/own.{index}.mock",
        ]


def test_a_mapfile_alone_has_three_entries(stage: Stage, lines_of: Lines) -> None:
    stage.mock(
        "pipeline.steps = [work]\n"
        + lines_of["program"](
            "work", "[a]", "control.mapfile_in = /no/foreign.mapfile", "control.inputkey = a"
        )
    )
    assert stage.argv("work") == [["/no/such/program", f"@/p/foreign.{index}.mock"] for index in range(3)]
    # Each entry has a product of its own.
    assert len(set(stage.files("work.mapfile"))) == 3


def test_mapfiles_of_the_mock_file(stage: Stage, lines_of: Lines) -> None:
    stage.mock(
        "pipeline.steps = [work, own]\n"
        + lines_of["program"](
            "work", "[a]", "control.mapfile_in = /no/foreign.mapfile", "control.inputkey = a"
        )
        + lines_of["program"](
            "own", "[a]", "control.mapfile_in = input.output.mapfile_dir/x.mapfile", "control.inputkey = a"
        ),
        file='[mapfiles]\n"/no/foreign.mapfile" = ["/d/one", ["/d/two", "/d/three"]]\n'
        '"@/p/mapfiles/x.mapfile" = ["/d/x"]\n',
    )
    assert [words[1:] for words in stage.argv("work")] == [["/d/one"], ["['/d/two', '/d/three']"]]
    assert stage.argv("own") == [["/no/such/program", "/d/x"]]


def test_the_environment_of_the_mock_file(stage: Stage, lines_of: Lines) -> None:
    text = "! root = $NO_SUCH_ROOT\npipeline.steps = [work]\n" + lines_of["program"](
        "work",
        "[a]",
        "control.mapfile_in = /no/foreign.mapfile",
        "control.inputkey = a",
        executable="{{ root }}/bin/x",
    )
    stage.mock(text, file='[environment]\nNO_SUCH_ROOT = "/opt/site"\n')
    assert {words[0] for words in stage.argv("work")} == {"/opt/site/bin/x"}


def test_nothing_is_written_outside_of_the_job_folder(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("data/a.MS", "a")
    stage.project.write("else/keep", "kept")
    text = (
        "pipeline.steps = [find, gone, work, out, copied]\n"
        + lines_of["listing"]("find", "@/data", "*.MS")
        + lines_of["listing"]("gone", "@/gone/away", "*.MS")
        + lines_of["program"](
            "work", "[find.output.mapfile]", "control.mapfile_out = @/elsewhere/out.mapfile"
        )
        + lines_of["program"](
            "out", "[a]", "control.mapfile_in = @/else/absent.mapfile", "control.inputkey = a"
        )
        + lines_of["program"]("copied", "[find.output.mapfile]", "control.inplace = True")
    )
    stage.project.write("p.parset", text.replace("@", str(stage.project.path)))
    before = stage.snapshot()
    stage.mock(text)
    after = {
        path: content
        for path, content in stage.snapshot().items()
        if path != "p" and not path.startswith("p/")
    }
    assert after == before
