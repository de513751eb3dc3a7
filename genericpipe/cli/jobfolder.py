"""The job folder that a command is to look at."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from genericpipe.engine.folder.statefile import NAME as STATEFILE
from genericpipe.engine.journal.history import History
from genericpipe.engine.journal.journal import NAME as JOURNAL
from genericpipe.errors import UsageError, did_you_mean

_WHERE = "a job folder is <runtime_directory>/<job>: by default a folder with the parset's name"


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Add the positional argument DIR."""
    parser.add_argument(
        "folder",
        metavar="DIR",
        type=Path,
        help="the job folder, with the journal, mapfiles and logs of a job",
    )


def history_in(folder: Path) -> History:
    """Return the past of a job folder.

    Raises
    ------
    UsageError
        If it is none; the hint names those beside or below it.
    StateError
        If its journal cannot be read.
    """
    if not folder.is_dir():
        near = _job_folders(folder.parent) if folder.parent.is_dir() else []
        hint = did_you_mean(str(folder), map(str, near))
        raise UsageError(f"there is no folder {folder}", hint=hint or _WHERE)
    if not (folder / JOURNAL).is_file():
        if (folder / STATEFILE).is_file():
            raise UsageError(
                f"{folder} has a statefile and no journal: only LOFAR's own framework has run there",
                hint="run the pipeline with genericpipe: it takes over what is done, and keeps a journal",
            )
        found = _job_folders(folder)
        hint = f"did you mean {found[0]}?" if found else _WHERE
        raise UsageError(f"{folder} is no job folder: it has no {JOURNAL}", hint=hint)
    return History.of(folder)


def check_step(name: str, known: Iterable[str], where: str) -> None:
    """Refuse the name of a step that is not there.

    Raises
    ------
    UsageError
        Names the nearest.
    """
    names = list(dict.fromkeys(known))
    if name not in names:
        hint = did_you_mean(name, names) or (f"there is: {', '.join(names)}" if names else "none has run")
        raise UsageError(f"no step {name!r} {where}", hint=hint)


def _job_folders(folder: Path) -> list[Path]:
    return sorted(journal.parent for journal in folder.glob(f"*/{JOURNAL}"))
