"""Jobs that outlived their runner are found, and ended or waited for."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from genericpipe.engine.folder.processes import stat_of, this_process
from genericpipe.engine.journal.history import History
from genericpipe.engine.journal.recorder import Recorder
from genericpipe.engine.journal.records import StepKey
from genericpipe.engine.resume.survivors import (
    Survivors,
    end_survivors,
    find_survivors,
    wait_for_survivors,
)
from genericpipe.errors import StateError
from genericpipe.recipes.job import JobIdentity

Record = Callable[[Callable[[Recorder], None]], History]
Start = Callable[..., "subprocess.Popen[bytes]"]

QUICK = ((signal.SIGINT, 0.3), (signal.SIGTERM, 0.3), (signal.SIGKILL, 5.0))


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a shell in a session of its own; it says `ready` once it has come so far."""
    processes = []

    def started(script: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True)
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    yield started
    for process in processes:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def started_at(pid: int) -> int:
    stat = stat_of(pid)
    assert stat is not None
    return stat.start


def recorded(record: Record, pid: int, ticks: int | None) -> History:
    def write(recorder: Recorder) -> None:
        recorder.step_started(StepKey("s", (2,)), "recipe")
        recorder.job_started(JobIdentity("s", 4, (2,)), "localhost", str(pid), ticks, "f")

    return record(write)


def reaped(process: subprocess.Popen[bytes]) -> int:
    return process.wait(timeout=10)


def test_a_survivor_is_ended_politely_first(start: Start, record: Record, tmp_path: Path) -> None:
    mark = tmp_path / "interrupted"
    process = start(f"trap 'touch {mark}; exit 3' INT; echo ready; while :; do sleep 0.05; done")
    survivors = find_survivors(recorded(record, process.pid, started_at(process.pid)))
    assert [one.handle for one in survivors.groups] == [str(process.pid)]
    assert str(survivors) == "s[2.4]"
    end_survivors(survivors)
    assert reaped(process) == 3
    assert mark.exists()
    assert not find_survivors(recorded(record, process.pid, 1))


def test_one_that_does_not_listen_is_killed_with_its_children(
    start: Start, record: Record, tmp_path: Path
) -> None:
    note = tmp_path / "child"
    process = start(
        f"trap '' INT TERM; sh -c 'echo $$ > {note}; while :; do sleep 1; done' & "
        f"while [ ! -s {note} ]; do sleep 0.01; done; echo ready; while :; do sleep 1; done"
    )
    child = int(note.read_text())
    survivors = find_survivors(recorded(record, process.pid, started_at(process.pid)))
    end_survivors(survivors, QUICK)
    assert reaped(process) == -signal.SIGKILL
    assert stat_of(child) is None


def test_children_without_their_leader_are_ended(start: Start, record: Record, tmp_path: Path) -> None:
    note = tmp_path / "child"
    process = start(f"sleep 60 >/dev/null & echo $! > {note}; echo ready")
    child = int(note.read_text())
    history = recorded(record, process.pid, started_at(child))
    reaped(process)
    survivors = find_survivors(history)
    assert len(survivors.groups) == 1
    end_survivors(survivors)
    assert stat_of(child) is None


def test_a_survivor_may_be_waited_for(start: Start, record: Record) -> None:
    process = start("echo ready; sleep 0.4")
    survivors = find_survivors(recorded(record, process.pid, started_at(process.pid)))
    began = time.monotonic()
    assert not wait_for_survivors(survivors, 0.05)
    assert wait_for_survivors(survivors)
    assert 0.1 < time.monotonic() - began < 5
    assert reaped(process) == 0


def test_another_process_of_the_same_number_is_left_alone(start: Start, record: Record) -> None:
    process = start("echo ready; sleep 60")
    history = recorded(record, process.pid, started_at(process.pid) - 1)
    assert not find_survivors(history)
    end_survivors(Survivors(tuple(history.unfinished.values())), QUICK)
    assert process.poll() is None


def on(history: History, **fields: object) -> History:
    for job, one in history.unfinished.items():
        runner = dataclasses.replace(this_process(), **fields)  # type: ignore[arg-type]
        history.unfinished[job] = dataclasses.replace(one, runner=runner)
    return history


def test_before_the_machine_was_started_anew(start: Start, record: Record) -> None:
    process = start("echo ready; sleep 60")
    assert not find_survivors(on(recorded(record, process.pid, started_at(process.pid)), boot="earlier"))


def test_on_another_machine_it_is_refused(record: Record) -> None:
    history = on(recorded(record, 77, 5), host="node7")
    with pytest.raises(StateError) as caught:
        find_survivors(history)
    assert caught.value.message == (
        "an earlier run on node7 was killed while its job s[2.4] (process 77) ran; it may still run there"
    )
    assert caught.value.hint.startswith("resume on node7")
    assert not find_survivors(history, assume_ended=["node7"])


def test_jobs_of_a_batch_system_are_its_own_business(record: Record) -> None:
    history = on(recorded(record, 4711, None), host="node7")
    survivors = find_survivors(history)
    assert (survivors.groups, [one.handle for one in survivors.submitted]) == ((), ["4711"])
    assert survivors
    end_survivors(survivors)


def test_finished_jobs_have_not_survived(record: Record) -> None:
    assert not find_survivors(record(lambda recorder: recorder.run_finished("done")))
