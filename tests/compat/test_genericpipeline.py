"""Pipelines driven from Python as factor did: `genericpipeline.py` loaded as a module (contract 14)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / "scripts"

# What a program of factor's kind does, with importlib for the `imp` that Python no longer has.
DRIVER = """\
import importlib.util, json, logging, os, sys

def load_source(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module

class Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []
    def emit(self, record):
        self.lines.append([record.levelname, record.getMessage()])

def call_generic_pipeline(executable, parset, config, name, level=logging.INFO, **inputs):
    loader = load_source('loader', os.path.join(os.path.dirname(executable), 'loader.py'))
    gp = load_source('gp', executable)
    pipeline = gp.GenericPipeline()
    pipeline.name = 'facetselfcal_' + name
    pipeline.logger = logging.getLogger(pipeline.name)
    pipeline.logger.setLevel(level)
    kept = Kept()
    pipeline.logger.addHandler(kept)
    pipeline.inputs['args'] = [parset]
    pipeline.inputs['config'] = config
    pipeline.inputs['job_name'] = name
    pipeline.inputs.update(inputs)
    status = pipeline.run(pipeline.name)
    return name, status, kept.lines
"""
ONE = f"""\
{DRIVER}
print(json.dumps(call_generic_pipeline(*sys.argv[1:5], **json.loads(sys.argv[5]))))
"""
CONFIG = """\
[DEFAULT]
runtime_directory = .
[layout]
job_directory = %(runtime_directory)s/%(job_name)s
[remote]
method = local
"""
MAP = (
    "[{'host': 'localhost', 'file': 'a.MS', 'skip': False}, "
    "{'host': 'localhost', 'file': 'b.MS', 'skip': False}]\n"
)


def step(program: str) -> str:
    """Return a parset with one step that runs a program for each of two files."""
    return (
        "pipeline.steps = [work]\nwork.control.type = executable_args\n"
        f"work.control.executable = {program}\nwork.control.mapfile_in = in.mapfile\n"
        "work.control.inputkey = ms\nwork.argument.flags = [said, ms]\n"
    )


@pytest.fixture
def driven(project: Callable[..., Any]) -> Callable[..., Any]:
    """Return what runs a program that drives pipelines in a project, and returns what it prints."""
    made = project({"in.mapfile": MAP, "pipeline.cfg": CONFIG, "a.parset": step("/bin/echo")})

    def run(driver: str, *words: str, **files: str) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            made.write(f"{name}.parset", text)
        made.write("driver.py", driver)
        return subprocess.run(
            [sys.executable, "driver.py", str(SCRIPTS / "genericpipeline.py"), *words],
            cwd=made.path,
            env=made.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    run.project = made  # type: ignore[attr-defined]
    return run


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_pipeline_runs_and_its_log_reaches_the_logger(driven: Any) -> None:
    name, status, lines = answer(driven(ONE, "a.parset", "pipeline.cfg", "facet_1", "{}"))
    assert (name, status) == ("facet_1", 0)
    assert ["INFO", "Beginning step work"] in lines
    assert ["INFO", "LOFAR Pipeline finished succesfully."] in lines
    assert {level for level, _ in lines} <= {"INFO", "WARNING"}
    log = driven.project.file("facet_1/logs/pipeline.log").read_text()
    assert "Beginning step work" in log


def test_a_failed_pipeline_returns_1_and_says_why(driven: Any) -> None:
    _, status, lines = answer(driven(ONE, "bad.parset", "pipeline.cfg", "f", "{}", bad=step("/bin/false")))
    assert status == 1
    assert ["ERROR", "LOFAR Pipeline finished unsuccesfully."] in lines


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("no.parset", "pipeline.cfg", "f", "{}"), "no.parset"),
        (("a.parset", "no.cfg", "f", "{}"), "no.cfg"),
        (("a.parset", "pipeline.cfg", "f", '{"args": []}'), "a list that holds the parset"),
        (("a.parset", "pipeline.cfg", "f", '{"args": "a.parset"}'), "a list that holds the parset"),
        (("a.parset", "pipeline.cfg", "f", '{"jobname": "a"}'), "Ingredient jobname not defined"),
    ],
)
def test_one_that_cannot_start_returns_1_and_says_why(driven: Any, words: tuple[str, ...], said: str) -> None:
    _, status, lines = answer(driven(ONE, *words))
    assert status == 1
    assert [line for level, line in lines if level == "ERROR" and said in line]


def test_the_loggers_level_decides_how_much_is_told(driven: Any) -> None:
    _, _, much = answer(driven(ONE, "a.parset", "pipeline.cfg", "f", '{"level": 10}'))
    assert [line for level, line in much if level == "DEBUG" and "said a.MS" in line]
    _, _, little = answer(driven(ONE, "a.parset", "pipeline.cfg", "g", '{"level": 30}'))
    assert {level for level, _ in little} <= {"WARNING", "ERROR"}


def test_other_inputs_are_the_options_of_the_command(driven: Any) -> None:
    driven.project.write("tasks.cfg", "[work]\nrecipe = executable_args\nexecutable = /bin/echo\n")
    text = (
        step("/bin/echo")
        .replace("work.control.executable = /bin/echo\n", "")
        .replace("executable_args", "work")
    )
    inputs = {
        "task_files": ["tasks.cfg"],
        "working_directory": str(driven.project.file("data")),
        "start_time": "once",
    }
    _, status, _ = answer(driven(ONE, "t.parset", "pipeline.cfg", "f", json.dumps(inputs), t=text))
    assert status == 0
    assert driven.project.file("data/f").is_dir()
    assert driven.project.file("f/logs/once/work/0.log").read_text() == "said a.MS\n"


def test_a_dry_run_runs_nothing(driven: Any) -> None:
    _, status, _ = answer(driven(ONE, "a.parset", "pipeline.cfg", "f", '{"dry_run": true}'))
    assert status == 0
    assert not driven.project.file("f/logs").exists()


MANY = f"""\
{DRIVER}
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
import functools, multiprocessing
call = functools.partial(call_generic_pipeline, sys.argv[1], 'a.parset', 'pipeline.cfg')
if __name__ == '__main__':
    if sys.argv[2] == 'threads':
        pool = ThreadPoolExecutor(3)
    else:
        pool = ProcessPoolExecutor(3, multiprocessing.get_context(sys.argv[2]))
    with pool:
        print(json.dumps(list(pool.map(call, ['facet_%d' % n for n in range(4)]))))
"""


@pytest.mark.parametrize("how", ["threads", "fork", "spawn"])
def test_several_run_at_once(driven: Any, how: str) -> None:
    found = answer(driven(MANY, how))
    assert [(name, status) for name, status, _ in found] == [(f"facet_{n}", 0) for n in range(4)]
    for name, _, lines in found:
        assert [line for _, line in lines].count("Beginning step work") == 1
        assert driven.project.file(f"{name}/logs/pipeline.log").is_file()


PLAIN = f"""\
{DRIVER}
gp = load_source('gp', sys.argv[1])
pipeline = gp.GenericPipeline()
pipeline.inputs['args'] = [sys.argv[2]]
pipeline.inputs['config'] = 'pipeline.cfg'
pipeline.inputs['job_name'] = 'plain'
if len(sys.argv) > 3:
    sys.stdout = sys.stderr = open(sys.argv[3], 'wb', buffering=0)
status = pipeline.run('plain')
sys.exit(10 + status)
"""


def test_without_a_handler_the_log_goes_to_standard_output(driven: Any) -> None:
    done = driven(PLAIN, "a.parset")
    assert done.returncode == 10
    assert "Beginning step work" in done.stdout
    assert done.stdout.endswith("Results:\n")


def test_standard_output_is_what_the_program_has_put_there(driven: Any) -> None:
    assert driven(PLAIN, "no.parset", "out.log").returncode == 11
    said = driven.project.file("out.log").read_text()
    assert "no.parset" in said
    assert "No results\n" in said


def test_an_input_that_is_none_is_refused(driven: Any) -> None:
    done = driven(f"{DRIVER}\nload_source('gp', sys.argv[1]).GenericPipeline().inputs['jobname'] = 'x'\n")
    assert "TypeError: Ingredient jobname not defined" in done.stderr


STOPPED = f"""\
{DRIVER}
import signal
if sys.argv[2] == 'own':
    signal.signal(signal.SIGTERM, lambda number, frame: print('own handler', flush=True))
call = functools = None
try:
    name, status, lines = call_generic_pipeline(sys.argv[1], 'slow.parset', 'pipeline.cfg', 'f')
    print('status', status, flush=True)
    print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, flush=True)
except KeyboardInterrupt:
    print('interrupted', flush=True)
"""


@pytest.fixture
def stopped(driven: Any) -> Iterator[Callable[..., str]]:
    """Return what starts a program whose pipeline sleeps, sends it a signal, and returns what it prints."""
    made = driven.project
    made.write("sleep.sh", "#!/bin/sh\necho $$ > $0.pid\nexec sleep 100\n")
    made.write("slow.parset", step(str(made.file("sleep.sh"))) + "work.control.max_per_node = 1\n")
    started: list[subprocess.Popen[str]] = []

    def stop(number: signal.Signals, how: str = "plain") -> str:
        made.write("driver.py", STOPPED)
        words = [sys.executable, "driver.py", str(SCRIPTS / "genericpipeline.py"), how]
        program = subprocess.Popen(
            words,
            cwd=made.path,
            env=made.environment(),
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(program)
        deadline = time.monotonic() + 60
        while not made.file("sleep.sh.pid").exists() or not made.file("sleep.sh.pid").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        # As from a terminal: to all of the group.
        os.killpg(program.pid, number)
        said, _ = program.communicate(timeout=60)
        return said

    yield stop
    for program in started:
        if program.poll() is None:
            program.kill()


def gone(pid: int) -> bool:
    """Return whether there is no such process, or only what is left of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize(
    ("number", "how", "said"),
    [
        (signal.SIGTERM, "plain", "status 1\nTrue\n"),
        (signal.SIGTERM, "own", "own handler\nstatus 1\nFalse\n"),
        (signal.SIGINT, "plain", "interrupted\n"),
    ],
)
def test_signals_are_passed_on(
    driven: Any, stopped: Callable[..., str], number: signal.Signals, how: str, said: str
) -> None:
    assert stopped(number, how) == said
    assert gone(int(driven.project.file("sleep.sh.pid").read_text()))
    assert "unsuccesfully" in driven.project.file("f/logs/pipeline.log").read_text()


def test_the_file_is_still_the_command(driven: Any) -> None:
    made = driven.project
    words = [sys.executable, str(SCRIPTS / "genericpipeline.py"), "a.parset", "-c", "pipeline.cfg"]
    done = subprocess.run(
        words, cwd=made.path, env=made.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "LOFAR Pipeline finished succesfully." in done.stdout


def test_starting_the_command_does_not_load_the_class(driven: Any) -> None:
    words = [sys.executable, "-X", "importtime", str(SCRIPTS / "genericpipeline.py"), "--help"]
    done = subprocess.run(words, env=driven.project.environment(), capture_output=True, text=True, check=True)
    assert "genericpipe.cli.legacy" in done.stderr
    assert "genericpipe.compat" not in done.stderr


def test_the_class_loads_under_other_interpreters(interpreters: list[str]) -> None:
    code = (
        "from lofarpipe.genericpipeline import GenericPipeline as G\n"
        "g = G(); g.inputs['args'] = []; g.logger = __import__('logging').getLogger('x')\n"
        "assert g.run('x') == 1 and g.name == 'x' and g.outputs == {}\n"
    )
    for interpreter in interpreters:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "genericpipe/compat")}
        done = subprocess.run([interpreter, "-c", code], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{interpreter}: {done.stderr}"
        assert done.stderr == "x: inputs['args'] is to be a list that holds the parset\n"
