"""``pipeline.log``: what LOFAR's held, line for line where tools look for it (contract 1 and 8).

The same lines go to standard output where the run asks for it, as ``genericpipeline.py`` does.
"""

from __future__ import annotations

import logging
import os
import platform
import shlex
import sys
import traceback
from typing import TextIO

from genericpipe import __version__

from ..engine.run import Failure, Run, StepOutcome
from ..errors import ExitStatus, Finding, Severity
from ..pipeline import Step
from ..pipeline.opening import job_name
from ..pluginmanager import hookimpl
from ..recipes.job import Job, Outcome, Status
from .failure import describe, headline, how_to_go_on
from .heard import Heard
from .joblog import bounded

PIPELINE = "genericpipeline"
STARS = "*" * 43
#: How much of a job's output is repeated here: so many bytes of its beginning, and of its end.
PER_JOB = 16384


class _Forwarder(logging.Handler):
    """Hands on what modules of ours tell Python's logging, under the pipeline's name."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.write(record.levelno, PIPELINE, record.getMessage())


class Log:
    """The open log of a run.

    Parameters
    ----------
    run
        The run.
    """

    def __init__(self, run: Run) -> None:
        self._formatter = logging.Formatter(run.config.log_format, run.config.log_datefmt)
        self._level: int = getattr(logging, run.log_level)
        self._run = run
        self._heard = Heard(run)
        self._files: list[TextIO] = [sys.stdout] if run.echo and sys.stdout is not None else []
        self._own: TextIO | None = None
        path = run.config.log_file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # A log is appended to, as LOFAR's was; undecodable file names must not stop it.
            self._own = path.open("a", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            self._not_written(str(path), error)
        else:
            self._files.append(self._own)
        self._forwarder = _Forwarder(self)
        self._modules = logging.getLogger("genericpipe")
        self._level_before = self._modules.level
        self._modules.addHandler(self._forwarder)
        self._modules.setLevel(self._level)

    def tells(self, level: int) -> bool:
        """Return whether records of a level are written."""
        return level >= self._level and bool(self._files)

    def write(self, level: int, name: str, message: str, echoed: bool = True) -> None:
        """Write a record; a file that cannot be written any more is given up, and the run goes on.

        Parameters
        ----------
        level, name, message
            Of the record.
        echoed
            Whether it is for standard output too, and not for the file alone.
        """
        if not self.tells(level):
            return
        text = self._formatter.format(logging.LogRecord(name, level, "", 0, message, None, None))
        for file in tuple(self._files):
            if file is not self._own and not echoed:
                continue
            try:
                file.write(text + "\n")
                file.flush()
            except UnicodeEncodeError:
                file.write(text.encode("ascii", "backslashreplace").decode() + "\n")
            except (OSError, ValueError) as error:
                self._files.remove(file)
                self._not_written(getattr(file, "name", "the log"), error)

    def write_findings(self) -> None:
        """Write what was noticed since the last call."""
        for finding in self._heard.new():
            level = logging.ERROR if finding.severity is Severity.ERROR else logging.WARNING
            self.write(level, PIPELINE, _as_text(finding))

    def close(self) -> None:
        """Close the file, and leave Python's logging as it was."""
        self._modules.removeHandler(self._forwarder)
        self._modules.setLevel(self._level_before)
        self._forwarder.close()
        self._files.clear()
        if self._own is not None:
            try:
                self._own.close()
            except OSError as error:
                self._not_written(self._own.name, error)

    def _not_written(self, name: str, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"{name} cannot be written: {reason}; nothing more goes there"
        self._run.findings.append(Finding(Severity.WARNING, "log-not-written", message))


@hookimpl
def genericpipe_run_started(run: Run) -> None:
    """Open the log and write how the run begins."""
    log = Log(run)
    run.stash.keep(log)
    log.write(logging.INFO, PIPELINE, f"LOFAR Pipeline ({_pipeline_name(run)}) starting.")
    sas_id, mom_id, feedback = _observed(run, "otdbID"), _observed(run, "momID"), run.config.feedback_method
    log.write(logging.INFO, PIPELINE, f"SASID = {sas_id}, MOMID = {mom_id}, Feedback method = {feedback}")
    log.write(
        logging.INFO,
        PIPELINE,
        f"genericpipe {__version__}, Python {platform.python_version()}, on {platform.node()};"
        f" parset {run.pipeline.scope.parset.file}, configuration {run.config.path or '(none)'},"
        f" job folder {run.job_directory}",
    )
    log.write_findings()


@hookimpl
def genericpipe_run_finished(run: Run, status: ExitStatus) -> None:
    """Write how the run ended, and close the log."""
    log = run.stash.get(Log)
    if log is None:
        return
    log.write_findings()
    if status is ExitStatus.DONE:
        log.write(logging.INFO, PIPELINE, "LOFAR Pipeline finished succesfully.")
    else:
        _write_failure(run, log, status)
    log.close()


@hookimpl
def genericpipe_step_started(run: Run, step: Step) -> None:
    """Write that a step begins."""
    log = run.stash.get(Log)
    if log is not None:
        log.write_findings()
        log.write(logging.INFO, PIPELINE, f"Beginning step {step.name}")


@hookimpl
def genericpipe_step_finished(run: Run, step: Step, outcome: StepOutcome) -> None:
    """Write how a step ended."""
    log = run.stash.get(Log)
    if log is None:
        return
    log.write_findings()
    recipe = _recipe(run, step)
    if outcome.status is Status.REUSED:
        log.write(logging.INFO, PIPELINE, f"Task {step.type} already exists in saved state; skipping")
    elif outcome.status.ok:
        jobs = ", ".join(f"{count} {status}" for status, count in outcome.jobs.items())
        if recipe and outcome.jobs.get(Status.FAILED):
            message = "Some jobs failed, continuing with succeeded runs"  # contract 7.7, word for word
            log.write(logging.WARNING, f"{PIPELINE}.{recipe}", message)
        message = f"Step {step.name} done in {outcome.duration:.1f} s" + (f" (jobs: {jobs})" if jobs else "")
        log.write(logging.INFO, PIPELINE, message)
    elif recipe:
        log.write(logging.ERROR, f"{PIPELINE}.{recipe}", outcome.reason)
        log.write(logging.WARNING, PIPELINE, f"{step.type} reports failure (using {recipe} recipe)")
    else:
        log.write(logging.ERROR, PIPELINE, f"step {step.name} failed: {outcome.reason}")


@hookimpl
def genericpipe_job_started(run: Run, step: Step, job: Job) -> None:
    """Write what a job runs, for those who want to know."""
    log = run.stash.get(Log)
    if log is None:
        return
    log.write_findings()
    if log.tells(logging.DEBUG):
        log.write(
            logging.DEBUG,
            _job_logger(step, job),
            f"Running {shlex.join(job.argv)} in {job.working_directory}",
        )


@hookimpl
def genericpipe_job_finished(run: Run, step: Step, job: Job, outcome: Outcome) -> None:
    """Write what a job said, bounded, and why it failed if it did."""
    log = run.stash.get(Log)
    if log is None or outcome.status is Status.REUSED:
        return
    log.write_findings()
    name = _job_logger(step, job)
    if log.tells(logging.DEBUG) and (said := bounded(job.stdout, PER_JOB)):
        log.write(logging.DEBUG, name, f"{job.argv[0]} stdout: {said}")
    if log.tells(logging.WARNING) and (said := bounded(job.stderr, PER_JOB)):
        log.write(logging.WARNING, name, f"{job.argv[0]} stderr: {said}")
    if outcome.status is Status.CANCELLED:
        log.write(logging.WARNING, name, headline(step, job, outcome))
    elif not outcome.status.ok:
        log.write(logging.ERROR, name, "\n".join(describe(step, job, outcome)))


def _write_failure(run: Run, log: Log, status: ExitStatus) -> None:
    failure = run.stash.get(Failure)
    for line in how_to_go_on(run.job_directory, status):
        log.write(logging.INFO, PIPELINE, line)
    log.write(logging.ERROR, PIPELINE, STARS)
    log.write(logging.ERROR, PIPELINE, f"Failed pipeline run: {run.job_name}")
    if failure is not None:
        log.write(logging.ERROR, PIPELINE, "Detailed exception information:")
        log.write(logging.ERROR, PIPELINE, told(failure, run))
        if not failure.expected:
            trace = "".join(traceback.format_exception(failure.error)).rstrip()
            log.write(logging.ERROR, PIPELINE, trace, echoed=False)
    log.write(logging.ERROR, PIPELINE, STARS)
    log.write(logging.ERROR, PIPELINE, "LOFAR Pipeline finished unsuccesfully.")
    log.write(logging.WARNING, PIPELINE, f"recipe {PIPELINE} completed with errors")


def told(failure: Failure, run: Run) -> str:
    """Return in a line or two why a run failed; of a defect, where its traceback is."""
    if failure.expected:
        return str(failure.error)
    notes = "".join(f", {note}" for note in getattr(failure.error, "__notes__", ()))
    reason = f"unexpected {type(failure.error).__name__}: {failure.error}{notes}"
    return f"{reason}\nthis should not happen: please report it with {run.config.log_file}"


def _pipeline_name(run: Run) -> str:
    """Return the name in the first line: the job's, or with ``-j`` the program's (contract 1)."""
    return run.job_name if run.job_name == job_name(run.pipeline.scope.parset.file) else PIPELINE


def _observed(run: Run, key: str) -> str:
    """Return what the parset says of the observation, empty where it says nothing (contract 13)."""
    return run.pipeline.scope.parset.get_string(f"ObsSW.Observation.{key}", "")


def _recipe(run: Run, step: Step) -> str:
    task = run.config.tasks.get(step.type) if step.kind == "recipe" else None
    return task.recipe if task is not None else ""


def _job_logger(step: Step, job: Job) -> str:
    """Return ``node.<host>.<node script>.<name of its input>``, as the node scripts' loggers were called."""
    if job.call is not None and job.call.is_step_plugin:
        return f"{PIPELINE}.{step.type}"
    script = "executable_args" if job.call is None else "python_plugin"
    subject = os.path.basename(job.inputs[0].rstrip("/")) if job.inputs else ""
    return ".".join(word for word in ("node", job.host, script, subject) if word)


def _as_text(finding: Finding) -> str:
    where = f"{finding.location}: " if finding.location else ""
    return f"{where}{finding.message} [{finding.code}]" + (f"; hint: {finding.hint}" if finding.hint else "")
