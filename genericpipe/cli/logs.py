"""``genericpipe logs``: what jobs wrote, each log's end, the line marked that tells what went wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.hookspecs import hookimpl

if TYPE_CHECKING:
    from genericpipe.report.overview import JobView, Overview

DESCRIPTION = """\
Print the logs of jobs: of those that the last run started or, with --step or --job, of each job's last try,
in whichever run that was. Of each log its last lines are shown; in that of a failed job '>' stands before the
first line that tells why."""

EPILOG = """\
examples:
  genericpipe logs ./Pre-Facet-Calibrator --failed
  genericpipe logs ./Pre-Facet-Calibrator --step ndppp_prep_cal --job 17 --tail all | less
  genericpipe logs ./Pre-Facet-Calibrator --failed --path | xargs grep -l 'no stations'

exit status: 0, also if there is no such log; 2 if DIR is no job folder or there is no such step."""

#: So many lines of each log are shown unless something else is asked for.
TAIL = 40
#: Bytes that a line has at most, where the end of a log is looked for.
_LINE = 400


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``logs``."""
    from genericpipe.cli.jobfolder import add_folder

    parser = subparsers.add_parser(
        "logs",
        help=COMMANDS["logs"].summary,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument("--failed", action="store_true", help="only of jobs that failed in the last run")
    parser.add_argument("--step", metavar="STEP", default="", help="only of this step, as it runs")
    parser.add_argument("--job", metavar="N", type=_number, help="only of the job of this entry, from 0")
    parser.add_argument(
        "--tail",
        metavar="N",
        type=_lines,
        default=TAIL,
        help=f"so many last lines of each, or all; default: {TAIL}",
    )
    parser.add_argument("--path", action="store_true", help="print the paths of the logs and nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print logs; return the exit status."""
    from genericpipe.cli.findings import write
    from genericpipe.cli.jobfolder import check_step, history_in
    from genericpipe.report.overview import Overview

    overview = Overview(arguments.folder.absolute(), history_in(arguments.folder))
    if arguments.step:
        check_step(arguments.step, (step.key.step for step in overview.steps), "is part of this job")
    jobs = list(_chosen(overview, arguments))
    if not jobs:
        what = "no job has failed" if arguments.failed else "no job has run"
        where = f" in step {arguments.step}" if arguments.step else ""
        print(f"{what}{where}{' in the last run' if _only_last(arguments) else ''}", file=sys.stderr)
    for place, job in enumerate(jobs):
        if arguments.path:
            for path in _written(job):
                write(str(path), sys.stdout)
            continue
        if place:
            write("", sys.stdout)
        for line in lines_of(job, arguments.tail):
            write(line, sys.stdout)
    return 0


def lines_of(job: JobView, tail: int | None) -> Iterator[str]:
    """Yield what is shown of a job: which, how it ended, its logs.

    Parameters
    ----------
    job
        The job.
    tail
        How many lines of each log; None for all.
    """
    from genericpipe.cli.findings import in_short

    yield f"{in_short(job.title)}: {in_short(job.ending or job.state)}"
    written = _written(job)
    if not written:
        yield f"it wrote nothing: {job.logs[0]}"
    for path in written:
        yield f"==> {path} <=="
        yield from _whole(path) if tail is None else _end(path, tail, job.failed)


def _chosen(overview: Overview, arguments: argparse.Namespace) -> Iterator[JobView]:
    last = overview.runs[-1] if overview.runs else None
    for job in overview.jobs:
        if arguments.step and job.key.step != arguments.step:
            continue
        if arguments.job is not None and job.index != arguments.job:
            continue
        if arguments.failed and not job.failed:
            continue
        if _only_last(arguments) and job.run is not last:
            continue
        yield job


def _only_last(arguments: argparse.Namespace) -> bool:
    return bool(arguments.failed or not (arguments.step or arguments.job is not None))


def _written(job: JobView) -> list[Path]:
    return [path for path in job.logs if path.is_file() and path.stat().st_size]


def _whole(path: Path) -> Iterator[str]:
    from genericpipe.cli.findings import unseen_escaped

    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            yield "  " + unseen_escaped(line.rstrip("\n").expandtabs())


def _end(path: Path, tail: int, marked: bool) -> Iterator[str]:
    from genericpipe.cli.findings import in_short
    from genericpipe.report.joblog import last_lines, telling

    limit = max(65536, tail * _LINE)
    lines = [line.expandtabs() for line in last_lines(path, limit)]
    first = telling(lines) if marked else None
    shown = range(max(0, len(lines) - tail), len(lines))
    if first is not None and first not in shown:
        yield f"> {in_short(lines[first])}"
    if shown.start or path.stat().st_size > limit:
        yield "  ... lines before are left out: --tail all shows them ..."
    for number in shown:
        yield f"{'>' if number == first else ' '} {in_short(lines[number])}"


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of an entry")
    return int(text)


def _lines(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of lines nor 'all'")
    return int(text)
