"""What a site's node script is given, and how its results come back (contract 7.8 and 8)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe.errors import PipelineError
from genericpipe.pipeline.nodescripts import find_nodescript, known_nodescripts, nodescript_folders
from genericpipe.recipes.executable_args import Work
from genericpipe.recipes.job import Job, Outcome, Status
from genericpipe.recipes.nodescripts import with_results

STEP = "s.control.type = executable_args\ns.control.executable = exe\ns.control.nodescript = scratch\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the node script ``scratch`` of a recipe directory that pipeline.cfg names."""
    script = tmp_path / "site" / "nodes" / "scratch.py"
    script.parent.mkdir(parents=True)
    script.write_text("pass\n")
    (tmp_path / "pipeline.cfg").write_text(
        f"[DEFAULT]\nruntime_directory = {tmp_path}\nworking_directory = {tmp_path}\n"
        f"recipe_directories = [{tmp_path / 'site'}]\n[layout]\njob_directory = {tmp_path / 'j'}\n"
    )
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return script


@pytest.fixture
def job(site: Path, prepared: Callable[..., Work], make_map: Callable[..., str]) -> Callable[..., Job]:
    """Return a maker of the job for an entry of a step with the node script."""
    path = make_map("m", ["/d/a.MS", "/d/b.MS"])

    def make(lines: str = "", index: int = 0, passes: tuple[int, ...] = ()) -> Job:
        text = f"{STEP}s.control.mapfile_in = {path}\ns.control.inputkey = in\n{lines}"
        work = dataclasses.replace(prepared(text), passes=passes)
        return work.job(index)

    return make


def given(job: Job) -> list[object]:
    """Return the arguments that the node script of a job is handed."""
    (text,) = [text for path, text in job.files.items() if path == job.argv[4]]
    return list(json.loads(text)["arguments"])


def test_the_command_is_python_the_script_job_host_and_port(job: Callable[..., Job], site: Path) -> None:
    argv = job(index=1).argv
    assert argv[0] == "python3"
    assert Path(argv[1]).name == "_startnode.py"
    assert argv[2:4] == (str(site), "1")
    assert argv[5] == "0"


def test_the_arguments_of_run_in_their_order(job: Callable[..., Job], tmp_path: Path) -> None:
    made = job(
        "s.control.outputkey = out\ns.control.environment = {FOO: bar}\ns.control.args_format = lofar\n"
        's.argument.flags = [-S, in, "x y"]\ns.argument.msout = out\ns.argument.b = 2\ns.argument.A = 1\n'
    )
    infile, executable, args, kwargs, work_dir, parsetasfile, args_format, environment = given(made)
    assert infile == "/d/a.MS"
    assert executable == "exe"
    assert args == ["-S", "/d/a.MS", "x y"]
    assert isinstance(kwargs, dict)
    assert list(kwargs.items()) == [("A", "1"), ("b", "2"), ("msout", str(tmp_path / "j" / "a.s"))]
    assert work_dir == str(tmp_path / "j")
    assert parsetasfile is False
    assert isinstance(args_format, dict)
    assert args_format["args_format"] == "lofar"
    assert args_format["args_formatlongoption"] == "--"
    assert args_format["args_format_option_argument"] == "="
    assert environment == {"FOO": "bar"}


def test_a_node_script_writes_the_parset_itself(job: Callable[..., Job]) -> None:
    made = job("s.control.parsetasfile = True\ns.argument.a = 1\n")
    assert given(made)[3] == {"a": "1", "in": "/d/a.MS"}
    assert given(made)[5] is True
    assert sorted(Path(path).name for path in made.files) == ["0.arguments.json", "0.results.json"]


def test_the_number_of_threads_is_no_argument(job: Callable[..., Job]) -> None:
    """It is about speed: another number is no other job, and scripts see it in their environment."""
    made = job("s.control.nthreads = 3\n")
    assert "OMP_NUM_THREADS" not in str(given(made))
    assert made.environment["OMP_NUM_THREADS"] == "3"


def test_each_pass_of_a_loop_has_its_own_files(job: Callable[..., Job]) -> None:
    assert Path(job(passes=(2,)).argv[4]).name == "2.0.arguments.json"


def test_the_task_may_name_the_script(
    site: Path, prepared: Callable[..., Work], make_map: Callable[..., str]
) -> None:
    path = make_map("m", ["/d/a.MS"])
    tasks = "[mine]\nrecipe = executable_args\nnodescript = scratch\nexecutable = exe\n"
    work = prepared(
        f"s.control.type = mine\ns.control.mapfile_in = {path}\ns.control.inputkey = in", tasks=tasks
    )
    node = work.job(0).node
    assert node is not None
    assert (node.script, node.executable) == (str(site), "exe")


def test_a_misspelt_one_is_told(job: Callable[..., Job]) -> None:
    with pytest.raises(PipelineError, match="no node script 'scatch'") as caught:
        job("s.control.nodescript = scatch\n")
    assert caught.value.hint == "did you mean 'scratch'?"
    assert caught.value.location is not None


def test_ours_win_over_those_of_an_installed_lofar(job: Callable[..., Job], site: Path) -> None:
    """recipe_directories of an old pipeline.cfg names LOFAR's own folder."""
    site.with_name("executable_args.py").write_text("pass\n")
    assert job("s.control.nodescript = executable_args\n").node is None


# Where a script is looked for


def test_the_last_folder_that_has_it_wins(tmp_path: Path) -> None:
    for folder in ("lib/lofarpipe/recipes/nodes", "one/nodes", "two/nodes"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.py").touch()
    (tmp_path / "one/nodes/b.py").touch()
    (tmp_path / "lib/lofarpipe/recipes/nodes/c.py").touch()
    folders = nodescript_folders([tmp_path / "one", tmp_path / "two", tmp_path / "none"], f":{tmp_path}/lib")
    assert find_nodescript("a", folders) == tmp_path / "two/nodes/a.py"
    assert find_nodescript("b", folders) == tmp_path / "one/nodes/b.py"
    assert find_nodescript("c", folders) == tmp_path / "lib/lofarpipe/recipes/nodes/c.py"
    assert find_nodescript("d", folders) is None
    assert known_nodescripts(folders) == {"a", "b", "c"}


def test_without_pythonpath_and_recipe_directories() -> None:
    """FIX of contract 7.8: LOFAR's own fell over where PYTHONPATH was not set."""
    assert nodescript_folders([], None) == []
    assert find_nodescript("a", []) is None


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_names_that_no_file_has(name: str, tmp_path: Path) -> None:
    (tmp_path / ".py").touch()
    assert find_nodescript(name, [tmp_path]) is None


# Results


@pytest.fixture
def left(job: Callable[..., Job]) -> Callable[..., Outcome]:
    """Return what becomes of an outcome when the script has left some text."""

    def leave(text: str | None, status: Status = Status.DONE, returncode: int | None = 0) -> Outcome:
        made = job()
        assert made.node is not None
        results = Path(made.node.results)
        results.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            results.write_text(text)
        return with_results(made, Outcome(status, returncode, reason="" if status.ok else "exit status 7"))

    return leave


def test_results_become_those_of_the_job(left: Callable[..., Outcome]) -> None:
    outcome = left('{"texts": {"size": "1.5", "ok": "True"}, "values": {"size": 1.5}}')
    assert outcome.status is Status.DONE
    assert outcome.results == {"size": "1.5", "ok": "True", "returncode": "0"}


def test_results_count_where_it_failed_with_its_exit_status(left: Callable[..., Outcome]) -> None:
    outcome = left('{"texts": {"size": "2"}}', Status.FAILED, 7)
    assert (outcome.status, outcome.reason) == (Status.FAILED, "exit status 7")
    assert outcome.results == {"size": "2", "returncode": "7"}


def test_a_script_that_leaves_nothing_succeeds_without_ok(left: Callable[..., Outcome]) -> None:
    outcome = left("")
    assert (outcome.status, outcome.reported) == (Status.DONE, False)
    assert outcome.results == {"returncode": "0"}


@pytest.mark.parametrize("text", [None, "{", "[1]", '{"texts": 1}'])
def test_nonsense_is_a_failure(left: Callable[..., Outcome], text: str | None) -> None:
    outcome = left(text)
    assert outcome.status is Status.FAILED
    assert "results of its node script" in outcome.reason


def test_nonsense_hides_no_failure(left: Callable[..., Outcome]) -> None:
    assert left("{", Status.FAILED, 7).reason == "exit status 7"


def test_a_stopped_job_has_no_results(left: Callable[..., Outcome]) -> None:
    assert left('{"texts": {"size": "2"}}', Status.CANCELLED, -15).results == {}


def test_what_an_earlier_attempt_left_does_not_count(job: Callable[..., Job]) -> None:
    made = job()
    assert made.node is not None
    assert made.files[made.node.results] == ""
