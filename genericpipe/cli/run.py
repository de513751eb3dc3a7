"""``genericpipe run``: run a pipeline, with a display of how far it is."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.cli.pipelineoptions import add_pipeline_options, options_of, settings_of
from genericpipe.errors import ExitStatus, Severity, UsageError
from genericpipe.hookspecs import hookimpl

if TYPE_CHECKING:
    from genericpipe.engine.way import Way
    from genericpipe.report.progress import Progress

LEVELS = ("debug", "info", "warning", "error")

DESCRIPTION = """\
Run a pipeline. What lint calls an error keeps it from starting. On a terminal a display shows how far it
is; elsewhere every step gets a line when it begins and one when it ends. What programs say goes into a log
for each job, below logs/ in the job folder; pipeline.log tells the whole."""

EPILOG = """\
examples:
  genericpipe run my.parset
  genericpipe run -c pipeline.cfg --set cal_input_path=/data/L228163 Pre-Facet-Calibrator.parset
  genericpipe run --log-level debug my.parset       pipeline.log holds what programs print, too
  genericpipe run --only make_plots --force make_plots my.parset
  genericpipe run --mock my.parset                  a rehearsal: no program is started

Run it again to go on where it ended: jobs that were done are not repeated unless something changed for them.

Ctrl-C stops the running jobs and ends; a second one does not wait for them to end in good order.

exit status: 0 done, 1 a step failed, 2 the command line is wrong, 3 the parset or its configuration has
errors, 4 another run holds the job folder, 5 what earlier runs left does not fit, 6 stopped by a signal."""


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``run``."""
    parser = subparsers.add_parser(
        "run",
        help=COMMANDS["run"].summary,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parset", metavar="PARSET")
    add_pipeline_options(parser)
    parser.add_argument("--log-level", choices=LEVELS, default="info", help="of pipeline.log; default: info")
    parser.add_argument("--start-time", metavar="TEXT", help="instead of now; names the folder of the logs")
    parser.add_argument("-n", "--dry-run", action="store_true", help="show what would run, as plan does")
    again = parser.add_argument_group("steps, named as they run: a1 a repeat, sub-a in a sub-pipeline")
    again.add_argument("--from", metavar="STEP", dest="first", default="", help="begin there")
    again.add_argument("--until", metavar="STEP", dest="last", default="", help="end after it")
    again.add_argument("--only", metavar="STEP", default="", help="the same as --from STEP --until STEP")
    again.add_argument(
        "--force", metavar="STEP", action="append", default=[], help="run it again, whatever is recorded"
    )
    again.add_argument(
        "--retry-failed", action="store_true", help="try jobs again whose failure their step tolerated"
    )
    again.add_argument(
        "--wait", action="store_true", help="wait for jobs that outlived a killed run; else they are ended"
    )
    mock = parser.add_argument_group("without its programs")
    mock.add_argument(
        "--mock",
        action="store_true",
        help="start no program and no script: note every command line in commands.jsonl of the job folder, "
        "and make up what is not there",
    )
    mock.add_argument(
        "--mock-file",
        metavar="TOML",
        type=Path,
        help="what inputs there are, what steps return, which jobs fail",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the pipeline; return the exit status."""
    if arguments.dry_run:
        from genericpipe.cli import plan

        return plan.run(arguments)
    from genericpipe.cli.findings import show
    from genericpipe.engine.resume.past import Repeat
    from genericpipe.engine.run import Failure
    from genericpipe.engine.selection import Selection
    from genericpipe.engine.session import Refused, Wishes, execute

    settings = settings_of(arguments, arguments.parset)
    if arguments.start_time:
        settings = replace(settings, start_time=arguments.start_time)
    wishes = Wishes(
        options=options_of(arguments),
        allow_unresolved=arguments.allow_unresolved,
        log_level=arguments.log_level.upper(),
        repeat=Repeat(tuple(arguments.force), arguments.retry_failed, arguments.wait),
        selection=Selection(arguments.only or arguments.first, arguments.only or arguments.last),
        way=_way(arguments),
    )
    manager = arguments.manager
    manager.register(_display(), "display", builtin=True)
    try:
        ended = execute(Path(arguments.parset), settings, manager, wishes)
    except Refused as error:
        show([one for one in error.findings if one.severity is Severity.ERROR], sys.stderr)
        return int(ExitStatus.INVALID)
    show(ended.late, sys.stderr)
    failure = ended.run.stash.get(Failure)
    if failure is not None and getattr(arguments, "debug", False):
        traceback.print_exception(failure.error)
    return int(ended.status)


def _way(arguments: argparse.Namespace) -> Way:
    """Return how the run is made: a real one, or a mock one."""
    if arguments.mock_file is not None and not arguments.mock:
        raise UsageError("--mock-file without --mock", hint="a mock run is asked for with --mock")
    if arguments.mock:
        if arguments.first or arguments.only or arguments.force:
            raise UsageError(
                "--mock with --from, --only or --force: a mock run begins afresh with the first step",
                hint="--until ends it early",
            )
        from genericpipe.engine.mock.mockfile import MockFile, read_mock_file
        from genericpipe.engine.mock.way import MockWay

        return MockWay(read_mock_file(arguments.mock_file) if arguments.mock_file else MockFile())
    from genericpipe.engine.way import REAL

    return REAL


def _display() -> Progress:
    """Return what shows how far the run is: lines, or more on a terminal that can."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from genericpipe.report.liveprogress import LiveProgress

        return LiveProgress()
    from genericpipe.report.progress import Progress

    return Progress(sys.stdout)
