"""genericpipeline.py from outside: what it prints, leaves and returns (contract 1)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

STEPS = """\
ObsSW.Observation.otdbID = 42
pipeline.steps = [first, second]
first.control.type = executable_args
first.control.mapfile_in = in.mapfile
first.control.executable = bin/work
first.control.inplace = True
first.control.inputkey = file
first.control.max_per_node = 2
first.argument.flags = [file]
second.control.type = executable_args
second.control.mapfile_in = first.output.mapfile
second.control.executable = bin/{second}
second.control.inplace = True
second.control.inputkey = file
second.control.max_per_node = 2
second.argument.flags = [file]
"""

MAPFILE = "".join(
    f"{{'host': 'localhost', 'file': '/data/{name}.MS', 'skip': False}},\n" for name in ("a", "b")
)

FILES = {
    "a.parset": STEPS.format(second="work"),
    "bad.parset": STEPS.format(second="fail"),
    "long.parset": STEPS.format(second="wait"),
    "in.mapfile": f"[{MAPFILE}]",
    "bin/work": "#!/bin/sh\necho working on $1\necho a remark >&2\n",
    "bin/fail": "#!/bin/sh\necho 'Error: no stations left' >&2\nexit 3\n",
    "bin/wait": '#!/bin/sh\nsleep 60 &\necho $! >> "$(dirname "$0")/../children"\nwait\n',
}

STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d "

COMMAND = [sys.executable, "-m", "genericpipe.cli.legacy"]


@pytest.fixture
def site(project: Any) -> Any:
    """Return a project with three pipelines and the programs that they run."""
    made = project(FILES)
    for name in ("a.parset", "bad.parset", "long.parset"):
        text = made.file(name).read_text().replace("bin/", f"{made.path}/bin/")
        made.write(name, text.replace("in.mapfile", f"{made.path}/in.mapfile"))
    return made


@pytest.fixture
def legacy(site: Any) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*COMMAND, *words],
            cwd=site.path,
            env=site.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout
        return done

    return run


def records(text: str) -> list[str]:
    """Return the log records in a text, without their time."""
    return [line[20:] for line in text.splitlines() if re.match(STAMP, line)]


def the(site: Any, pattern: str) -> Path:
    (found,) = site.path.glob(pattern)
    assert isinstance(found, Path)
    return found


def test_a_run(site: Any, legacy: Any) -> None:
    done = legacy("a.parset")
    assert (done.returncode, done.stderr) == (0, "")
    *said, last = done.stdout.splitlines()
    assert last == "Results:"
    log = the(site, "a/logs/*/pipeline.log").read_text()
    assert log.splitlines() == said
    told = records(log)
    expected = [
        "INFO    genericpipeline: LOFAR Pipeline (a) starting.",
        "INFO    genericpipeline: SASID = 42, MOMID = , Feedback method = none",
        "INFO    genericpipeline: Beginning step first",
        f"WARNING node.localhost.executable_args.a.MS: {site.path}/bin/work stderr: a remark",
        "INFO    genericpipeline: Beginning step second",
        "INFO    genericpipeline: LOFAR Pipeline finished succesfully.",
    ]
    assert [line for line in told if line in expected and told.count(line) == 1] == [
        line for line in expected if "remark" not in line
    ]
    assert told.count(expected[3]) == 2
    assert not any("stdout" in line for line in told)


def test_what_a_run_leaves(site: Any, legacy: Any) -> None:
    legacy("a.parset", "--start-time", "then")
    job = site.file("a")
    assert (job / "logs/then/pipeline.log").is_file()
    assert (job / "logs/then/first/1.log").read_text() == "working on /data/b.MS\n"
    assert (job / "parsets/second.parset").is_file()
    assert (job / "mapfiles/second.mapfile").exists() or (job / "mapfiles/second.ok.mapfile").exists()
    root = ElementTree.parse(job / "logs/then/statistics.xml").getroot()
    assert [child.tag for child in root] == ["active_stack", "first", "second"]


def test_debug_has_what_programs_print(site: Any, legacy: Any) -> None:
    done = legacy("a.parset", "-d")
    expected = (
        f"DEBUG   node.localhost.executable_args.b.MS: {site.path}/bin/work stdout: working on /data/b.MS"
    )
    assert expected in records(done.stdout)


def test_a_log_level(legacy: Any) -> None:
    told = records(legacy("a.parset", "--loglevel", "ERROR").stdout)
    assert told == []


def test_a_failed_run(site: Any, legacy: Any) -> None:
    done = legacy("bad.parset")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "Results:"
    told = records(done.stdout)
    for line in (
        "ERROR   genericpipeline: Failed pipeline run: bad",
        "ERROR   genericpipeline: LOFAR Pipeline finished unsuccesfully.",
        "WARNING genericpipeline: recipe genericpipeline completed with errors",
        "WARNING genericpipeline: executable_args reports failure (using executable_args recipe)",
    ):
        assert told.count(line) == 1
    assert "succesfully." not in told[-3]
    assert "> Error: no stations left" in done.stdout
    root = ElementTree.parse(the(site, "bad/logs/*/statistics.xml")).getroot()
    assert [child.tag for child in root[0]] == ["second"]
    assert [child.tag for child in root[1:]] == ["first"]


def test_a_job_name(site: Any, legacy: Any) -> None:
    done = legacy("-j", "field", "a.parset")
    assert records(done.stdout)[0] == "INFO    genericpipeline: LOFAR Pipeline (genericpipeline) starting."
    assert site.file("field/mapfiles").is_dir()
    assert not site.file("a").exists()


def test_the_name_of_a_job_loses_the_last_extension_only(site: Any, legacy: Any) -> None:
    site.write("a.b.parset", site.file("a.parset").read_text())
    done = legacy("a.b.parset")
    assert records(done.stdout)[0] == "INFO    genericpipeline: LOFAR Pipeline (a.b) starting."
    assert site.file("a.b").is_dir()


def test_folders_of_the_command_line_win(site: Any, legacy: Any) -> None:
    site.write(
        "p.cfg", "[DEFAULT]\nruntime_directory = rt\nworking_directory = wd\n[remote]\nmethod = local\n"
    )
    site.file("other").mkdir()
    done = legacy("a.parset", "-cp.cfg", "-r", str(site.file("other")), "-w", str(site.file("work/deep")))
    assert done.returncode == 0, done.stdout
    assert site.file("other/a/mapfiles").is_dir()
    assert site.file("work/deep/a").is_dir()
    assert not site.file("rt").exists()


def test_a_runtime_directory_of_the_configuration_is_made_and_told(site: Any, legacy: Any) -> None:
    rt = site.file("new/rt")
    site.write(
        "p.cfg", f"[DEFAULT]\nruntime_directory = {rt}\nworking_directory = {rt}\n[remote]\nmethod = local\n"
    )
    done = legacy("a.parset", "-c", "p.cfg")
    assert done.returncode == 0, done.stdout
    told = [line for line in records(done.stdout) if str(rt) in line and "has been made" in line]
    assert len(told) == 1
    assert (rt / "a").is_dir()


def test_a_dry_run_runs_nothing(site: Any, legacy: Any) -> None:
    done = legacy("-n", "a.parset")
    assert done.returncode == 0
    assert "first: recipe executable_args" in done.stdout
    assert f"{site.path}/bin/work /data/a.MS" in done.stdout
    assert not site.file("a").exists()
    assert legacy("--dry-run", "False", "a.parset").stdout.splitlines()[-1] == "Results:"
    assert site.file("a").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["gone.parset"], "Unable to open file gone.parset"),
        (["a.parset", "-c", "gone.cfg"], "there is no file 'gone.cfg'"),
        (["a.parset", "-t", "gone.cfg"], "there is no file 'gone.cfg'"),
        (["a.parset", "-r", "gone"], "there is no folder 'gone'"),
    ],
)
def test_what_is_not_there_is_one_clear_line(words: list[str], told: str, legacy: Any) -> None:
    done = legacy(*words)
    assert (done.returncode, done.stdout) == (1, "No results\n")
    assert done.stderr.startswith("genericpipeline.py: error: ")
    assert told in done.stderr.splitlines()[0]


def test_a_pipeline_with_errors_does_not_start(site: Any, legacy: Any) -> None:
    site.write("wrong.parset", "pipeline.steps = [calib]\ncalib.control.type = nonsuch\n")
    done = legacy("wrong.parset")
    assert (done.returncode, done.stdout) == (1, "No results\n")
    assert "wrong.parset:2: error:" in done.stderr
    assert "nonsuch" in done.stderr
    assert not site.file("wrong").exists()


def test_no_steps(site: Any, legacy: Any) -> None:
    site.write("none.parset", "a.control.type = dppp\n")
    done = legacy("none.parset")
    assert done.returncode == 1
    assert "Error: No pipeline steps defined" in done.stdout.splitlines()
    assert "Results:" not in done.stdout.splitlines()


def test_an_empty_list_of_steps_runs_nothing(site: Any, legacy: Any) -> None:
    site.write("empty.parset", "pipeline.steps = []\n")
    done = legacy("empty.parset")
    assert done.returncode == 0
    assert "INFO    genericpipeline: LOFAR Pipeline finished succesfully." in records(done.stdout)


def test_wrong_usage(legacy: Any) -> None:
    done = legacy("a.parset", "b.parset")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage:")


def test_a_method_that_nothing_serves(site: Any, legacy: Any) -> None:
    site.write(
        "p.cfg", "[DEFAULT]\nruntime_directory = .\nworking_directory = .\n[remote]\nmethod = mpirun\n"
    )
    done = legacy("a.parset", "-c", "p.cfg")
    assert done.returncode == 1
    assert "p.cfg:5: [remote] method = mpirun" in done.stderr


def test_a_configuration_without_a_method_means_ssh(site: Any, legacy: Any) -> None:
    """Contract 12; whoever never wrote of ssh is told where it comes from."""
    site.write("p.cfg", "[DEFAULT]\nruntime_directory = .\nworking_directory = .\n")
    done = legacy("a.parset", "-c", "p.cfg")
    assert done.returncode == 1
    assert "p.cfg: no method in [remote], which means ssh" in done.stderr


def is_alive(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_jobs_and_all_they_started(number: signal.Signals, site: Any) -> None:
    process = subprocess.Popen(
        [*COMMAND, "long.parset"], cwd=site.path, env=site.environment(), stdout=subprocess.PIPE, text=True
    )
    children = site.file("children")
    deadline = time.monotonic() + 30
    while not (children.exists() and len(children.read_text().split()) == 2):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    pids = [int(word) for word in children.read_text().split()]
    assert all(map(is_alive, pids))
    os.kill(process.pid, number)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert not any(map(is_alive, pids))
    assert said.splitlines()[-1] == "Results:"
    told = records(the(site, "long/logs/*/pipeline.log").read_text())
    assert "ERROR   genericpipeline: LOFAR Pipeline finished unsuccesfully." in told
    assert any(f"stopped by {number.name}" in line for line in told)
    assert the(site, "long/logs/*/statistics.xml").is_file()


def test_a_closed_standard_output_stops_nothing(site: Any) -> None:
    command = f"{' '.join(COMMAND)} a.parset >&-"
    done = subprocess.run(
        ["sh", "-c", command], cwd=site.path, env=site.environment(), check=False, timeout=60
    )
    assert done.returncode == 0
    assert "finished succesfully" in the(site, "a/logs/*/pipeline.log").read_text()


def test_whoever_stops_reading_does_not_stop_the_run(site: Any) -> None:
    command = f"{' '.join(COMMAND)} a.parset | head -n 1"
    subprocess.run(["sh", "-c", command], cwd=site.path, env=site.environment(), check=True, timeout=60)
    deadline = time.monotonic() + 30
    while not any(
        "finished succesfully" in one.read_text() for one in site.path.glob("a/logs/*/pipeline.log")
    ):
        assert time.monotonic() < deadline
        time.sleep(0.02)


BROKEN_TASKS = """
from genericpipe import hookimpl

@hookimpl
def genericpipe_task_definitions(config):
    raise KeyError("tasks")
"""


def test_a_defect_is_told_under_the_program_s_own_name(site: Any) -> None:
    site.write("plugins/tasks.py", BROKEN_TASKS)
    plugged_in = {"GENERICPIPE_PLUGINS": str(site.file("plugins")), "TMPDIR": str(site.path)}
    done = subprocess.run(
        [*COMMAND, "a.parset"],
        cwd=site.path,
        env=site.environment(plugged_in),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("genericpipeline.py: unexpected KeyError: 'tasks'")
    kept = Path(done.stderr.split()[-1])
    assert "\ngenericpipeline.py a.parset\n" in kept.read_text()
