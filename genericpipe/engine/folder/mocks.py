"""The job folder of a mock run: it is no real one's, and is emptied before the next."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ...errors import Location, StateError

#: Every command line of a mock run; it tells a mock run's folder from a real one's.
COMMANDS = "commands.jsonl"


def is_mock_folder(folder: Path) -> bool:
    """Return whether a job folder holds a mock run."""
    return (folder / COMMANDS).exists()


def check_folder(folder: Path, is_mock: bool) -> None:
    """Refuse to mix a real run and a mock one in a job folder.

    Raises
    ------
    StateError
        If there was the other.
    """
    was_mock = is_mock_folder(folder)
    where = Location(str(folder))
    if was_mock and not is_mock:
        raise StateError(
            "this job folder holds a mock run: what its steps left is made up",
            where,
            "remove it, or give this run another name with -j",
        )
    if is_mock and not was_mock and any((folder / name).exists() for name in ("journal.jsonl", "statefile")):
        raise StateError(
            "this job folder holds a real run: a mock run would change what it left",
            where,
            "give the mock run another name with -j, or another folder with -r and -w",
        )


def clear(folder: Path, data_root: Path) -> None:
    """Remove what an earlier mock run left: a mock run begins with nothing.

    Parameters
    ----------
    folder, data_root
        The job's own folders: whatever the record says, nothing else is touched.
    """
    own = [os.path.abspath(one) + os.sep for one in (folder, data_root)]
    for path in map(os.path.abspath, _made(folder / COMMANDS)):
        if any(path.startswith(one) for one in own):
            _remove(Path(path))
    for name in ("mapfiles", "parsets", "mock", "journal.jsonl", "statefile", COMMANDS):
        _remove(folder / name)


def _made(record: Path) -> Iterator[str]:
    """Yield the products that a record says were made; of a line that is cut short or no record, none."""
    try:
        lines = record.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return
    for text in lines:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        made = line.get("made") if isinstance(line, dict) else None
        yield from (path for path in made if isinstance(path, str) and path) if isinstance(made, list) else ()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        path.unlink()
