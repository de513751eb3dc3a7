from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from tests.conftest import Outcome, Project

Projects = Callable[[Mapping[str, str]], "Project"]

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((ROOT / "docs/reference/plan.schema.json").read_text(encoding="utf-8"))

CONFIG = (
    "[DEFAULT]\nruntime_directory = .\nworking_directory = .\nrecipe_directories = [site]\n"
    "[layout]\njob_directory = /jobs/today\n[remote]\nmethod = local\nmax_per_node = 4\n"
)
PARSET = """\
! size = 3
pipeline.steps = [make, a, a, l, sub]

make.control.kind = plugin
make.control.type = make
make.control.cmdline.first = input.output.job_name
make.control.mapfile_dir = input.output.mapfile_dir

a.control.type = executable_args
a.control.executable = /bin/true
a.control.max_per_node = remote.output.max_per_node
a.argument.msin = make.output.mapfile
a.argument.size = {{ size }}

l.control.kind = loop
l.control.loopcount = 2
l.control.loopsteps = [b]

b.control.type = executable_args
b.control.executable = /bin/true
b.control.mapfile_in = a.output.mapfile
b.control.inputkey = f
b.argument.flags = [f, l.output.counter]

sub.control.kind = pipeline
sub.control.type = inner.parset
sub.control.mapfile_in = a.output.mapfile
"""
INNER = (
    "pipeline.steps = [s]\ns.control.type = executable_args\ns.control.executable = /bin/true\n"
    "s.argument.msin = inner.output.mapfile\n"
)


@pytest.fixture
def made(project: Projects) -> Project:
    return project(
        {
            "pipeline.cfg": CONFIG,
            "my.parset": PARSET,
            "inner.parset": INNER,
            "site/plugins/PipelineStep_make.py": "def plugin_main(args, mapfile_dir): return {}\n",
        }
    )


def plan(outcome: Outcome) -> dict[str, Any]:
    """Return a plan printed as JSON, held against the published schema."""
    found = outcome.json()
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert isinstance(found, dict)
    return found


def test_json_has_every_step_in_order(made: Project) -> None:
    document = plan(made.run("plan", "--format", "json", "my.parset").expect(0))
    assert document["pipeline"] == "my"
    assert document["parset"] == "my.parset"
    assert document["configuration"] == "pipeline.cfg"
    make, first, second, loop, sub = document["steps"]
    assert [step["name"] for step in document["steps"]] == ["make", "a", "a1", "l", "sub"]
    assert (second["definition"], second["line"]) == ("a", 9)
    assert make["answered_by"].endswith("site/plugins/PipelineStep_make.py")
    assert make["cmdline"] == ["input.output.job_name"]
    assert first["arguments"] == {"msin": "make.output.mapfile", "size": "3"}
    assert first["answered_by"] == "recipe executable_args (task of built-in)"
    assert (loop["loopcount"], [step["name"] for step in loop["steps"]]) == (2, ["b"])
    assert [(step["name"], step["file"]) for step in sub["steps"]] == [("sub-s", "inner.parset")]


def test_json_tells_what_a_step_reads(made: Project) -> None:
    document = plan(made.run("plan", "--format", "json", "my.parset").expect(0))
    assert document["steps"][1]["reads"] == [
        {
            "step": "remote",
            "key": "max_per_node",
            "in": "control.max_per_node",
            "mapfile": False,
            "value": "4",
        },
        {"step": "make", "key": "mapfile", "in": "argument.msin", "mapfile": True, "value": None},
    ]
    (inner,) = document["steps"][4]["steps"]
    assert [(read["step"], read["mapfile"]) for read in inner["reads"]] == [("inner", True)]


def test_text_shows_values_that_the_configuration_gives(made: Project) -> None:
    shown = made.run("plan", "my.parset").expect(0).stdout
    blocks = shown.split("\n\n")
    assert blocks[0].splitlines() == [
        "make: plugin make  [my.parset:4]",
        "    runs: site/plugins/PipelineStep_make.py",
        "    control.mapfile_dir = input.output.mapfile_dir  -> /jobs/today/mapfiles",
        "    cmdline: input.output.job_name  -> my",
        "    note: site/plugins/PipelineStep_make.py gives it, and a plan runs nothing of a site",
        "    call: my mapfile_dir=/jobs/today/mapfiles",
    ]
    assert blocks[1].splitlines() == [
        "a: recipe executable_args  [my.parset:9]",
        "    runs: recipe executable_args (task of built-in)",
        "    control.executable = /bin/true",
        "    control.max_per_node = remote.output.max_per_node  -> 4",
        "    argument.msin = make.output.mapfile",
        "    argument.size = 3",
        "    reads make: mapfile (an entry for each job, in argument.msin)",
        "    jobs: nobody knows how many; this one stands for all",
        "    environment: OMP_NUM_THREADS=8",
        "    $ /bin/true --msin=<make.output.mapfile> --size=3",
        f"        output: {made.path}/my/<make.output.mapfile>.a",
        "    unknown: <make.output.mapfile>: site/plugins/PipelineStep_make.py gives it, and a plan runs "
        "nothing of a site",
    ]
    assert blocks[3].startswith("l: loop 2 times  [my.parset:15]")
    assert blocks[4].splitlines()[0] == "    b: recipe executable_args  [my.parset:19]"
    assert blocks[4].splitlines()[6:8] == ["        reads a: mapfile", "        reads l: counter"]
    (first, second) = [line for line in blocks[4].splitlines() if "$ " in line]
    assert first.endswith("<make.output.mapfile>.a 0")
    assert second.endswith("<make.output.mapfile>.a 1")
    assert blocks[-1] == "7 steps, 6 jobs: 1 exact, 5 depend on something unknown\n"


def test_a_folder_is_no_mapfile(made: Project) -> None:
    """Contract 6.6 (FIX): LOFAR's own took `input.output.mapfile_dir` in an argument for a mapfile."""
    made.write("dir.parset", PARSET + "a.argument.dir = input.output.mapfile_dir\n")
    document = plan(made.run("plan", "--format", "json", "dir.parset").expect(0))
    (read,) = [read for read in document["steps"][1]["reads"] if read["in"] == "argument.dir"]
    assert (read["mapfile"], read["value"]) == (False, "/jobs/today/mapfiles")


def test_a_parset_with_errors_is_planned_all_the_same(made: Project) -> None:
    made.write("bad.parset", PARSET + "a.argument.y = {{ sise }}\n")
    outcome = made.run("plan", "--format", "json", "bad.parset").expect(3)
    assert len(plan(outcome)["steps"]) == 5
    assert outcome.stderr.splitlines() == [
        "bad.parset:28: error: a.argument.y: nothing defines {{ sise }} [unresolved-option]",
        "  hint: did you mean 'size'?",
    ]
    allowed = made.run("plan", "--allow-unresolved", "bad.parset").expect(0)
    assert allowed.stderr == ""
    assert "argument.y = {{ sise }}" in allowed.stdout


def test_an_option_can_be_set(made: Project) -> None:
    document = plan(made.run("plan", "--format", "json", "--set", "size=5", "my.parset").expect(0))
    assert document["steps"][1]["arguments"]["size"] == "5"


def test_a_parset_that_is_not_there_has_no_plan(made: Project) -> None:
    outcome = made.run("plan", "none.parset").expect(3)
    assert "there is no such file" in outcome.stderr
    assert outcome.stdout == ""


def test_a_broken_plugin_ends_it_with_its_error(made: Project) -> None:
    made.write("sites/torn.py", "from genericpipe import hookimpl\nimport nothing_like_it\n")
    outcome = made.run("plan", "my.parset", env={"GENERICPIPE_PLUGINS": str(made.file("sites"))}).expect(3)
    assert f"{made.file('sites/torn.py')}:2" in outcome.stderr


def test_what_is_missing_is_no_error(made: Project) -> None:
    made.write("lacking.parset", PARSET.replace("control.type = make", "control.type = nowhere"))
    outcome = made.run("plan", "--format", "json", "lacking.parset").expect(0)
    assert plan(outcome)["steps"][0]["answered_by"] == ""
    assert outcome.stderr == ""
