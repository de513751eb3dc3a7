"""Runners that are killed while their jobs live on: rounds at random, and what matters one by one."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.acceptance.conftest import Lab

ROUNDS = 20


@pytest.fixture(scope="module")
def harness() -> ModuleType:
    """Load the module that ``tox -e chaos`` runs; folders of tests are no packages."""
    path = Path(__file__).parents[1] / "chaos" / "chaos.py"
    spec = importlib.util.spec_from_file_location("chaos", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["chaos"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_whenever_the_runner_is_killed_nothing_is_lost_or_done_twice(
    harness: ModuleType, project: Any, tmp_path: Path
) -> None:
    seed = harness.chosen_seed()
    print(f"{harness.SEED}={seed}")
    chaos = harness.Chaos(tmp_path, seed, project().environment())
    assert set(chaos.rounds(ROUNDS)) == set(harness.SHAPES)
    assert chaos.kills >= ROUNDS // 2
    assert chaos.survived > 0


LONG = """\
#!/bin/sh
here=${0%/bin/*}
[ -e "$here/quick" ] && { echo "again $(cat "$here/alive")" >> "$here/notes"; exit 0; }
trap 'echo told >> "$here/notes"' INT
sleep 60 &
echo $$ $! > "$here/alive.new"
mv "$here/alive.new" "$here/alive"
[ -e "$here/short" ] && { sleep 1.5; kill $!; echo end >> "$here/notes"; exit 0; }
wait
wait
"""

LONG_PYTHON = """\
import os, subprocess, time

def main(path):
    here = os.path.dirname(os.path.dirname(path))
    if os.path.exists(here + "/quick"):
        pids = open(here + "/alive").read()
        with open(here + "/notes", "a") as notes:
            notes.write("again " + pids + "\\n")
        return {}
    child = subprocess.Popen(["sleep", "60"])
    with open(here + "/alive.new", "w") as alive:
        alive.write(f"{os.getpid()} {child.pid} {os.getppid()}")
    os.rename(here + "/alive.new", here + "/alive")
    while True:
        time.sleep(60)
"""


@pytest.fixture
def killed(lab: Lab) -> Callable[[str], list[int]]:
    """Return a function that kills the runner while a job of a kind runs, and returns the job's processes."""

    def kill(kind: str) -> list[int]:
        for name in "bc":
            lab.project.file(f"data/{name}.ms").unlink()
        program = lab.project.write("bin/long", LONG)
        script = lab.project.write("scripts/long.py", LONG_PYTHON)
        one = lab.step("one", "look")
        task, what = ("pythonplugin", script) if kind == "python" else ("executable_args", program)
        kept = [line for line in one.lines if "control.type" not in line and "executable" not in line]
        lines = (
            *kept[:-1],
            "argument.flags = [in]",
            f"control.type = {task}",
            f"control.executable = {what}",
        )
        lab.write(lab.make(), type(one)("one", lines))
        runner = subprocess.Popen(
            [sys.executable, "-m", "genericpipe", "run", lab.parset],
            cwd=lab.project.path,
            env=lab.project.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        alive = lab.project.file("alive")
        deadline = time.monotonic() + 60
        while not alive.exists():
            assert runner.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        runner.send_signal(signal.SIGKILL)
        runner.wait()
        processes = [int(word) for word in alive.read_text().split()]
        assert set(processes) <= set(lab.alive(processes))
        return processes

    return kill


@pytest.mark.parametrize("kind", ["program", "python"])
def test_jobs_that_outlived_the_runner_are_ended_with_all_they_started(
    kind: str, lab: Lab, killed: Callable[[str], list[int]]
) -> None:
    processes = killed(kind)
    lab.project.write("quick", "")
    done = lab.run()
    assert "an earlier run was killed and left jobs behind: one[0]; they have been ended" in done.stdout
    assert lab.alive(processes) == []
    notes = lab.project.file("notes").read_text().splitlines()
    assert notes[-1].split()[:3] == ["again", *map(str, processes[:2])]
    assert notes[:-1] == (["told"] if kind == "program" else [])
    assert "again" not in lab.run().stdout


def test_they_are_waited_for_if_asked(lab: Lab, killed: Callable[[str], list[int]]) -> None:
    lab.project.write("short", "")
    processes = killed("program")
    lab.project.write("quick", "")
    done = lab.run("--wait")
    assert "they have been waited for" in done.stdout
    assert lab.alive(processes) == []
    # It came to its end by itself; how it ended nobody saw, and so it runs once more.
    notes = lab.project.file("notes").read_text().splitlines()
    assert notes[0] == "end"
    assert notes[1].startswith("again")


def test_on_another_machine_they_are_not_guessed_at(lab: Lab, killed: Callable[[str], list[int]]) -> None:
    processes = killed("program")
    journal = lab.folder / "journal.jsonl"
    host = os.uname().nodename
    journal.write_text(journal.read_text().replace(f'"host":"{host}"', '"host":"far.away"'))
    lab.project.write("quick", "")
    try:
        done = lab.run(status=5)
        assert "an earlier run on far.away was killed while its job one[0]" in done.stderr
        assert "hint: resume on far.away" in done.stderr
        assert set(processes) <= set(lab.alive(processes))
    finally:
        os.killpg(processes[0], signal.SIGKILL)


def test_a_number_that_went_to_another_process_is_left_alone(
    lab: Lab, killed: Callable[[str], list[int]]
) -> None:
    """The journal's process has another start time than the one that has its number now."""
    processes = killed("program")
    journal = lab.folder / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if '"job_started","step":"one"' in line)
    before, name, rest = lines[start].partition('"process_start":')
    lines[start] = f"{before}{name}1{rest}"
    journal.write_text("".join(lines))
    lab.project.write("quick", "")
    try:
        done = lab.run()
        assert "left jobs behind" not in done.stdout
        assert set(processes) <= set(lab.alive(processes))
    finally:
        os.killpg(processes[0], signal.SIGKILL)
