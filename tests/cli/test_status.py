"""genericpipe status: what a job folder says of itself, during a run and after it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from .jobs import FILES, chain

SLOW_LOOK = """
import time

from genericpipe import hookimpl

@hookimpl
def genericpipe_preflight(pipeline):
    time.sleep(0.3)
    return []
"""

SOFTWARE = """
from genericpipe import hookimpl

@hookimpl
def genericpipe_software_versions(config):
    return {"losoto": "2.4", "calibrate": "1.1"}
"""

BROKEN_SOFTWARE = """
from genericpipe import hookimpl

@hookimpl
def genericpipe_software_versions(config):
    raise OSError("no DP3 here")
"""


@pytest.fixture
def site(project: Any) -> Any:
    return project(FILES)


def steps_of(told: Any) -> dict[str, str]:
    return {step["step"]: step["state"] for step in told["steps"]}


def test_how_long_programs_were_at_work_is_told_of_each_run(project: Any) -> None:
    files = {
        "two.mapfile": "[{'host': 'localhost', 'file': '0.4', 'skip': False},"
        " {'host': 'localhost', 'file': '0.5', 'skip': False}]",
        "plugins/look.py": SLOW_LOOK,
        "p.parset": """
            pipeline.steps = [wait]
            wait.control.type = executable_args
            wait.control.executable = sleep
            wait.control.mapfile_in = two.mapfile
            wait.control.inputkey = seconds
            wait.control.inplace = True
            wait.control.max_per_node = 2
            wait.argument.flags = [seconds]
        """,
    }
    site = project(files)
    site.run("run", "p.parset", env={"GENERICPIPE_PLUGINS": str(site.path / "plugins")}).expect(0)
    (run,) = site.run("status", "p", "--format", "json").expect(0).json()["runs"]
    assert 0.3 <= run["preflight"] < 0.6
    # Both jobs ran at the same time: that of the longer one counts.
    assert 0.5 <= run["busy"] - run["preflight"] < 0.85
    # On resume no job runs again.
    site.run("run", "p.parset").expect(0)
    again = site.run("status", "p", "--format", "json").expect(0).json()["runs"]
    assert again[0]["busy"] == run["busy"]
    assert again[1]["busy"] == again[1]["preflight"] < 0.3


def test_a_run_that_is_done(site: Any) -> None:
    site.write("p.parset", chain(site.path, "a", "b"))
    site.run("run", "p.parset", "--start-time", "first").expect(0)
    said = site.run("status", "p").expect(0)
    assert said.stderr == ""
    lines = said.stdout.splitlines()
    assert lines[0] == f"{site.path}/p"
    assert re.fullmatch(
        rf"  run 1  first  done  process \d+ on \S+, genericpipe \S+, {site.path}/p\.parset", lines[1]
    )
    assert [line.split()[:2] for line in lines[4:]] == [["make", "done"], ["a", "done"], ["b", "done"]]
    assert lines[5].endswith("2 done")
    told = site.run("status", "p", "--format", "json").expect(0).json()
    assert told["running"] is False
    (run,) = told["runs"]
    assert (run["state"], run["exit"], run["start_time"]) == ("done", "done", "first")
    assert [step["counts"] for step in told["steps"]] == [{"done": 1}, {"done": 2}, {"done": 2}]
    assert all(step["duration"] >= 0 and step["cpu"] > 0 for step in told["steps"])


def test_a_failure_tells_which_jobs_and_why(site: Any) -> None:
    site.write("p.parset", chain(site.path, "a", "b", "c", programs={"b": "fail"}))
    site.run("run", "p.parset", "--start-time", "first").expect(1)
    said = site.run("status", "p").expect(0).stdout
    logs = f"{site.path}/p/logs/first/b"
    assert "\nb: failed: All jobs failed. Bailing out!\n" in said
    assert re.search(
        rf"\n  step b, entry 1 \(\S+\): exit status 3 after \d\.\d s\n    log: {logs}/1\.log\n"
        rf"    log: {logs}/1\.err\n",
        said,
    )
    told = site.run("status", "p", "--format", "json").expect(0).json()
    assert steps_of(told) == {"make": "done", "a": "done", "b": "failed", "c": "waiting"}
    failed = told["steps"][2]["jobs"]
    assert [(job["index"], job["state"], job["ended"], job["returncode"]) for job in failed] == [
        (0, "failed", "exit status 3", 3),
        (1, "failed", "exit status 3", 3),
    ]


def test_a_signal_is_told_by_its_name(site: Any) -> None:
    site.write("p.parset", chain(site.path, "a", programs={"a": "crash"}))
    site.run("run", "p.parset").expect(1)
    assert "ended by SIGSEGV (segmentation fault)" in site.run("status", "p").expect(0).stdout


def test_jobs_that_were_taken_over_count_as_reused(site: Any) -> None:
    site.write("p.parset", chain(site.path, "a", "b", programs={"b": "fail"}))
    site.run("run", "p.parset", "--start-time", "first").expect(1)
    site.write("p.parset", chain(site.path, "a", "b"))
    site.run("run", "p.parset", "--start-time", "second").expect(0)
    told = site.run("status", "p", "--step", "a", "--format", "json").expect(0).json()
    assert [run["state"] for run in told["runs"]] == ["failed", "done"]
    (step,) = told["steps"]
    assert (step["state"], step["counts"]) == ("done", {"reused": 2})
    assert [job["run"] for job in step["jobs"]] == [1, 1]
    assert step["jobs"][0]["logs"][0] == f"{site.path}/p/logs/first/a/0.log"


def test_each_job_of_a_step_with_what_it_ran(site: Any) -> None:
    more = "a.control.environment = {SKY: deep}\n"
    site.write("p.parset", chain(site.path, "a", more=more))
    site.write("plugins/versions.py", SOFTWARE)
    site.run("run", "p.parset", env={"GENERICPIPE_PLUGINS": str(site.file("plugins"))}).expect(0)
    program = site.file("bin/copy")
    size = program.stat().st_size
    said = site.run("status", "p", "--step", "a").expect(0).stdout
    assert said.startswith("a: done, 2 done\n  run: 1, ")
    assert f"  program: {program} ({size} bytes, last changed " in said
    # Others stand beside them if they are on this machine.
    (software,) = re.findall(r"^  software: (.*)$", said, re.MULTILINE)
    assert {"losoto 2.4", "calibrate 1.1"} <= set(software.split(", "))
    assert "SKY=deep" in said
    assert re.search(
        r"\n  0    done   exit status 0 .* \w{12}\.\w{8}\.\w{6}\.\w{6} .*/data/one\.in  .*/a/0\.log", said
    )
    told = site.run("status", "p", "--step", "a", "--format", "json").expect(0).json()
    (step,) = told["steps"]
    changed = program.stat().st_mtime_ns
    assert step["program"] == {"path": str(program), "size": size, "mtime_ns": changed}
    assert step["environment"]["SKY"] == "deep"
    assert {"losoto": "2.4", "calibrate": "1.1"}.items() <= told["runs"][0]["software"].items()
    assert [job["entry"] for job in step["jobs"]] == [
        [f"{site.path}/data/{name}.in"] for name in ("one", "two")
    ]


def test_versions_that_cannot_be_told_stop_no_run(site: Any) -> None:
    site.write("p.parset", chain(site.path, "a"))
    site.write("plugins/versions.py", BROKEN_SOFTWARE)
    done = site.run("run", "p.parset", env={"GENERICPIPE_PLUGINS": str(site.file("plugins"))}).expect(0)
    assert "no DP3 here" in done.stdout


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_under_way_and_one_that_was_killed(site: Any) -> None:
    site.write("p.parset", chain(site.path, "a", "b", "c", programs={"b": "wait"}))
    words = [sys.executable, "-m", "genericpipe", "run", "p.parset", "--start-time", "first"]
    runner = subprocess.Popen(words, cwd=site.path, env=site.environment(), stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: list(site.path.rglob("*.waits")))
        told = site.run("status", "p", "--format", "json").expect(0).json()
        said = site.run("status", "p").expect(0).stdout
    finally:
        runner.send_signal(signal.SIGKILL)
        runner.wait()
    assert told["running"] is True
    assert told["runs"][0]["state"] == "running"
    assert told["runs"][0]["pid"] == runner.pid
    assert steps_of(told) == {"make": "done", "a": "done", "b": "running", "c": "waiting"}
    assert told["steps"][2]["counts"] == {"running": 1, "waiting": 1}
    (job,) = told["steps"][2]["jobs"]
    assert (
        f"\nrunning:\n  b[0]: process {job['handle']} on {job['host']}, log {site.path}/p/logs/first/b/0.log"
        in said
    )
    os.killpg(int(job["handle"]), signal.SIGKILL)
    wait_for(lambda: not os.path.exists(f"/proc/{job['handle']}"))
    told = site.run("status", "p", "--format", "json").expect(0).json()
    assert (told["running"], told["runs"][0]["state"]) == (False, "killed")
    assert steps_of(told)["b"] == "partly"
    assert told["steps"][2]["counts"] == {"interrupted": 1, "waiting": 1}


def test_a_run_that_was_stopped(site: Any) -> None:
    site.write("p.parset", chain(site.path, "a", programs={"a": "wait"}))
    words = [sys.executable, "-m", "genericpipe", "run", "p.parset"]
    runner = subprocess.Popen(words, cwd=site.path, env=site.environment(), stdout=subprocess.DEVNULL)
    wait_for(lambda: list(site.path.rglob("*.waits")))
    runner.terminate()
    assert runner.wait(60) == 6
    told = site.run("status", "p", "--format", "json").expect(0).json()
    assert told["runs"][0]["state"] == "stopped"
    assert steps_of(told)["a"] == "partly"


def test_the_passes_of_a_loop_stand_each_by_itself(site: Any) -> None:
    text = chain(site.path, "a").replace("[make, a]", "[make, round]")
    loop = "round.control.kind = loop\nround.control.loopcount = 2\nround.control.loopsteps = [a]\n"
    site.write("p.parset", text + loop)
    site.run("run", "p.parset", "--start-time", "first").expect(0)
    told = site.run("status", "p", "--step", "a", "--format", "json").expect(0).json()
    assert [step["passes"] for step in told["steps"]] == [[0], [1]]
    assert told["steps"][1]["jobs"][0]["logs"][0] == f"{site.path}/p/logs/first/a/1.0.log"
    assert os.path.exists(told["steps"][1]["jobs"][0]["logs"][0])
    said = site.run("status", "p").expect(0).stdout
    assert re.search(r"^a\[1\] +done ", said, re.MULTILINE)


def test_a_damaged_line_is_told_and_the_rest_shown(site: Any) -> None:
    site.write("p.parset", chain(site.path, "a"))
    site.run("run", "p.parset").expect(0)
    journal = site.file("p/journal.jsonl")
    journal.write_text("nonsense\n" + journal.read_text())
    said = site.run("status", "p").expect(0)
    assert "journal.jsonl:1: warning: this line of the journal cannot be read" in said.stderr
    assert re.search(r"^a +done ", said.stdout, re.MULTILINE)


@pytest.mark.parametrize("command", [["status"], ["logs"], ["reset", "a"], ["clean"]])
def test_what_is_no_job_folder_is_refused(site: Any, command: list[str]) -> None:
    site.write("p.parset", chain(site.path, "a"))
    site.run("run", "p.parset").expect(0)
    name, *rest = command
    said = site.run(name, ".", *rest).expect(2).stderr
    assert said == "genericpipe: error: . is no job folder: it has no journal.jsonl\nhint: did you mean p?\n"
    said = site.run(name, "data", *rest).expect(2).stderr
    assert "hint: a job folder is <runtime_directory>/<job>" in said
    assert "there is no folder gone" in site.run(name, "gone", *rest).expect(2).stderr
    assert not site.file("data/lock").exists()


def test_a_step_that_is_not_there(site: Any) -> None:
    site.write("p.parset", chain(site.path, "calibrate"))
    site.run("run", "p.parset").expect(0)
    said = site.run("status", "p", "--step", "calibrat").expect(2).stderr
    assert "no step 'calibrat' is part of this job\nhint: did you mean 'calibrate'?" in said
