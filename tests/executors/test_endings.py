"""What is said of a process by the kernel's word for its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from genericpipe.executors.endings import Ending, outcome_of, signal_name
from genericpipe.executors.memory import OutOfMemoryCounter
from genericpipe.recipes.job import Status

KILLED = signal.SIGKILL.value
SHELL_KILLED = (128 + KILLED) << 8


@pytest.mark.parametrize(
    "text", ["low 0\noom 1\noom_kill {}\noom_group_kill 9\n", "under_oom 0\noom_kill {}\n"]
)
@pytest.mark.parametrize("status", [KILLED, SHELL_KILLED])
def test_out_of_memory_is_told_by_the_counter(tmp_path, text, status):
    file = tmp_path / "memory.events"
    file.write_text(text.format(4))
    counter = OutOfMemoryCounter([tmp_path / "missing", file])
    before = counter.read()
    assert before == 4
    ending = Ending(status, 1.0, 3_456_000_000)
    assert outcome_of(ending, False, counter, before).status is not Status.OUT_OF_MEMORY
    file.write_text(text.format(5))
    outcome = outcome_of(ending, False, counter, before)
    assert (outcome.status, outcome.reason) == (Status.OUT_OF_MEMORY, "out of memory, peak 3.5 GB")
    assert outcome_of(ending, True, counter, before).status is Status.CANCELLED
    assert outcome_of(Ending(11), False, counter, before).reason == "ended by SIGSEGV (Segmentation fault)"
    counter.close()


@pytest.mark.parametrize(
    ("peak", "reason"),
    [
        (None, "killed, possibly out of memory"),
        (999, "killed, possibly out of memory, peak 999 B"),
        (250_000_000, "killed, possibly out of memory, peak 250 MB"),
    ],
)
def test_killed_by_somebody(peak, reason):
    outcome = outcome_of(Ending(KILLED, 0.0, peak), False, OutOfMemoryCounter([]), None)
    assert (outcome.status, outcome.reason) == (Status.KILLED, reason)


def test_every_signal_has_a_name():
    assert signal_name(signal.SIGBUS).startswith("SIGBUS")
    assert [number for number in range(1, 65) if not signal_name(number)] == []


GROUP = Path("/sys/fs/cgroup/memory") / f"genericpipe-test-{os.getpid()}"

HOG = """\
import os, pathlib, sys
folder = pathlib.Path(sys.argv[1])
(folder / "cgroup.procs").write_text(str(os.getpid()))
from genericpipe.executors.local import LocalExecutor
from genericpipe.recipes.job import Job, JobIdentity
executor = LocalExecutor()
logs = pathlib.Path(sys.argv[2])
words = (sys.executable, "-c", "x = b'1' * 400_000_000")
executor.submit(Job(JobIdentity("s", 0), "h", words, {}, logs, logs / "0.log", logs / "0.err"))
(ended,) = executor.poll(60)
print(ended.outcome.status.value, "|", ended.outcome.reason)
executor.close()
"""


def test_a_job_that_the_kernel_kills_for_want_of_memory(tmp_path):
    try:
        GROUP.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    try:
        (GROUP / "memory.limit_in_bytes").write_text("150000000")
        words = [sys.executable, "-c", HOG, str(GROUP), str(tmp_path)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    finally:
        GROUP.rmdir()
    assert done.stdout.startswith("out of memory | out of memory, peak 1"), done.stderr
