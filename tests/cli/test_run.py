"""genericpipe run from outside: what it shows, leaves and returns."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

PARSET = """\
! program = work
pipeline.steps = [make, each]
make.control.kind = plugin
make.control.type = createMapfile
make.control.method = mapfile_from_folder
make.control.folder = {data}
make.control.pattern = *.MS
make.control.mapfile_dir = input.output.mapfile_dir
make.control.filename = all.mapfile
each.control.type = executable_args
each.control.executable = {here}/bin/{{{{ program }}}}
each.control.mapfile_in = make.output.mapfile
each.control.inputkey = file
each.control.max_per_node = 2
each.argument.flags = [file]
"""

PREFLIGHT = """
from genericpipe import Finding, Severity, hookimpl

@hookimpl
def genericpipe_preflight(pipeline):
    return [Finding(Severity.ERROR, "disk-full", "2 GB free, 40 GB wanted", hint="tidy up")]
"""

FAILING_OBSERVER = """
from genericpipe import hookimpl

@hookimpl
def genericpipe_step_started(run, step):
    raise RuntimeError("the web page is down")
"""

FAULTY_PREPARATION = """
from genericpipe import hookimpl

@hookimpl
def genericpipe_prepare_job(step, job):
    raise KeyError("queue")
"""


@pytest.fixture
def site(project: Any) -> Any:
    """Return a project with two data sets, a pipeline over them and programs for it."""
    made = project(
        {
            "data/a.MS/table.dat": "",
            "data/b.MS/table.dat": "",
            "bin/work": "#!/bin/sh\necho working on $1\n",
            "bin/fail": "#!/bin/sh\necho reading\necho 'Error: no stations left' >&2\nexit 3\n",
            "bin/crash": "#!/bin/sh\nkill -SEGV $$\n",
            "bin/wait": '#!/bin/sh\necho $$ >> "$(dirname "$0")/../started"\nexec sleep 60\n',
        }
    )
    made.write("a.parset", PARSET.format(data=made.file("data"), here=made.path))
    return made


def test_a_run(site: Any) -> None:
    done = site.run("run", "a.parset").expect(0)
    said = done.stdout.splitlines()
    assert re.fullmatch(rf"a: 2 steps, log {site.path}/a/logs/[-T:\d]+/pipeline\.log", said[0])
    assert said[1] == "make: started"
    assert re.fullmatch(r"make: done in \d+\.\d s", said[2])
    assert re.fullmatch(r"each: done in \d+\.\d s, 2 jobs", said[-2])
    assert re.fullmatch(r"done: 2 steps, 2 jobs, in \d+\.\d s", said[-1])
    assert done.stderr == ""
    logs = sorted(path.read_text() for path in site.path.glob("a/logs/*/each/*.log"))
    assert logs == [f"working on {site.path}/data/{name}.MS\n" for name in "ab"]


def test_the_log_is_that_of_the_pipeline(site: Any) -> None:
    site.run("run", "a.parset", "--log-level", "debug", "--start-time", "then").expect(0)
    log = site.file("a/logs/then/pipeline.log").read_text()
    assert "LOFAR Pipeline (a) starting." in log
    assert f"stdout: working on {site.path}/data/b.MS" in log
    assert log.endswith("LOFAR Pipeline finished succesfully.\n")


def test_a_failure_tells_all_that_a_person_needs(site: Any) -> None:
    done = site.run("run", "a.parset", "--set", "program=fail", "--start-time", "then").expect(1)
    said = done.stdout.splitlines()
    first = next(number for number, line in enumerate(said) if line.startswith("step each, entry 0 (a.MS)"))
    logs = f"{site.path}/a/logs/then"
    assert re.fullmatch(r"step each, entry 0 \(a\.MS\): exit status 3 after \d+\.\d s", said[first])
    assert said[first + 1 : first + 6] == [
        f"  command: {site.path}/bin/fail {site.path}/data/a.MS",
        "  last lines of 0.err:",
        "  > Error: no stations left",
        f"  log: {logs}/each/0.log",
        f"  log: {logs}/each/0.err",
    ]
    assert said[-4].startswith("failed after")
    assert "All jobs failed" in said[-4]
    assert said[-3:] == [
        "to resume: the same command again; what is done is not repeated",
        f"to see more: genericpipe status {site.path}/a; genericpipe logs {site.path}/a --failed",
        f"log: {logs}/pipeline.log",
    ]


def test_a_crash_is_told_by_the_name_of_its_signal(site: Any) -> None:
    done = site.run("run", "a.parset", "--set", "program=crash").expect(1)
    assert "ended by SIGSEGV (segmentation fault)" in done.stdout


def test_a_parset_with_errors_does_not_start(site: Any) -> None:
    site.write("wrong.parset", "pipeline.steps = [calib]\ncalib.control.type = nonsuch\n")
    done = site.run("run", "wrong.parset").expect(3)
    assert done.stdout == ""
    assert done.stderr.startswith("wrong.parset:2: error: ")
    assert not site.file("wrong").exists()


def test_a_step_plugin_that_is_not_here_does_not_wait_for_its_turn(site: Any) -> None:
    text = site.file("a.parset").read_text().replace("[make, each]", "[make, each, later]")
    site.write("a.parset", text + "later.control.kind = plugin\nlater.control.type = findRefAntenna\n")
    done = site.run("run", "a.parset").expect(3)
    assert "error: step 'later': there is no plugin PipelineStep_findRefAntenna.py" in done.stderr


def test_a_parset_that_is_not_there(site: Any) -> None:
    done = site.run("run", "gone.parset").expect(3)
    assert "gone.parset" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unresolved_option_may_be_allowed(site: Any) -> None:
    site.write(
        "a.parset", site.file("a.parset").read_text() + "each.control.environment = {X: {{ nothing }}}\n"
    )
    site.run("run", "a.parset").expect(3)
    done = site.run("run", "a.parset", "--allow-unresolved").expect(0)
    assert "nothing" in done.stdout


def test_a_preflight_check_ends_a_run_before_its_first_job(site: Any) -> None:
    site.write("plugins/disks.py", PREFLIGHT)
    done = site.run("run", "a.parset", env={"GENERICPIPE_PLUGINS": str(site.file("plugins"))}).expect(3)
    assert "error: 2 GB free, 40 GB wanted [disk-full]\n  hint: tidy up" in done.stderr
    assert not list(site.path.glob("a/logs/*/each"))


def test_an_observer_that_fails_stops_nothing(site: Any) -> None:
    site.write("plugins/page.py", FAILING_OBSERVER)
    done = site.run("run", "a.parset", env={"GENERICPIPE_PLUGINS": str(site.file("plugins"))}).expect(0)
    assert "RuntimeError: the web page is down" in done.stdout
    (log,) = site.path.glob("a/logs/*/pipeline.log")
    assert "RuntimeError: the web page is down" in log.read_text()


def test_a_defect_keeps_its_traceback_in_the_log(site: Any) -> None:
    site.write("plugins/queue.py", FAULTY_PREPARATION)
    done = site.run("run", "a.parset", env={"GENERICPIPE_PLUGINS": str(site.file("plugins"))}).expect(1)
    (log,) = site.path.glob("a/logs/*/pipeline.log")
    assert "Traceback" not in done.stdout + done.stderr
    assert "unexpected KeyError: 'queue'" in done.stdout
    assert str(log) in done.stdout
    assert "Traceback (most recent call last)" in log.read_text()
    assert list(site.path.glob("a/logs/*/statistics.xml"))


def test_debug_shows_the_traceback_of_a_defect(site: Any) -> None:
    site.write("plugins/queue.py", FAULTY_PREPARATION)
    env = {"GENERICPIPE_PLUGINS": str(site.file("plugins"))}
    done = site.run("run", "a.parset", "--debug", env=env).expect(1)
    assert "Traceback (most recent call last)" in done.stderr
    assert "KeyError: 'queue'" in done.stderr


def test_a_stream_that_cannot_show_all_characters(site: Any) -> None:
    site.file("data/é λ.MS").mkdir()
    site.write("bin/fail", '#!/bin/sh\necho "Error: $1" >&2\nexit 1\n')
    env = {"PYTHONIOENCODING": "ascii"}
    done = site.run("run", "a.parset", "--set", "program=fail", env=env).expect(1)
    assert "Error: " in done.stdout
    assert "\\xe9 \\u03bb.MS" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("log: ")


def test_a_log_that_cannot_be_written_is_told(site: Any) -> None:
    site.write(
        "p.cfg",
        "[DEFAULT]\nruntime_directory = .\nworking_directory = .\n[remote]\nmethod = local\n"
        "[logging]\nlog_file = a.parset/pipeline.log\nxml_stat_file = a.parset/statistics.xml\n",
    )
    done = site.run("run", "a.parset", "-c", "p.cfg").expect(0)
    assert "a.parset/pipeline.log cannot be written" in done.stdout
    assert "Failed opening xml stat file: a.parset/statistics.xml" in done.stdout + done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_run(number: signal.Signals, site: Any) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "genericpipe", "run", "a.parset", "--set", "program=wait"],
        cwd=site.path,
        env=site.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    started = site.file("started")
    deadline = time.monotonic() + 30
    while not (started.exists() and len(started.read_text().split()) == 2):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, number)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 6
    assert f"stopped by {number.name}" in said
    assert not any(Path(f"/proc/{pid}").exists() for pid in started.read_text().split())
    again = site.run("run", "a.parset").expect(0)
    assert "was stopped (2)" in again.stdout or "was stopped [runs-again]" in again.stdout
    assert "failed before" not in again.stdout


def test_on_a_terminal_there_is_a_display(site: Any) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "genericpipe", "run", "a.parset"],
        cwd=site.path,
        env=site.environment({"TERM": "xterm"}),
        stdout=slave,
        stdin=slave,
    )
    os.close(slave)
    shown = b""
    try:
        while piece := os.read(master, 65536):
            shown += piece
    except OSError:  # the end of a terminal
        pass
    finally:
        os.close(master)
    assert process.wait(30) == 0
    text = shown.decode()
    assert "0 of 2" in text
    assert "elapsed" in text
    assert "done: 2 steps, 2 jobs" in text
    assert "started" not in text


def test_a_step_plugin_is_called_by_what_can_be_imported(site: Any) -> None:
    site.run("run", "a.parset", "--log-level", "debug", "--start-time", "then").expect(0)
    log = site.file("a/logs/then/pipeline.log").read_text()
    assert "Running genericpipe_plugins.mapfiles.createMapfile:plugin_main " in log
