"""``genericpipe clean``: remove products that no step to come and no result needs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.errors import ExitStatus, Finding, StateError
from genericpipe.hookspecs import hookimpl

if TYPE_CHECKING:
    from genericpipe.engine.folder.cleaning import Cleaning
    from genericpipe.engine.journal.history import History
    from genericpipe.pluginmanager import PluginManager

DESCRIPTION = """\
Remove what steps made on the way: products that a later, finished step took as input and that no step to
come takes. Inputs from outside, results that no step took, and whatever lies outside of job folder and
working directory stay. If a step is run again that needs one of them, it is made again."""

EPILOG = """\
examples:
  genericpipe clean ./Pre-Facet-Calibrator --dry-run      what would go, and how much that is
  genericpipe clean ./Pre-Facet-Calibrator --keep dpppconcat

exit status: 0 done, 1 something could not be removed, 2 there is no such step, 4 a run is at work in the
folder, 5 steps are to come and their parset is not there any more."""


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``clean``."""
    from genericpipe.cli.jobfolder import add_folder

    parser = subparsers.add_parser(
        "clean",
        help=COMMANDS["clean"].summary,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument("-n", "--dry-run", action="store_true", help="only list what would go")
    parser.add_argument(
        "--keep", metavar="STEP", action="append", default=[], help="leave the products of this step"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Remove products, or list them; return the exit status."""
    from genericpipe.cli.findings import show, write
    from genericpipe.cli.jobfolder import check_step, history_in
    from genericpipe.cli.status import amount
    from genericpipe.engine.folder.cleaning import remove
    from genericpipe.engine.folder.lock import Lock
    from genericpipe.engine.journal.journal import Journal
    from genericpipe.engine.journal.recorder import Recorder

    folder = arguments.folder.absolute()
    history_in(arguments.folder)  # before a lock is made in a folder that is none
    failures: list[Finding] = []
    total = 0
    with Lock(folder):
        history = history_in(arguments.folder)
        for name in arguments.keep:
            check_step(name, (key.step for key in history.order), f"has run in {arguments.folder}")
        cleaning = plan(folder, history, arguments.manager, arguments.keep)
        found = cleaning.find()
        if arguments.dry_run:
            for one in found:
                write(f"would remove {one.path} ({amount(one.size)}, step {one.key})", sys.stdout)
            total = sum(one.size for one in found)
        elif found:
            with Journal.open(folder) as journal:
                for one, failure in remove(found, Recorder(journal, history.texts)):
                    if failure is not None:
                        failures.append(failure)
                        continue
                    total += one.size
                    write(f"removed {one.path} ({amount(one.size)}, step {one.key})", sys.stdout)
    for reason, count in sorted(cleaning.kept.items()):
        write(f"kept {count} product{'s' * (count != 1)}: {reason}", sys.stdout)
    count = len(found) - len(failures)
    said = "would be freed" if arguments.dry_run else "freed"
    write(f"{count} product{'s' * (count != 1)}, {amount(total)} {said}", sys.stdout)
    show(failures, sys.stderr)
    return int(ExitStatus.STEP_FAILED if failures else ExitStatus.DONE)


def plan(folder: Path, history: History, manager: PluginManager, keep: list[str]) -> Cleaning:
    """Return what finds the products that can go.

    Raises
    ------
    StateError
        If nobody can tell what is still to run, or something of a killed run still does.
    """
    from genericpipe.engine.folder.cleaning import Cleaning, check_idle
    from genericpipe.engine.folder.statefile import is_untouched
    from genericpipe.engine.resume.needs import ended_well, needs_of, pipeline_of
    from genericpipe.engine.resume.survivors import find_survivors

    check_idle(history, find_survivors(history))
    if not is_untouched(folder, history):
        raise StateError(
            "the statefile was changed or removed: steps are to run again",
            hint="run the pipeline first",
        )
    last = history.runs[-1] if history.runs else None
    pipeline = pipeline_of(last, manager) if last else None
    if pipeline is None and not ended_well(history):
        raise StateError(
            "steps are still to run, and what they take cannot be told: "
            f"{last.parset if last else 'their parset'} cannot be read as it was",
            hint="put parset and configuration back, or run the pipeline to its end",
        )
    setup = last.about.setup if last else {}
    working = [Path(setup["working_directory"])] if setup else []
    return Cleaning(history, (folder, *working), needs_of(history, pipeline), keep)
