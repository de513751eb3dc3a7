from __future__ import annotations

import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from genericpipe import ExitStatus, Job, JobIdentity, Outcome, Status
from genericpipe.recipes.job import PythonCall
from genericpipe.report.failure import describe, how, how_to_go_on

STEP: Any = SimpleNamespace(name="calib")


def job(folder: Path, **settings: Any) -> Job:
    made: dict[str, Any] = {
        "identity": JobIdentity("calib", 3),
        "host": "localhost",
        "argv": ("DP3", "msin=/d/a b.MS"),
        "environment": {},
        "working_directory": folder,
        "stdout": folder / "3.log",
        "stderr": folder / "3.err",
        "inputs": ("/d/a b.MS/",),
    }
    return Job(**{**made, **settings})


def test_all_that_a_person_needs(tmp_path: Path) -> None:
    (tmp_path / "3.log").write_text("reading\nError: no column MODEL_DATA\nclosing\n")
    told = describe(STEP, job(tmp_path), Outcome(Status.FAILED, 2, duration=61.25))
    assert told == [
        "step calib, entry 3 (a b.MS): exit status 2 after 61.2 s",
        "  command: DP3 'msin=/d/a b.MS'",
        "  last lines of 3.log:",
        "    reading",
        "  > Error: no column MODEL_DATA",
        "    closing",
        f"  log: {tmp_path / '3.log'}",
    ]


def test_the_telling_line_is_shown_however_far_up_it_is(tmp_path: Path) -> None:
    lines = ["Error: disk", *(f"cleaning {number}" for number in range(40))]
    (tmp_path / "3.log").write_text("\n".join(lines) + "\n")
    told = describe(STEP, job(tmp_path), Outcome(Status.FAILED, 1))
    start = told.index("  > Error: disk")
    assert told[start + 1] == "    ... 28 lines ..."
    assert told[start + 2 : start + 14] == [f"    cleaning {number}" for number in range(28, 40)]


def test_stderr_comes_first_and_silent_output_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "3.log").write_text("all fine so far\n")
    (tmp_path / "3.err").write_text("Segmentation fault\n")
    told = describe(STEP, job(tmp_path), Outcome(Status.FAILED, -11))
    assert told[0] == "step calib, entry 3 (a b.MS): ended by SIGSEGV (segmentation fault) after 0.0 s"
    assert "  > Segmentation fault" in told
    assert not any("all fine" in line for line in told)
    assert told[-2:] == [f"  log: {tmp_path / '3.log'}", f"  log: {tmp_path / '3.err'}"]


def test_passes_hosts_and_reasons(tmp_path: Path) -> None:
    one = job(tmp_path, identity=JobIdentity("calib", 0, (1, 2)), host="node7", inputs=())
    outcome = Outcome(Status.FAILED, 0, reason="every solution is NaN")
    assert describe(STEP, one, outcome) == [
        "step calib, pass 1.2, entry 0: exit status 0 after 0.0 s",
        "  command: DP3 'msin=/d/a b.MS'",
        "  host: node7",
        "  reason: every solution is NaN",
        f"  log: {tmp_path / '3.log'}",
    ]


def test_a_step_plugin_has_no_entries(tmp_path: Path) -> None:
    call = PythonCall("/site/PipelineStep_x.py", (), {}, "plugin_main", is_step_plugin=True)
    one = job(tmp_path, call=call)
    assert describe(STEP, one, Outcome(Status.FAILED, 1))[0] == "step calib: exit status 1 after 0.0 s"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome(Status.FAILED, 1), "exit status 1"),
        (
            Outcome(Status.KILLED, -signal.SIGKILL, peak_memory=3 * 2**30),
            "ended by SIGKILL (killed, possibly out of memory), peak memory 3.0 GiB",
        ),
        (Outcome(Status.OUT_OF_MEMORY, -9, peak_memory=2**31), "out of memory, peak memory 2.0 GiB"),
        (Outcome(Status.FAILED, -64 - 100), "ended by signal 164"),
        (Outcome(Status.FAILED, None, reason="Executable DP3 not found"), "Executable DP3 not found"),
        (Outcome(Status.CANCELLED, -15), "stopped"),
    ],
)
def test_how_a_job_ended(outcome: Outcome, words: str) -> None:
    assert how(outcome) == words


@pytest.mark.parametrize("status", [ExitStatus.STEP_FAILED, ExitStatus.STOPPED])
def test_how_to_go_on(status: ExitStatus) -> None:
    assert how_to_go_on(Path("/d/my job"), status) == [
        "to resume: the same command again; what is done is not repeated",
        "to see more: genericpipe status '/d/my job'; genericpipe logs '/d/my job' --failed",
    ]


def test_the_same_command_does_not_help_where_the_state_does_not_fit() -> None:
    assert how_to_go_on(Path("/d"), ExitStatus.STATE) == [
        "to see more: genericpipe status /d; genericpipe logs /d --failed"
    ]


def test_a_job_that_was_not_started_took_no_time_and_has_no_log(tmp_path: Path) -> None:
    outcome = Outcome(Status.FAILED, None, reason="not started: its input is gone")
    assert describe(STEP, job(tmp_path), outcome) == [
        "step calib, entry 3 (a b.MS): not started: its input is gone",
        "  command: DP3 'msin=/d/a b.MS'",
    ]
