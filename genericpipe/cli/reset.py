"""``genericpipe reset``: a step and all after it count as never run."""

from __future__ import annotations

import argparse
import sys

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.hookspecs import hookimpl

DESCRIPTION = """\
Forget a step and all that ran after it: the next run does them again. Of a step in a loop, all passes go.
Products stay on the disk until they are written anew; mapfiles that the steps overwrote go back to what
they were before when the next run begins."""

EPILOG = """\
examples:
  genericpipe reset ./Pre-Facet-Calibrator calib_cal
  genericpipe run Pre-Facet-Calibrator.parset

To do a single step again: genericpipe run --force STEP.

exit status: 0 done, 2 there is no such step, 4 a run is at work in the folder."""


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``reset``."""
    from genericpipe.cli.jobfolder import add_folder

    parser = subparsers.add_parser(
        "reset",
        help=COMMANDS["reset"].summary,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument("step", metavar="STEP", help="named as it runs: a1 a repeat, sub-a in a sub-pipeline")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Forget the steps, and say which; return the exit status."""
    from genericpipe.cli.findings import show, write
    from genericpipe.cli.jobfolder import check_step, history_in
    from genericpipe.engine.folder.lock import Lock
    from genericpipe.engine.resume.forgetting import forget_step

    folder = arguments.folder.absolute()
    history_in(arguments.folder)  # before a lock is made in a folder that is none
    with Lock(folder):
        history = history_in(arguments.folder)
        known = [*(key.step for key in history.order), *(one.step for one in history.adopted if one.step)]
        check_step(arguments.step, known, f"has run in {arguments.folder}")
        forgotten = forget_step(folder, history, arguments.step)
    show(forgotten.findings, sys.stderr)
    for key, jobs in forgotten.steps.items():
        count = f", {jobs} job{'s' * (jobs != 1)}" if jobs else ""
        write(f"{key}: runs again{count}", sys.stdout)
    return 0
