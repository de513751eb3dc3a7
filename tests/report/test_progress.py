from __future__ import annotations

import io
import signal
from collections.abc import Callable
from typing import Any

import pytest

from genericpipe import (
    ExitStatus,
    Finding,
    Job,
    JobIdentity,
    Outcome,
    PipelineError,
    Run,
    Severity,
    Status,
    StepOutcome,
)
from genericpipe.engine.run import Expected, Failure
from genericpipe.report.progress import Current, Progress, counted, span, steps_in

Runs = Callable[..., Run]
Jobs = Callable[..., Job]

DONE = Outcome(Status.DONE, 0)
FAILED = Outcome(Status.FAILED, 3)


def tell(progress: Progress, run: Run, make_job: Jobs, failing: int) -> None:
    """Tell of a run whose second step has `failing` jobs that fail."""
    make, recipe, *_ = run.pipeline.steps
    progress.genericpipe_run_started(run)
    progress.genericpipe_step_started(run, make)
    progress.genericpipe_step_finished(run, make, StepOutcome(Status.DONE, duration=0.04))
    progress.genericpipe_step_started(run, recipe)
    run.stash.keep(Expected(recipe.name, failing + 1))
    for index in range(failing + 1):
        job = make_job(recipe.name, index, stderr="" if index == failing else f"Error: number {index}\n")
        progress.genericpipe_job_started(run, recipe, job)
        progress.genericpipe_job_finished(run, recipe, job, DONE if index == failing else FAILED)
    status = Status.FAILED if failing else Status.DONE
    counts = {Status.DONE: 1, **({Status.FAILED: failing} if failing else {})}
    reason = "A job has failed" if failing else ""
    progress.genericpipe_step_finished(run, recipe, StepOutcome(status, {}, counts, 75.0, reason))
    if failing:
        run.stash.keep(Failure(PipelineError("A job has failed")))
    progress.genericpipe_run_finished(run, ExitStatus.STEP_FAILED if failing else ExitStatus.DONE)


def test_a_line_for_each_beginning_and_end(make_run: Runs, make_job: Jobs) -> None:
    run, stream = make_run(), io.StringIO()
    tell(Progress(stream), run, make_job, 0)
    assert stream.getvalue().splitlines() == [
        f"field: 5 steps, log {run.config.log_file}",
        "make: started",
        "make: done in 0.0 s",
        "3c196: started",
        "3c196: done in 1:15, 1 job",
        "done: 2 steps, 1 job, in 0.0 s",
    ]


def test_failures_are_told_where_they_happen(make_run: Runs, make_job: Jobs) -> None:
    run, stream = make_run(), io.StringIO()
    tell(Progress(stream), run, make_job, 2)
    said = stream.getvalue().splitlines()
    first = said.index("step 3c196, entry 0 (a.MS): exit status 3 after 0.0 s")
    assert said[first + 1 : first + 4] == [
        "  command: /opt/DP3 msin=/d/a.MS",
        "  last lines of 0.err:",
        "  > Error: number 0",
    ]
    folder = run.job_directory
    assert said[-5:] == [
        "3c196: failed after 1:15, 1 job done, 2 failed: A job has failed",
        "failed after 0.0 s, 2 jobs failed, 1 done: A job has failed",
        "to resume: the same command again; what is done is not repeated",
        f"to see more: genericpipe status {folder}; genericpipe logs {folder} --failed",
        f"log: {run.config.log_file}",
    ]


def test_many_failures_do_not_flood(make_run: Runs, make_job: Jobs) -> None:
    run, stream = make_run(), io.StringIO()
    tell(Progress(stream), run, make_job, 200)
    said = stream.getvalue()
    assert said.count("exit status 3") == 3
    assert said.count("more jobs of this step failed") == 1


def test_what_is_said_once_is_not_hidden_by_what_is_said_often(make_run: Runs) -> None:
    run, stream = make_run(), io.StringIO()
    run.findings.extend(Finding(Severity.WARNING, "often", f"number {one}") for one in range(12))
    run.findings.append(Finding(Severity.WARNING, "rare", "this matters"))
    Progress(stream).genericpipe_run_started(run)
    said = stream.getvalue().splitlines()[1:]
    often = [f"warning: number {one} [often]" for one in range(9)]
    assert said == [*often, "warning: this matters [rare]", "... 3 more findings: in the log"]


def test_findings(make_run: Runs) -> None:
    run, stream = make_run(), io.StringIO()
    progress = Progress(stream)
    run.findings.extend(Finding(Severity.WARNING, "odd", f"number {one}") for one in range(12))
    progress.genericpipe_run_started(run)
    run.findings.extend([Finding(Severity.WARNING, "late", "one more")] * 1000)
    progress.genericpipe_run_finished(run, ExitStatus.DONE)
    said = stream.getvalue().splitlines()
    assert said[1] == "warning: number 0 [odd]"
    assert said[10:13] == [
        "warning: number 9 [odd]",
        "... 2 more findings: in the log",
        "warning: one more [late]",
    ]


def test_a_job_that_is_tried_again_is_no_other_job(make_run: Runs, make_job: Jobs) -> None:
    run, progress = make_run(), Progress(io.StringIO())
    step = run.pipeline.steps[1]
    progress.genericpipe_run_started(run)
    progress.genericpipe_step_started(run, step)
    for _ in range(2):
        progress.genericpipe_job_started(run, step, make_job(step.name))
    assert str(progress._current[-1]) == "0 jobs done, 1 running"
    progress.genericpipe_job_finished(run, step, make_job(step.name), DONE)
    assert str(progress._current[-1]) == "1 jobs done"


def test_whoever_stops_reading_stops_nothing(make_run: Runs, make_job: Jobs) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    tell(Progress(Gone()), make_run(), make_job, 5)


def test_steps_of_loops_count_as_often_as_they_run(make_run: Runs) -> None:
    assert steps_in(make_run().pipeline.steps) == 5


def test_what_is_left(make_run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    current = Current(
        make_run().pipeline.steps[1], jobs=10, running={JobIdentity("s", one) for one in range(2)}
    )
    assert str(current) == "0 of 10 jobs done, 2 running"
    assert current.rest is None
    current.ended.update({Status.DONE: 3, Status.REUSED: 2, Status.FAILED: 1})
    assert str(current) == "5 of 10 jobs done, 1 failed, 2 running"
    # Four jobs took 8 s; the two that had been done before say nothing of the other four.
    monkeypatch.setattr("time.monotonic", lambda: current.began + 8.0)
    assert current.rest == 8.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.94, "59.9 s"), (60, "1:00"), (245.4, "4:05"), (7650, "2:07:30")],
)
def test_times(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("jobs", "text"),
    [
        ({Status.DONE: 1}, "1 job"),
        ({Status.DONE: 12}, "12 jobs"),
        ({Status.DONE: 9, Status.FAILED: 3}, "9 jobs done, 3 failed"),
        ({Status.CANCELLED: 2}, "2 jobs cancelled"),
    ],
)
def test_numbers_of_jobs(jobs: Any, text: str) -> None:
    assert counted(jobs) == text


def test_on_a_terminal_the_display_shows_steps_and_jobs(make_run: Runs, make_job: Jobs) -> None:
    from rich.console import Console

    from genericpipe.report.liveprogress import LiveProgress

    run, stream = make_run(), io.StringIO()
    console = Console(file=stream, force_terminal=True, width=110, color_system=None)
    progress = LiveProgress(console)
    recipe = run.pipeline.steps[1]
    progress.genericpipe_run_started(run)
    progress.genericpipe_step_started(run, recipe)
    run.stash.keep(Expected(recipe.name, 4))
    for index in range(3):
        job = make_job(recipe.name, index, stderr="[red]Error[/red]\n")
        progress.genericpipe_job_started(run, recipe, job)
        if index < 2:
            progress.genericpipe_job_finished(run, recipe, job, FAILED if index else DONE)
    with console.capture() as shown:
        console.print(progress._picture())
    picture = shown.get()
    assert "0 of 5" in picture
    assert "1 of 4 jobs done, 1 failed, 1 running" in picture
    assert "to go" in picture
    progress.genericpipe_run_finished(run, ExitStatus.STOPPED)
    said = stream.getvalue()
    assert "  > [red]Error[/red]" in said
    assert "stopped after" in said


def test_on_a_terminal_the_display_shows_that_a_signal_was_heard(make_run: Runs) -> None:
    from rich.console import Console

    from genericpipe.engine.dispatch import Stop
    from genericpipe.report.liveprogress import LiveProgress

    run, stop = make_run(), Stop()
    run.stash.keep(stop)
    console = Console(file=io.StringIO(), force_terminal=True, width=110, color_system=None)
    progress = LiveProgress(console)
    progress.genericpipe_run_started(run)

    def shown() -> str:
        with console.capture() as capture:
            console.print(progress._picture())
        return capture.get()

    assert "ending the running jobs" not in shown()
    stop.requests, stop.signal = 1, signal.SIGINT
    assert "SIGINT: ending the running jobs; once more hurries" in shown()
    progress.genericpipe_run_finished(run, ExitStatus.STOPPED)
