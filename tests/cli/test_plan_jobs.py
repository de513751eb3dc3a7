"""The jobs that a plan shows: exact where that can be, marked where it cannot; nothing is touched."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

Projects = Callable[[Mapping[str, str]], "Project"]

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((ROOT / "docs/reference/plan.schema.json").read_text(encoding="utf-8"))

MAKE = """\
make.control.kind = plugin
make.control.type = createMapfile
make.control.method = mapfile_from_folder
make.control.mapfile_dir = input.output.mapfile_dir
make.control.filename = make.mapfile
make.control.folder = data
"""
ECHO = "{0}.control.type = executable_args\n{0}.control.executable = /bin/echo\n"
DATA = {"data/a.MS": "", "data/b.MS": ""}
SITE = (
    "from pathlib import Path\n\ndef plugin_main(args, **kwargs):\n    Path('ran').touch()\n    return {}\n"
)


def planned(made: Project, *words: str, status: int = 0) -> dict[str, Any]:
    """Return the plan of p.parset as JSON, held against the published schema."""
    jsonschema = pytest.importorskip("jsonschema", reason="the published schema needs jsonschema")

    found = made.run("plan", "--format", "json", *words, "p.parset").expect(status).json()
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert isinstance(found, dict)
    return found


def step(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a step of a plan, in whichever body it is."""
    waiting = list(document["steps"])
    while waiting:
        found: dict[str, Any] = waiting.pop()
        if found["name"] == name:
            return found
        waiting += found["steps"]
    raise AssertionError(f"no step {name}")


def lines(document: Mapping[str, Any], name: str) -> list[str]:
    """Return the words of every job of a step, behind the program."""
    return [" ".join(job["argv"][1:]) for run in step(document, name)["runs"] for job in run["jobs"]]


def files(made: Project) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in made.path.rglob("*")}


def test_jobs_are_shown_with_environment_and_outputs(project: Projects) -> None:
    made = project(
        {
            **DATA,
            "p.parset": "pipeline.steps = [make, a]\n"
            + MAKE
            + ECHO.format("a")
            + "a.control.environment = {FOO: x y}\na.control.outputsuffixes = [-i]\n"
            + "a.argument.msin = make.output.mapfile\na.argument.flags = [-o, outputkey, 'a b']\n",
        }
    )
    out = f"{made.path.resolve()}/p/"
    document = planned(made)
    assert document["counts"] == {"steps": 2, "jobs": 3, "exact": 3, "unknown": 0}
    first, second = step(document, "a")["runs"][0]["jobs"]
    assert first == {
        "index": 0,
        "host": "localhost",
        "work": "program",
        "argv": ["/bin/echo", "-o", f"{out}a.a", "a b", "--msin=data/a.MS"],
        "environment": {"OMP_NUM_THREADS": "8", "FOO": "x y"},
        "working_directory": out.rstrip("/"),
        "outputs": [f"{out}a.a", f"{out}a.a-i"],
        "files": {},
        "exact": True,
        "depends_on": [],
    }
    assert second["argv"][2] == f"{out}b.a"
    assert step(document, "a")["runs"][0]["results"]["mapfile"] == f"{out}mapfiles/a.mapfile"
    assert made.run("plan", "p.parset").expect(0).stdout.splitlines()[-8:] == [
        "    jobs: 2",
        "    environment: OMP_NUM_THREADS=8 FOO='x y'",
        f"    $ /bin/echo -o {out}a.a 'a b' --msin=data/a.MS",
        f"        output: {out}a.a {out}a.a-i",
        f"    $ /bin/echo -o {out}b.a 'a b' --msin=data/b.MS",
        f"        output: {out}b.a {out}b.a-i",
        "",
        "2 steps, 3 jobs: 3 exact, 0 depend on something unknown",
    ]


def test_nothing_of_a_site_runs_and_nothing_is_written(project: Projects, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    made = project(
        {
            **DATA,
            "pipeline.cfg": "[DEFAULT]\nruntime_directory = rt\nworking_directory = w\n"
            "recipe_directories = [.]\n[remote]\nmethod = local\n",
            "plugins/PipelineStep_site.py": SITE,
            "s.py": "from pathlib import Path\ndef main(file):\n    Path('ran').touch()\n",
            "p.parset": "pipeline.steps = [make, prep, py, a]\n"
            + MAKE
            + "prep.control.kind = plugin\nprep.control.type = site\n"
            + "prep.control.mapfile_in = make.output.mapfile\n"
            + "py.control.type = pythonplugin\npy.control.executable = s.py\n"
            + "py.argument.flags = [make.output.mapfile]\n"
            + ECHO.format("a")
            + "a.argument.flags = [prep.output.mapfile, prep.output.value]\n",
        }
    )
    before = files(made)
    scratch = {"TMPDIR": str(tmp_path / "scratch")}
    for words in (["plan"], ["plan", "--format", "json"], ["run", "--dry-run"], ["run", "-n"]):
        shown = made.run(*words, "-c", "pipeline.cfg", "p.parset", env=scratch).expect(0).stdout
        assert "genericpipe-plan" not in shown
    words_of_lofar = [sys.executable, "-m", "genericpipe.cli.legacy", "p.parset", "-c", "pipeline.cfg", "-n"]
    done = subprocess.run(
        words_of_lofar,
        cwd=made.path,
        env=made.environment(scratch),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == made.run("plan", "-c", "pipeline.cfg", "p.parset").stdout
    assert files(made) == before
    assert list((tmp_path / "scratch").iterdir()) == []
    document = planned(made, "-c", "pipeline.cfg")
    assert document["counts"] == {"steps": 4, "jobs": 5, "exact": 4, "unknown": 1}
    (run,) = step(document, "a")["runs"]
    assert run["jobs"][0]["argv"][1:] == ["<prep.output.mapfile>", "<prep.output.value>"]
    assert not run["number_known"]
    assert [one["what"] for one in run["jobs"][0]["depends_on"]] == [
        "prep.output.mapfile",
        "prep.output.value",
    ]
    assert "plugins/PipelineStep_site.py" in run["depends_on"][0]["reason"]


def test_what_scripts_return_is_unknown_and_how_many_is_not(project: Projects) -> None:
    made = project(
        {
            **DATA,
            "s.py": "def main(*args):\n    return {'half': 3}\n",
            "p.parset": "pipeline.steps = [make, py, a, b]\n"
            + MAKE
            + "py.control.type = pythonplugin\npy.control.executable = s.py\n"
            + "py.argument.flags = [make.output.mapfile]\n"
            + ECHO.format("a")
            + "a.control.mapfile_in = py.output.mapfile\na.control.inputkey = k\n"
            + "a.argument.flags = [k, py.output.half.mapfile, py.output.ok.mapfile, "
            + "py.output.job_duration.mapfile]\n"
            + ECHO.format("b")
            + "b.argument.x = a.output.mapfile\n",
        }
    )
    out = f"{made.path.resolve()}/p"
    document = planned(made)
    assert lines(document, "a") == [
        f"{out}/{name}.py <py.output.half.mapfile[{index}]> True <py.output.job_duration.mapfile[{index}]>"
        for index, name in enumerate("ab")
    ]
    assert lines(document, "b") == [f"--x={out}/a.a", f"--x={out}/b.a"]
    assert document["counts"] == {"steps": 4, "jobs": 7, "exact": 5, "unknown": 2}


def test_skips_and_maps_that_steps_rewrite_in_place(project: Projects) -> None:
    given = "[{'host': 'h1', 'file': '/a', 'skip': True}, {'host': 'h2', 'file': '/b', 'skip': False}]"
    made = project(
        {
            "given.mapfile": given,
            "p.parset": "pipeline.steps = [change, a, b]\n"
            "change.control.kind = plugin\nchange.control.type = changeMapfile\n"
            "change.control.mapfile_in = given.mapfile\nchange.control.add_name = .x\n"
            + ECHO.format("a")
            + "a.control.mapfile_in = given.mapfile\na.control.inputkey = k\na.argument.flags = [k]\n"
            + "a.control.inplace = True\n"
            + ECHO.format("b")
            + "b.argument.flags = [change.output.mapfile]\n",
        }
    )
    document = planned(made)
    (job,) = step(document, "a")["runs"][0]["jobs"]
    assert (job["index"], job["host"], job["argv"][1:], job["outputs"]) == (1, "h2", ["/b.x"], ["/b.x"])
    assert lines(document, "b") == ["/b.x"]
    assert step(document, "a")["runs"][0]["results"]["mapfile"] == "given.mapfile"
    assert made.file("given.mapfile").read_text() == given
    assert not made.file("p").exists()


def test_a_folder_that_the_run_fills_is_unknown(project: Projects) -> None:
    make = MAKE.replace("make.", "again.").replace("folder = data", "folder = w/p")
    made = project(
        {
            **DATA,
            "w/p/old.MS": "",
            "p.parset": "pipeline.steps = [make, a, again, b]\n"
            + MAKE
            + ECHO.format("a")
            + "a.argument.msout = outputkey\na.argument.msin = make.output.mapfile\n"
            + make
            + ECHO.format("b")
            + "b.argument.x = again.output.mapfile\n",
        }
    )
    document = planned(made, "-w", "w")
    (run,) = step(document, "b")["runs"]
    assert [job["argv"][1] for job in run["jobs"]] == ["--x=<again.output.mapfile>"]
    assert run["jobs"][0]["depends_on"][0]["reason"] == f"{made.path.resolve()}/w/p: the run writes there"


def test_a_mapfile_that_is_not_there_yet_is_unknown(project: Projects) -> None:
    made = project(
        {
            **DATA,
            "p.parset": "pipeline.steps = [make, a, b]\n"
            + MAKE
            + ECHO.format("a")
            + "a.control.mapfiles_in = [make.output.mapfile, later.mapfile]\na.control.inputkeys = [x, y]\n"
            + "a.argument.flags = [x, y]\n"
            + ECHO.format("b")
            + "b.control.mapfile_in = later.mapfile\nb.control.inputkey = y\nb.argument.flags = [once]\n",
        }
    )
    document = planned(made)
    assert lines(document, "a") == ["data/a.MS <later.mapfile[0]>", "data/b.MS <later.mapfile[1]>"]
    # Nothing of the map stands in the command line; how often it runs is unknown all the same.
    assert lines(document, "b") == ["once"]
    assert step(document, "b")["runs"][0]["jobs"][0]["depends_on"] == [
        {"what": "later.mapfile", "reason": "there is no such mapfile yet"}
    ]


LOOP = (
    "pipeline.steps = [make, l, after]\nl.control.kind = loop\nl.control.loopsteps = [{steps}]\n"
    "l.control.loopcount = {count}\n"
    + MAKE
    + ECHO.format("b")
    + "b.control.mapfile_in = make.output.mapfile\nb.control.inputkey = k\n"
    + "b.argument.flags = [k, l.output.counter]\n"
    + "note.control.kind = plugin\nnote.control.type = createMapfile\nnote.control.method = dummy\n"
    + "note.control.mapfile_dir = input.output.mapfile_dir\nnote.control.filename = n.l.output.counter\n"
    + "note.control.number = 1\n"
    + "py.control.type = pythonplugin\npy.control.executable = s.py\n"
    + "py.argument.flags = [make.output.mapfile]\n"
    + ECHO.format("after")
    + "after.argument.x = make.output.mapfile\n"
)


def loop(project: Projects, count: int, steps: str, after: str) -> Project:
    text = LOOP.format(count=count, steps=steps) + f"after.argument.mapfile = {after}\n"
    return project({**DATA, "s.py": "def main(file):\n    return {'break': True}\n", "p.parset": text})


def test_every_pass_of_a_short_loop_is_shown(project: Projects) -> None:
    document = planned(loop(project, 3, "b", "b.output.mapfile"))
    assert [run["passes"] for run in step(document, "b")["runs"]] == [[0], [1], [2]]
    expected = [f"data/{name}.MS {number}" for number in range(3) for name in "ab"]
    assert lines(document, "b") == expected
    assert document["counts"] == {"steps": 4, "jobs": 9, "exact": 9, "unknown": 0}


def test_a_long_loop_is_shown_by_its_first_pass_and_counted_whole(project: Projects) -> None:
    document = planned(loop(project, 5, "note, b", "note.output.mapfile"))
    assert lines(document, "b") == ["data/a.MS 0", "data/b.MS 0"]
    assert step(document, "l")["notes"] == ["passes 1 to 4 are counted, not shown"]
    assert document["counts"] == {"steps": 5, "jobs": 18, "exact": 18, "unknown": 0}
    # `after` reads what the last pass left.
    maps = f"{document['steps'][0]['runs'][0]['results']['mapfile']}".removesuffix("make.mapfile")
    assert lines(document, "after") == [f"--mapfile={maps}n.4 --x=data/{name}.MS" for name in "ab"]


def test_a_loop_that_a_script_may_end(project: Projects) -> None:
    document = planned(loop(project, 3, "note, py, b", "note.output.mapfile"))
    exact = [[job["exact"] for job in run["jobs"]] for run in step(document, "b")["runs"]]
    assert exact == [[True, True], [False, False], [False, False]]
    reasons = {one["reason"] for job in step(document, "b")["runs"][1]["jobs"] for one in job["depends_on"]}
    assert reasons == {"step py may have ended loop l"}
    assert lines(document, "b")[-1] == "data/b.MS 2"
    # The last pass, whichever it is, decides which map that is.
    assert lines(document, "after")[0] == "--mapfile=<note.output.mapfile> --x=data/a.MS"
    assert step(document, "after")["runs"][0]["jobs"][0]["depends_on"][0]["reason"] in reasons


def test_a_loop_that_a_script_may_end_leaves_what_every_pass_leaves(project: Projects) -> None:
    document = planned(loop(project, 2, "py, b", "b.output.mapfile"))
    assert [job["exact"] for job in step(document, "after")["runs"][0]["jobs"]] == [True, True]


def test_more_passes_than_anybody_plans(project: Projects) -> None:
    document = planned(loop(project, 1000, "note", "note.output.mapfile"))
    assert step(document, "l")["notes"] == [
        "passes 1 to 99 are counted, not shown",
        "passes from 100 on are not planned",
    ]
    assert lines(document, "after")[0] == "--mapfile=<note.output.mapfile> --x=data/a.MS"


def test_sub_pipelines_take_the_arguments_of_their_step(project: Projects) -> None:
    made = project(
        {
            **DATA,
            "inner.parset": "! tag = none\npipeline.steps = [x]\n"
            + ECHO.format("x")
            + "x.argument.flags = [inner.output.mapfile, {{ tag }}]\n",
            "p.parset": "pipeline.steps = [make, s, t]\n"
            + MAKE
            + "s.control.kind = pipeline\ns.control.type = inner.parset\n"
            + "s.argument.tag = make.output.mapfile\n"
            + "s.control.mapfile_in = make.output.mapfile\n"
            + "t.control.kind = pipeline\nt.control.type = inner.parset\nt.argument.tag = bare\n"
            + "t.control.mapfile_in = s-x.output.mapfile\n",
        }
    )
    document = planned(made)
    assert lines(document, "t-x")[0].endswith("/p/a.s-x bare")
    assert step(document, "s-x")["runs"][0]["jobs"][0]["exact"]
    assert document["counts"] == {"steps": 5, "jobs": 5, "exact": 5, "unknown": 0}


def test_many_jobs_are_shown_by_the_first_and_the_last(project: Projects) -> None:
    text = MAKE.replace("mapfile_from_folder", "mapfile_from_folder\nmake.control.pattern = *.MS")
    parset = "pipeline.steps = [make, a]\n" + text + ECHO.format("a") + "a.argument.x = make.output.mapfile\n"
    made = project({"p.parset": parset, **{f"data/{number:03}.MS": "" for number in range(101)}})
    shown = made.run("plan", "p.parset").expect(0).stdout.splitlines()
    calls = [line.split("=")[-1] for line in shown if "$ " in line]
    assert calls == ["data/000.MS", "data/001.MS", "data/002.MS", "data/100.MS"]
    assert "    ... and 97 more (--all shows them)" in shown
    whole = made.run("plan", "--all", "p.parset").expect(0).stdout.splitlines()
    assert len([line for line in whole if "$ " in line]) == 101
    assert whole[-1] == shown[-1] == "2 steps, 102 jobs: 102 exact, 0 depend on something unknown"


def test_a_step_that_is_sure_to_fail_says_why_and_the_rest_is_planned(project: Projects) -> None:
    made = project(
        {
            **DATA,
            "one.mapfile": "[{'host': 'localhost', 'file': '/x', 'skip': False}]",
            "p.parset": "pipeline.steps = [make, a, b]\n"
            + MAKE
            + ECHO.format("a")
            + "a.control.mapfiles_in = [make.output.mapfile, one.mapfile]\na.control.inputkeys = [x, y]\n"
            + "a.argument.flags = [x, y]\n"
            + ECHO.format("b")
            + "b.argument.flags = [make.output.mapfile, a.output.mapfile]\n",
        }
    )
    document = planned(made)
    (run,) = step(document, "a")["runs"]
    assert "has 2 entries and one.mapfile has 1" in run["problem"]
    assert (run["jobs"], run["depends_on"]) == ([], [])
    assert lines(document, "b") == ["data/a.MS <a.output.mapfile[0]>", "data/b.MS <a.output.mapfile[1]>"]
    assert "    fails: p.parset:" in made.run("plan", "p.parset").stdout


def test_the_start_time_is_unknown_unless_it_is_given(project: Projects) -> None:
    text = (
        MAKE
        + ECHO.format("a")
        + "a.argument.x = make.output.mapfile\na.argument.t = input.output.start_time\n"
    )
    made = project({**DATA, "p.parset": f"pipeline.steps = [make, a]\n{text}"})
    assert lines(planned(made), "a")[0] == "--t=<start_time> --x=data/a.MS"
    document = planned(made, "--start-time", "today")
    assert lines(document, "a")[0] == "--t=today --x=data/a.MS"
    assert document["counts"]["unknown"] == 0


def test_maps_of_an_earlier_run_do_not_count(project: Projects) -> None:
    old = "[{'host': 'localhost', 'file': '/old', 'skip': False}]"
    made = project(
        {
            **DATA,
            "p/mapfiles/make.mapfile": old,
            "p/mapfiles/a.mapfile": old,
            "p.parset": "pipeline.steps = [make, a, b]\n"
            + MAKE
            + ECHO.format("a")
            + "a.argument.x = make.output.mapfile\n"
            + ECHO.format("b")
            + "b.argument.x = a.output.mapfile\n",
        }
    )
    document = planned(made)
    assert lines(document, "b") == [f"--x={made.path.resolve()}/p/{name}.a" for name in "ab"]
    assert made.file("p/mapfiles/a.mapfile").read_text() == old


def test_an_entry_without_a_job_is_skipped_in_what_scripts_return(project: Projects) -> None:
    entry = "{{'host': 'localhost', 'file': '/{}', 'skip': {}}}"
    made = project(
        {
            "in.mapfile": f"[{entry.format('a', False)}, {entry.format('b', False)}]",
            "out.mapfile": f"[{entry.format('x', True)}, {entry.format('y', False)}]",
            "s.py": "def main(file):\n    return {'half': 3}\n",
            "p.parset": "pipeline.steps = [py, a]\n"
            + "py.control.type = pythonplugin\npy.control.executable = s.py\npy.argument.flags = [k]\n"
            + "py.control.mapfile_in = in.mapfile\npy.control.inputkey = k\n"
            + "py.control.mapfile_out = out.mapfile\n"
            + ECHO.format("a")
            + "a.argument.flags = [py.output.half.mapfile]\n",
        }
    )
    assert lines(planned(made), "a") == ["<py.output.half.mapfile[1]>"]
