"""pipeline.log, line for line where tools look for it (contract 1 and 8)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe import ExitStatus, Finding, Job, Outcome, PipelineError, Run, Severity, Status, StepOutcome
from genericpipe.engine.run import Failure
from genericpipe.report import log

Runs = Callable[..., Run]
Jobs = Callable[..., Job]


def lines(run: Run) -> list[str]:
    """Return the log's lines from the level on."""
    return [line[20:] for line in run.config.log_file.read_text().splitlines()]


def finish(run: Run, status: ExitStatus = ExitStatus.DONE) -> list[str]:
    log.genericpipe_run_finished(run, status)
    return lines(run)


def test_how_a_run_begins(make_run: Runs) -> None:
    run = make_run()
    log.genericpipe_run_started(run)
    first, second, *_ = finish(run)
    assert first == "INFO    genericpipeline: LOFAR Pipeline (field) starting."
    assert second == "INFO    genericpipeline: SASID = 42, MOMID = 17, Feedback method = none"
    stamp = run.config.log_file.read_text()[:20]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", stamp)


def test_with_another_job_name_the_first_line_names_the_program(make_run: Runs) -> None:
    run = make_run(job_name="other")
    log.genericpipe_run_started(run)
    assert finish(run)[0] == "INFO    genericpipeline: LOFAR Pipeline (genericpipeline) starting."


def test_steps(make_run: Runs) -> None:
    run = make_run()
    log.genericpipe_run_started(run)
    _, recipe, _, last = run.pipeline.steps
    log.genericpipe_step_started(run, recipe)
    log.genericpipe_step_finished(run, recipe, StepOutcome(Status.REUSED))
    log.genericpipe_step_started(run, last)
    log.genericpipe_step_finished(
        run, last, StepOutcome(Status.FAILED, reason="All jobs failed. Bailing out!")
    )
    run.stash.keep(Failure(PipelineError("All jobs failed. Bailing out!")))
    assert finish(run, ExitStatus.STEP_FAILED)[3:] == [
        "INFO    genericpipeline: Beginning step 3c196",
        "INFO    genericpipeline: Task dppp already exists in saved state; skipping",
        "INFO    genericpipeline: Beginning step last",
        "ERROR   genericpipeline.executable_args: All jobs failed. Bailing out!",
        "WARNING genericpipeline: executable_args reports failure (using executable_args recipe)",
        "INFO    genericpipeline: to resume: the same command again; what is done is not repeated",
        f"INFO    genericpipeline: to see more: genericpipe status {run.job_directory};"
        f" genericpipe logs {run.job_directory} --failed",
        f"ERROR   genericpipeline: {'*' * 43}",
        "ERROR   genericpipeline: Failed pipeline run: field",
        "ERROR   genericpipeline: Detailed exception information:",
        "ERROR   genericpipeline: All jobs failed. Bailing out!",
        f"ERROR   genericpipeline: {'*' * 43}",
        "ERROR   genericpipeline: LOFAR Pipeline finished unsuccesfully.",
        "WARNING genericpipeline: recipe genericpipeline completed with errors",
    ]


def test_failures_that_a_step_tolerates(make_run: Runs) -> None:
    """Contract 7.7: `Some jobs failed, continuing with succeeded runs`, word for word."""
    run = make_run()
    log.genericpipe_run_started(run)
    _, recipe, _, last = run.pipeline.steps
    jobs = {Status.DONE: 2, Status.FAILED: 1}
    log.genericpipe_step_finished(run, last, StepOutcome(Status.DONE, duration=1.0, jobs=jobs))
    log.genericpipe_step_finished(run, recipe, StepOutcome(Status.DONE, jobs={Status.DONE: 3}))
    told = [line for line in finish(run) if "Some jobs failed" in line]
    assert told == [
        "WARNING genericpipeline.executable_args: Some jobs failed, continuing with succeeded runs"
    ]


def test_how_a_run_ends_well(make_run: Runs) -> None:
    run = make_run()
    log.genericpipe_run_started(run)
    assert finish(run)[-1] == "INFO    genericpipeline: LOFAR Pipeline finished succesfully."


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_what_a_job_said(level: str, make_run: Runs, make_job: Jobs) -> None:
    run = make_run(log_level=level)
    step = run.pipeline.steps[1]
    job = make_job("3c196", stdout="flagging\n", stderr="no beam model\n")
    log.genericpipe_run_started(run)
    log.genericpipe_job_started(run, step, job)
    log.genericpipe_job_finished(run, step, job, Outcome(Status.DONE, 0))
    said = [line for line in finish(run) if "node.localhost.executable_args.a.MS" in line]
    name = "node.localhost.executable_args.a.MS"
    told = {
        f"DEBUG   {name}: Running /opt/DP3 msin=/d/a.MS in {job.working_directory}": ["DEBUG"],
        f"DEBUG   {name}: /opt/DP3 stdout: flagging": ["DEBUG"],
        f"WARNING {name}: /opt/DP3 stderr: no beam model": ["DEBUG", "INFO", "WARNING"],
    }
    assert said == [line for line, levels in told.items() if level in levels]


def test_of_a_long_output_a_part(make_run: Runs, make_job: Jobs) -> None:
    run = make_run()
    job = make_job("3c196", stderr="x" * 10_000_000)
    log.genericpipe_run_started(run)
    log.genericpipe_job_finished(run, run.pipeline.steps[1], job, Outcome(Status.DONE, 0))
    finish(run)
    text = run.config.log_file.read_text()
    assert len(text) < 40_000
    assert f"bytes left out, all is in {job.stderr}" in text


def test_a_failed_job_is_told_of(make_run: Runs, make_job: Jobs) -> None:
    run = make_run()
    job = make_job("3c196", stderr="Error: no beam\n")
    log.genericpipe_run_started(run)
    log.genericpipe_job_finished(run, run.pipeline.steps[1], job, Outcome(Status.FAILED, 3))
    told = [line for line in finish(run) if line.startswith("ERROR")]
    assert told == [
        "ERROR   node.localhost.executable_args.a.MS: step 3c196, entry 0 (a.MS): exit status 3 after 0.0 s"
    ]


def test_a_stopped_job_is_no_failure(make_run: Runs, make_job: Jobs) -> None:
    run = make_run()
    log.genericpipe_run_started(run)
    log.genericpipe_job_finished(
        run, run.pipeline.steps[1], make_job("3c196"), Outcome(Status.CANCELLED, -15, duration=2.0)
    )
    assert finish(run)[-2] == (
        "WARNING node.localhost.executable_args.a.MS: step 3c196, entry 0 (a.MS): stopped after 2.0 s"
    )


def test_findings_are_warnings_and_told_once(make_run: Runs) -> None:
    run = make_run()
    run.findings.append(Finding(Severity.MISSING, "no-such-file", "there is no sky.model", hint="make it"))
    log.genericpipe_run_started(run)
    run.findings.extend([Finding(Severity.WARNING, "other-program", "DP3.py runs instead")] * 3)
    log.genericpipe_step_started(run, run.pipeline.steps[0])
    warnings = [line for line in finish(run) if line.startswith("WARNING")]
    assert warnings == [
        "WARNING genericpipeline: there is no sky.model [no-such-file]; hint: make it",
        "WARNING genericpipeline: DP3.py runs instead [other-program]",
    ]


def test_the_same_lines_on_standard_output(make_run: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(echo=True)
    log.genericpipe_run_started(run)
    finish(run)
    assert capsys.readouterr().out == run.config.log_file.read_text()
    quiet = make_run()
    log.genericpipe_run_started(quiet)
    finish(quiet)
    assert capsys.readouterr().out == ""


def test_a_defect_is_named_and_its_traceback_kept(make_run: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(echo=True)
    log.genericpipe_run_started(run)
    try:
        {}["mapfile"]
    except KeyError as error:
        run.stash.keep(Failure(error))
    text = "\n".join(finish(run, ExitStatus.STEP_FAILED))
    assert "unexpected KeyError: 'mapfile'" in text
    assert "Traceback (most recent call last)" in run.config.log_file.read_text()
    shown = capsys.readouterr().out
    assert "Traceback" not in shown
    assert f"please report it with {run.config.log_file}" in shown


def test_a_log_is_appended_to(make_run: Runs) -> None:
    for _ in range(2):
        run = make_run()
        log.genericpipe_run_started(run)
        finish(run)
    assert sum("starting." in line for line in lines(run)) == 2


def test_format_and_dates_of_the_configuration(make_run: Runs) -> None:
    run = make_run("[logging]\nformat = %(levelname)s|%(name)s|%(asctime)s|%(message)s\ndatefmt = %Y\n")
    log.genericpipe_run_started(run)
    finish(run)
    first = run.config.log_file.read_text().splitlines()[0]
    assert re.fullmatch(r"INFO\|genericpipeline\|\d{4}\|LOFAR Pipeline \(field\) starting\.", first)


def test_what_modules_say_through_python_s_logging(make_run: Runs) -> None:
    module = logging.getLogger("genericpipe.executors.local")
    before = logging.getLogger("genericpipe").level, list(logging.getLogger("genericpipe").handlers)
    run = make_run()
    log.genericpipe_run_started(run)
    module.info("raised limits: %s", "open files")
    assert "INFO    genericpipeline: raised limits: open files" in finish(run)
    assert before == (
        logging.getLogger("genericpipe").level,
        list(logging.getLogger("genericpipe").handlers),
    )


def test_a_log_that_cannot_be_opened_stops_nothing(make_run: Runs, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = make_run(f"[logging]\nlog_file = {tmp_path}/file/pipeline.log\n")
    log.genericpipe_run_started(run)
    log.genericpipe_step_started(run, run.pipeline.steps[0])
    log.genericpipe_run_finished(run, ExitStatus.DONE)
    (finding,) = run.findings
    assert (finding.code, "cannot be written" in finding.message) == ("log-not-written", True)
