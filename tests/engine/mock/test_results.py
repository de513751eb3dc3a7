"""What steps return in a mock run: what the mock file says, or what later steps want."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.engine.mock.conftest import Stage

Lines = Mapping[str, Callable[..., str]]

DATA = '[inputs]\n"/no/such/data" = ["a.MS", "b.MS"]\n'


def found(lines_of: Lines, *steps: str) -> str:
    """Return the beginning of a pipeline: its steps, of which the first lists data."""
    return f"pipeline.steps = [{', '.join(('find', *steps))}]\n" + lines_of["listing"](
        "find", "/no/such/data", "*.MS"
    )


def test_a_script_returns_what_later_steps_take_for_a_mapfile(stage: Stage, lines_of: Lines) -> None:
    stage.mock(
        found(lines_of, "look", "work")
        + lines_of["script"]("look", "[find.output.mapfile]")
        + lines_of["program"]("work", "[look.output.length.mapfile]"),
        file=DATA,
    )
    assert [line["results"] for line in stage.lines("look")] == [
        {"length": stage.here(f"@/p/look.length.{index}.mock")} for index in range(2)
    ]
    assert stage.files("look.length.mapfile") == [f"@/p/look.length.{index}.mock" for index in range(2)]
    assert len(stage.argv("work")) == 2


def test_a_script_returns_names_of_mapfiles(stage: Stage, lines_of: Lines) -> None:
    """mapfilenamesFromMapfiles reads each ``mapfile_X`` for the name of a mapfile, and returns it as X."""
    stage.mock(
        found(lines_of, "all", "sort", "names", "work", "single")
        + "all.control.kind = plugin\nall.control.type = createMapfile\n"
        "all.control.method = mapfile_all_to_one\nall.control.mapfile_in = find.output.mapfile\n"
        "all.control.mapfile_dir = input.output.mapfile_dir\nall.control.filename = all.mapfile\n"
        + lines_of["script"]("sort", "[all.output.mapfile]")
        + "names.control.kind = plugin\nnames.control.type = mapfilenamesFromMapfiles\n"
        "names.control.mapfile_groupmap = sort.output.groupmapfile.mapfile\n"
        "names.control.mapfile_singlemap = sort.output.singlefile.mapfile\n"
        + lines_of["program"](
            "work", "[a]", "control.mapfile_in = names.output.groupmap", "control.inputkey = a"
        )
        + lines_of["program"](
            "single",
            "[a]",
            "control.mapfile_in = names.output.singlemap",
            "control.inputkey = a",
        ),
        file=DATA,
    )
    (line,) = stage.lines("sort")
    assert set(line["results"]) == {"groupmapfile", "singlefile"}
    assert stage.argv("single") == [
        ["/no/such/program", "/no/such/data/a.MS"],
        ["/no/such/program", "/no/such/data/b.MS"],
    ]
    (line,) = stage.lines("names")
    assert set(line["results"]) == {"groupmap", "singlemap"}
    assert len(stage.argv("work")) == 1, "a map of groups has one entry with all files"


def test_something_stands_in_for_a_plugin_that_is_not_there(stage: Stage, lines_of: Lines) -> None:
    done = stage.mock(
        found(lines_of, "plug", "work") + "plug.control.kind = plugin\nplug.control.type = nobodysPlugin\n"
        "plug.control.mapfile_in = find.output.mapfile\n"
        "plug.control.mapfile_dir = input.output.mapfile_dir\nplug.control.filename = plug.mapfile\n"
        + lines_of["program"]("work", "[plug.output.mapfile,plug.output.word]"),
        file=DATA,
    )
    (line,) = stage.lines("plug")
    assert (line["kind"], line["stand_in"]) == ("plugin", True)
    assert line["results"] == {"mapfile": stage.here("@/p/mapfiles/plug.mapfile"), "word": "mock-word"}
    assert stage.argv("work") == [
        ["/no/such/program", f"@/p/plug.mapfile.{index}.mock", "mock-word"] for index in range(2)
    ]
    assert "there is no plugin 'nobodysPlugin': something stands in [made-up]" in done.stdout + done.stderr


def test_what_the_mock_file_says_is_returned(stage: Stage, lines_of: Lines) -> None:
    stage.mock(
        found(lines_of, "look", "plug", "work", "more")
        + lines_of["script"]("look", "[find.output.mapfile]")
        + "plug.control.kind = plugin\nplug.control.type = nobodysPlugin\n"
        + lines_of["program"](
            "work",
            "[look.output.same.mapfile,look.output.each.mapfile,find.output.mapfile]",
            "argument.word = plug.output.word",
        )
        + lines_of["program"](
            "more", "[a]", "control.mapfile_in = plug.output.mapfile", "control.inputkey = a"
        ),
        file=DATA + '[returns.look]\nsame = 7\neach = ["x", "y"]\n'
        '[returns.plug]\nword = "said"\nmapfile = {mapfile = ["/d/1", "/d/2", "/d/3"]}\n',
    )
    assert [line["results"] for line in stage.lines("look")] == [
        {"same": "7", "each": "x"},
        {"same": "7", "each": "y"},
    ]
    assert stage.argv("work") == [
        ["/no/such/program", "7", each, f"/no/such/data/{name}.MS", "--word=said"]
        for name, each in (("a", "x"), ("b", "y"))
    ]
    assert stage.argv("more") == [["/no/such/program", f"/d/{number}"] for number in (1, 2, 3)]


def test_a_plugin_is_not_called_where_the_mock_file_answers(stage: Stage, lines_of: Lines) -> None:
    stage.mock(
        found(lines_of, "work") + lines_of["program"]("work", "[find.output.mapfile]"),
        file='[returns.find]\nmapfile = {mapfile = ["/d/said"]}\n',
    )
    assert stage.argv("work") == [["/no/such/program", "/d/said"]]


def test_jobs_that_the_mock_file_lets_fail(stage: Stage, lines_of: Lines) -> None:
    """A failure that is tolerated leaves a skipped entry; one that is not ends the run (contract 7.7)."""
    text = (
        found(lines_of, "work", "after")
        + lines_of["program"]("work", "[find.output.mapfile]", "control.error_tolerance = True")
        + lines_of["program"]("after", "[work.output.mapfile]")
    )
    failing = DATA + '[[failures]]\nstep = "work"\nentries = [1]\nstatus = 3\nreason = "too hot"\n'
    stage.mock(text, file=failing)
    noted = [(line["status"], line["reason"]) for line in stage.lines("work")]
    assert noted == [("done", ""), ("failed", "too hot")]
    assert [one.skip for one in stage.map("work.mapfile").data] == [False, True]
    assert [line["index"] for line in stage.lines("after")] == [0]


def test_a_failure_that_is_not_tolerated_ends_the_run(stage: Stage, lines_of: Lines) -> None:
    text = (
        found(lines_of, "work", "after")
        + lines_of["program"]("work", "[find.output.mapfile]", "control.error_tolerance = False")
        + lines_of["program"]("after", "[work.output.mapfile]")
    )
    failing = DATA + '[[failures]]\nstep = "work"\nstatus = 3\nreason = "too hot"\n'
    done = stage.mock(text, file=failing, status=1)
    assert "too hot" in done.stdout + done.stderr
    assert stage.lines("after") == []
    (log,) = {
        line.split()[1] for line in done.stdout.splitlines() if line.startswith("  log: ") and "0." in line
    }
    assert Path(log).read_text() == "too hot\n"
    history = stage.project.run("status", "p").stdout
    assert "failed" in history
    assert "too hot" in history


def test_a_plugin_that_the_mock_file_lets_fail_ends_the_run(stage: Stage, lines_of: Lines) -> None:
    done = stage.mock(found(lines_of), file='[[failures]]\nstep = "find"\n', status=1)
    assert "the mock file says that it fails" in done.stdout + done.stderr
