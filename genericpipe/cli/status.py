"""``genericpipe status``: how far a job is, what failed and what runs."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.hookspecs import hookimpl

if TYPE_CHECKING:
    from genericpipe.report.overview import JobView, Overview, RunView, StepView

DESCRIPTION = """\
Show how far a job is, from its journal: each start of the runner, each step with its jobs, what failed and
why, what still runs. It can be asked at any time, during a run and after it, and changes nothing."""

EPILOG = """\
examples:
  genericpipe status ./Pre-Facet-Calibrator
  genericpipe status ./Pre-Facet-Calibrator --step ndppp_prep_cal     each of its jobs
  genericpipe status ./Pre-Facet-Calibrator --format json

exit status: 0, however the job stands; 2 if DIR is no job folder or there is no such step."""

#: How many runs, and how many failed jobs of a step, are shown; the JSON has all.
SHOWN = 5


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``status``."""
    from genericpipe.cli.jobfolder import add_folder

    parser = subparsers.add_parser(
        "status",
        help=COMMANDS["status"].summary,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--step", metavar="STEP", default="", help="show each job of this step")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print how a job stands; return the exit status."""
    from genericpipe.cli.findings import show, write
    from genericpipe.cli.jobfolder import check_step, history_in
    from genericpipe.engine.journal.journal import NAME
    from genericpipe.report.overview import Overview

    folder = arguments.folder.absolute()
    history = history_in(arguments.folder)
    overview = Overview(folder, history)
    if arguments.step:
        check_step(arguments.step, (step.key.step for step in overview.steps), "is part of this job")
    show(history.findings(str(folder / NAME)), sys.stderr)
    if arguments.format == "json":
        print(json.dumps(as_json(overview, arguments.step), indent=2))
        return 0
    lines = step_lines(overview, arguments.step) if arguments.step else lines_of(overview)
    for line in lines:
        write(line, sys.stdout)
    return 0


def lines_of(overview: Overview) -> Iterator[str]:
    """Yield what is shown of a whole job."""
    from genericpipe.engine.folder.mocks import is_mock_folder

    yield str(overview.folder)
    if is_mock_folder(overview.folder):
        yield "  a mock run: no program of the pipeline was started"
    hidden = len(overview.runs) - SHOWN
    if hidden > 0:
        yield f"  ... {hidden} earlier run{'s' * (hidden != 1)} ..."
    rows = [_run_row(one) for one in overview.runs[-SHOWN:]]
    yield from _table(rows, "  ")
    yield ""
    yield from _table([STEP_HEADER, *map(_step_row, overview.steps)])
    yield from _problems(overview)
    running = [job for job in overview.jobs if job.state == "running"]
    if running:
        yield ""
        yield "running:"
        for job in running:
            yield f"  {_name(job)}: {_process(job)}, log {job.logs[0]}"
    if overview.history.removed:
        sizes = overview.history.removed.values()
        yield ""
        yield f"removed by 'genericpipe clean': {len(sizes)} products, {amount(sum(sizes))}"


def step_lines(overview: Overview, name: str) -> Iterator[str]:
    """Yield what is shown of one step, each pass of a loop by itself."""
    for place, step in enumerate(one for one in overview.steps if one.key.step == name):
        if place:
            yield ""
        yield f"{step.key}: {step.state}" + (f", {_counts(step)}" if step.counts else "")
        record = step.record
        if record is None:
            continue
        if record.reason:
            yield f"  reason: {_short(record.reason)}"
        if step.run is not None:
            yield f"  run: {step.run.number}, {step.run.record.start_time}"
        if record.program is not None:
            path, size, mtime_ns = record.program
            changed = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(mtime_ns / 1e9))
            yield f"  program: {path} ({size} bytes, last changed {changed} UTC)"
        software = step.run.record.about.software if step.run is not None else {}
        for title, pairs in (("software", software), ("environment", record.environment)):
            if pairs:
                sign = " " if title == "software" else "="
                yield f"  {title}: {', '.join(_short(f'{key}{sign}{text}') for key, text in pairs.items())}"
        rows = [_job_row(job) for job in step.jobs]
        if rows:
            yield from _table([JOB_HEADER, *rows], "  ")


STEP_HEADER = ("step", "state", "time", "CPU", "memory", "run", "jobs")
JOB_HEADER = ("job", "state", "ended by", "time", "CPU", "memory", "fingerprint", "entry", "log")


def _run_row(run: RunView) -> tuple[str, ...]:
    record = run.record
    process = f"process {record.process.pid} on {record.process.host}"
    return (
        f"run {run.number}",
        record.start_time,
        run.state,
        f"{process}, genericpipe {record.version}, {record.parset}",
    )


def _step_row(step: StepView) -> tuple[str, ...]:
    return (
        str(step.key),
        step.state,
        _span(step.duration),
        _span(step.cpu),
        amount(step.memory),
        str(step.run.number) if step.run else "",
        _counts(step),
    )


def _job_row(job: JobView) -> tuple[str, ...]:
    record = job.record
    return (
        str(job.index),
        job.state,
        job.ending.partition(", peak")[0] or _process(job),
        _span(record.duration if record else None),
        _span(record.cpu if record else None),
        amount(record.memory if record else None),
        record.fingerprint if record else "",
        _short(" ".join(job.entry)),
        str(job.logs[0].relative_to(job.folder)),
    )


def _problems(overview: Overview) -> Iterator[str]:
    """Yield what failed and why."""
    failed = [
        step for step in overview.steps if step.state == "failed" or any(job.failed for job in step.jobs)
    ]
    for step in failed:
        yield ""
        tolerated = "failed" if step.state != "done" else "done, though jobs failed"
        reason = step.record.reason if step.record else ""
        yield f"{step.key}: {tolerated}" + (f": {_short(reason)}" if reason else "")
        jobs = [job for job in step.jobs if job.failed]
        for job in jobs[:SHOWN]:
            duration = job.record.duration if job.record else 0.0
            yield f"  {_short(job.title)}: {_short(job.ending)} after {_span(duration)}"
            if job.record and job.record.reason not in ("", job.ending, reason):
                yield f"    reason: {_short(job.record.reason)}"
            written = [path for path in job.logs if path.is_file() and path.stat().st_size]
            yield from (f"    log: {path}" for path in written or job.logs[:1])
        if len(jobs) > SHOWN:
            command = f"genericpipe status {overview.folder} --step {step.key.step}"
            yield f"  ... and {len(jobs) - SHOWN} more: {command}"


def as_json(overview: Overview, only: str = "") -> dict[str, Any]:
    """Return all there is to say as JSON can hold it; jobs one by one only of the step that is asked for."""
    return {
        "job_directory": str(overview.folder),
        "running": overview.is_running,
        "runs": [_run_json(one, overview) for one in overview.runs],
        "steps": [
            _step_json(step, bool(only)) for step in overview.steps if not only or step.key.step == only
        ],
        "removed": {
            "products": len(overview.history.removed),
            "bytes": sum(overview.history.removed.values()),
        },
    }


def _run_json(run: RunView, overview: Overview) -> dict[str, Any]:
    record = run.record
    return {
        "number": run.number,
        "start_time": record.start_time,
        "started": record.time,
        "ended": record.ended,
        "state": run.state,
        "exit": run.exit_status,
        "host": record.process.host,
        "pid": record.process.pid,
        "version": record.version,
        "parset": record.parset,
        "options": dict(record.options),
        "software": dict(record.about.software),
        "preflight": record.about.preflight,
        "busy": round(overview.busy(run), 3),
    }


def _step_json(step: StepView, with_jobs: bool) -> dict[str, Any]:
    record = step.record
    program = record.program if record else None
    told: dict[str, Any] = {
        "step": step.key.step,
        "passes": list(step.key.passes),
        "state": step.state,
        "kind": record.kind if record else "",
        "task": record.task if record else "",
        "run": step.run.number if step.run else None,
        "counts": step.counts,
        "duration": step.duration,
        "cpu": step.cpu,
        "memory": step.memory,
        "reason": record.reason if record else "",
        "program": None if program is None else program._asdict(),
        "environment": dict(record.environment) if record else {},
    }
    shown = step.jobs if with_jobs else [job for job in step.jobs if job.failed or job.state == "running"]
    told["jobs"] = [_job_json(job) for job in shown]
    return told


def _job_json(job: JobView) -> dict[str, Any]:
    record = job.record
    return {
        "index": job.index,
        "state": job.state,
        "ended": job.ending,
        "reason": record.reason if record else "",
        "returncode": record.returncode if record else None,
        "started": record.started if record else None,
        "duration": record.duration if record else None,
        "cpu": record.cpu if record else None,
        "memory": record.memory if record else None,
        "entry": list(job.entry),
        "fingerprint": record.fingerprint if record else "",
        "run": job.run.number if job.run else None,
        "host": job.start.host if job.start else None,
        "handle": job.start.handle if job.start else None,
        "logs": [str(path) for path in job.logs],
    }


def _table(rows: Sequence[Sequence[str]], indent: str = "") -> Iterator[str]:
    """Yield rows with their columns below each other; a column in which nothing stands is left out."""
    body = rows[1:] if rows and rows[0] in (STEP_HEADER, JOB_HEADER) else rows
    used = [place for place in range(len(rows[0]) if rows else 0) if any(row[place] for row in body)]
    widths = {place: max(len(row[place]) for row in rows) for place in used}
    for row in rows:
        yield (indent + "  ".join(row[place].ljust(widths[place]) for place in used)).rstrip()


def _counts(step: StepView) -> str:
    return ", ".join(f"{count} {state}" for state, count in step.counts.items())


def _name(job: JobView) -> str:
    return f"{job.key.step}[{'.'.join(str(number) for number in (*job.key.passes, job.index))}]"


def _process(job: JobView) -> str:
    start = job.start
    if start is None:
        return ""
    kind = "process" if start.process_start is not None else "job"
    return f"{kind} {start.handle} on {start.host}"


def _span(seconds: float | None) -> str:
    from genericpipe.report.progress import span

    return "" if seconds is None else span(seconds)


def _short(text: str) -> str:
    from genericpipe.cli.findings import in_short

    return in_short(text)


def amount(size: int | None) -> str:
    """Return a number of bytes for people: ``3.2 GiB``; empty for None."""
    if size is None:
        return ""
    number = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{size} bytes" if unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"
