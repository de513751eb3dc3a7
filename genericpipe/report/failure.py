"""A failed job told so that a person can act on it: which, what it ran, how it ended, what it said last."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..engine.folder.mocks import is_mock_folder
from ..engine.signals import name_of
from ..errors import ExitStatus
from ..pipeline import Step
from ..recipes.job import Job, Outcome, Status
from .joblog import last_lines, telling

LINES = 12
LONGEST_LINE = 400


def describe(step: Step, job: Job, outcome: Outcome) -> list[str]:
    """Return the lines about a failed job: a headline, its command, its last words, its logs.

    Parameters
    ----------
    step
        Its step.
    job
        The job.
    outcome
        What became of it.
    """
    lines = [headline(step, job, outcome), f"  command: {shlex.join(job.argv)}"]
    if job.host not in ("", "localhost"):
        lines.append(f"  host: {job.host}")
    if outcome.reason and outcome.reason != how(outcome):
        lines.append(f"  reason: {outcome.reason}")
    lines += _last_words(job)
    written = [path for path in (job.stdout, job.stderr) if _size(path)]
    if not written and (outcome.returncode is not None or job.stdout.exists()):
        written = [job.stdout]
    lines += [f"  log: {path}" for path in written]
    return lines


def how_to_go_on(job_directory: Path, status: ExitStatus) -> list[str]:
    """Return the lines that say what to do after a run that failed or was stopped.

    Parameters
    ----------
    job_directory
        The job folder.
    status
        How the run ended. Where the state does not fit, the error itself says what to do.
    """
    folder = shlex.quote(str(job_directory))
    lines = [f"to see more: genericpipe status {folder}; genericpipe logs {folder} --failed"]
    if is_mock_folder(job_directory):
        lines.insert(0, "a mock run begins afresh each time")
    elif status is not ExitStatus.STATE:
        lines.insert(0, "to resume: the same command again; what is done is not repeated")
    return lines


def headline(step: Step, job: Job, outcome: Outcome) -> str:
    """Return the line that names step, entry and how the job ended."""
    identity = job.identity
    passes = f", pass {'.'.join(str(number) for number in identity.passes)}" if identity.passes else ""
    subject = f" ({os.path.basename(job.inputs[0].rstrip('/'))})" if job.inputs else ""
    # A step plugin has no mapfile whose entry it could be about.
    is_plugin = job.call is not None and job.call.is_step_plugin
    entry = "" if is_plugin else f", entry {identity.index}{subject}"
    # What was refused, or could not be started, took no time.
    after = f" after {outcome.duration:.1f} s" if outcome.duration or outcome.returncode is not None else ""
    return f"step {step.name}{passes}{entry}: {how(outcome)}{after}"


def how(outcome: Outcome) -> str:
    """Return how a job ended: its exit status, or the signal by name and what that mostly means."""
    peak = f", peak memory {outcome.peak_memory / 2**30:.1f} GiB" if outcome.peak_memory else ""
    if outcome.status is Status.OUT_OF_MEMORY:
        return f"out of memory{peak}"
    if outcome.status is Status.CANCELLED:
        return "stopped"
    code = outcome.returncode
    if code is None:
        return outcome.reason or "could not be started"
    if code >= 0:
        return f"exit status {code}"
    meaning = _MEANINGS.get(-code, "")
    return f"ended by {name_of(-code)}{meaning}{peak if -code == signal.SIGKILL else ''}"


_MEANINGS: Mapping[int, str] = {
    signal.SIGSEGV: " (segmentation fault)",
    signal.SIGABRT: " (aborted by the program itself)",
    signal.SIGKILL: " (killed, possibly out of memory)",
    signal.SIGBUS: " (bus error; is a disk full?)",
    signal.SIGILL: " (illegal instruction; was the program built for another machine?)",
    signal.SIGFPE: " (arithmetic error)",
}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _last_words(job: Job) -> Iterator[str]:
    """Yield the last lines of a job's logs, with a mark at the first that tells what went wrong."""
    for path in (job.stderr, job.stdout):
        lines = last_lines(path)
        first = telling(lines)
        if not lines or (first is None and path == job.stdout and last_lines(job.stderr)):
            continue
        yield f"  last lines of {path.name}:"
        shown = range(max(0, len(lines) - LINES), len(lines))
        if first is not None and first not in shown:
            yield f"  > {lines[first][:LONGEST_LINE]}"
            yield f"    ... {shown[0] - first - 1} lines ..."
        for number in shown:
            yield f"  {'>' if number == first else ' '} {lines[number][:LONGEST_LINE]}"
