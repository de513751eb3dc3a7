"""``commands.jsonl``: a line for each job, with the command line that a real run would have started."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.engine.mock.conftest import Stage

Lines = Mapping[str, Callable[..., str]]

KEYS = {
    "step",
    "passes",
    "index",
    "kind",
    "type",
    "argv",
    "host",
    "environment",
    "working_directory",
    "files",
    "inputs",
    "outputs",
    "made",
    "stand_in",
    "status",
    "reason",
    "results",
}


def test_a_program_for_each_file(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("data/a.ms", "a")
    stage.project.write("data/b.ms", "b")
    stage.mock(
        "pipeline.steps = [find, work]\n"
        + lines_of["listing"]("find", "@/data", "*.ms")
        + lines_of["program"](
            "work",
            "[-v,msin]",
            "control.mapfile_in = find.output.mapfile",
            "control.inputkey = msin",
            "control.outputkey = msout",
            "control.environment = {'COLOUR': 'red'}",
            "argument.size = 3",
        )
    )
    assert all(set(line) == KEYS for line in stage.lines())
    assert stage.argv("work") == [
        ["/no/such/program", "-v", f"@/data/{name}.ms", "--size=3", f"--msout=@/p/{name}.work"]
        for name in "ab"
    ]
    for index, line in enumerate(stage.lines("work")):
        name = "ab"[index]
        assert line["kind"] == "program"
        assert line["type"] == "executable_args"
        assert (line["index"], line["passes"], line["host"]) == (index, [], "localhost")
        assert line["environment"] == {"COLOUR": "red", "OMP_NUM_THREADS": "8"}
        assert line["working_directory"] == str(stage.folder)
        assert line["inputs"] == [stage.here(f"@/data/{name}.ms")]
        assert line["outputs"] == line["made"] == [stage.here(f"@/p/{name}.work")]
        assert (line["status"], line["reason"], line["results"]) == ("done", "", {})
    assert stage.files("work.mapfile") == ["@/p/a.work", "@/p/b.work"]
    assert (stage.folder / "a.work").read_bytes() == b""


def test_a_step_plugin_that_is_there(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("data/a.ms", "a")
    stage.mock("pipeline.steps = [find]\n" + lines_of["listing"]("find", "@/data", "*.ms"))
    (line,) = stage.lines()
    assert (line["kind"], line["type"], line["stand_in"]) == ("plugin", "createMapfile", False)
    assert line["argv"][1:] == [
        "method=mapfile_from_folder",
        stage.here("folder=@/data"),
        "pattern=*.ms",
        stage.here("mapfile_dir=@/p/mapfiles"),
        "filename=find.mapfile",
    ]
    assert line["results"] == {"mapfile": stage.here("@/p/mapfiles/find.mapfile")}


def test_a_script_gets_its_arguments_as_words(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("data/a.ms", "a")
    stage.mock(
        "pipeline.steps = [find, look]\n"
        + lines_of["listing"]("find", "@/data", "*.ms")
        + lines_of["script"]("look", "[find.output.mapfile,plain]", "argument.limit = 30")
    )
    (line,) = stage.lines("look")
    assert (line["kind"], line["type"]) == ("script", "pythonplugin")
    assert stage.argv("look") == [["/no/such/script.py", "@/data/a.ms", "plain", "limit=30"]]


def test_loops_note_their_passes_and_sub_pipelines_their_names(stage: Stage, lines_of: Lines) -> None:
    stage.project.write(
        "sub.parset",
        "! word = none\npipeline.steps = [inner]\n"
        + lines_of["program"]("inner", "[{{ word }},find.output.mapfile]").replace(
            "@", str(stage.project.path)
        ),
    )
    stage.project.write("data/a.ms", "a")
    stage.mock(
        "pipeline.steps = [find, twice, sub]\n"
        + lines_of["listing"]("find", "@/data", "*.ms")
        + "twice.control.kind = loop\ntwice.control.loopcount = 2\ntwice.control.loopsteps = [again]\n"
        + lines_of["program"]("again", "[find.output.mapfile]")
        + "sub.control.kind = pipeline\nsub.control.type = @/sub.parset\nsub.argument.word = given\n"
    )
    noted = [(line["step"], line["passes"], line["index"]) for line in stage.lines()]
    assert noted == [("find", [], 0), ("again", [0], 0), ("again", [1], 0), ("sub-inner", [], 0)]
    assert stage.argv("sub-inner") == [["/no/such/program", "given", "@/data/a.ms"]]


def test_a_parset_as_file_is_noted_with_its_text(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("data/a.ms", "a")
    stage.mock(
        "pipeline.steps = [find, work]\n"
        + lines_of["listing"]("find", "@/data", "*.ms")
        + lines_of["program"](
            "work", "[find.output.mapfile]", "control.parsetasfile = True", "argument.solve.mode = phase"
        )
    )
    (line,) = stage.lines("work")
    ((path, text),) = line["files"].items()
    assert path in line["argv"]
    assert "solve.mode=phase" in text.replace(" ", "")


def test_a_relative_program_is_named_from_the_folder_of_the_run(stage: Stage, lines_of: Lines) -> None:
    stage.mock(
        "pipeline.steps = [work, named]\n"
        + lines_of["program"]("work", "[a.output.mapfile]", executable="tools/x")
        + lines_of["program"]("named", "[a.output.mapfile]", executable="no-such-tool")
    )
    assert {words[0] for words in stage.argv("work")} == {"@/tools/x"}
    assert {words[0] for words in stage.argv("named")} == {"no-such-tool"}


def test_programs_and_scripts_that_are_there_are_not_run(stage: Stage, lines_of: Lines) -> None:
    stage.project.write("bin/prog", stage.here("#!/bin/sh\ntouch @/ran\n"))
    stage.project.write(
        "s.py",
        "open('@/ran', 'w')\ndef main(f):\n    open('@/ran', 'w')\n".replace("@", str(stage.project.path)),
    )
    stage.project.write("data/a.ms", "a")
    stage.mock(
        "pipeline.steps = [find, work, look]\n"
        + lines_of["listing"]("find", "@/data", "*.ms")
        + lines_of["program"]("work", "[find.output.mapfile]", executable="@/bin/prog")
        + lines_of["script"]("look", "[find.output.mapfile]", executable="@/s.py")
    )
    assert stage.argv("work") == [["@/bin/prog", "@/data/a.ms"]]
    assert stage.argv("look") == [["@/s.py", "@/data/a.ms"]]
    assert not stage.project.file("ran").exists()


def test_a_sites_plugin_that_is_there_is_called(stage: Stage, lines_of: Lines) -> None:
    stage.project.write(
        "site/PipelineStep_tell.py",
        "def plugin_main(args, **kwargs):\n"
        "    open(kwargs['note'], 'w').write(kwargs['mapfile_in'])\n"
        "    return {'word': 'told'}\n",
    )
    stage.project.write("data/a.ms", "a")
    stage.mock(
        "pipeline.steps = [find, tell, work]\npipeline.pluginpath = @/site\n"
        + lines_of["listing"]("find", "@/data", "*.ms")
        + "tell.control.kind = plugin\ntell.control.type = tell\n"
        + "tell.control.mapfile_in = find.output.mapfile\n"
        + "tell.control.note = input.output.job_directory/note\n"
        + lines_of["program"]("work", "[find.output.mapfile,tell.output.word]")
    )
    (line,) = stage.lines("tell")
    assert (line["results"], line["stand_in"]) == ({"word": "told"}, False)
    assert (stage.folder / "note").read_text() == str(stage.folder / "mapfiles/find.mapfile")
    assert stage.argv("work") == [["/no/such/program", "@/data/a.ms", "told"]]


def test_every_key_is_in_the_reference() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/files.md").read_text("utf-8")
    section = page.partition("\n## commands.jsonl\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == KEYS


def test_a_feedback_step_behind_a_plugin_that_is_not_there_has_no_stand_in(stage: Stage) -> None:
    stage.mock(
        "pipeline.steps = [nobody, tell]\nnobody.control.kind = plugin\nnobody.control.type = nobodyHasIt\n"
        "nobody.control.mapfile_dir = input.output.mapfile_dir\nnobody.control.filename = nobody.mapfile\n"
        "tell.control.kind = feedback\ntell.control.mapfile_in = nobody.output.mapfile\n"
        "tell.control.metadata_file = input.output.job_directory/told\ntell.control.product_type = SkyImage\n"
    )
    assert [(line["step"], line["stand_in"]) for line in stage.lines()] == [("nobody", True), ("tell", False)]
