"""A record while it is being filled: what is known, what it lacks, what is odd."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

#: What ``percentageWritten`` says of a product that is not there, not fully described, and described.
MISSING, PARTLY, COMPLETE = "0", "50", "100"


@dataclass
class Record:
    """What feedback says of one data product.

    Parameters
    ----------
    values
        Feedback key -> text, as it stands in the file.
    lacks
        Why the record is not complete: one text for each cause; none where it is.
    remarks
        What is odd and does no harm.
    """

    values: dict[str, str] = field(default_factory=dict)
    lacks: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def put(self, key: str, value: object) -> None:
        """Set a key to a value, in the form in which it is written."""
        self.values[key] = text_of(value)

    def finished(self) -> Record:
        """Return the record with ``percentageWritten`` as it deserves (image contract 5.2)."""
        self.put("percentageWritten", PARTLY if self.lacks else COMPLETE)
        return self


def text_of(value: object) -> str:
    """Return a value as feedback has it: plain numbers, ``[a,b]`` for several (image contract 5.1).

    A number of numpy's becomes Python's first: its ``repr`` names its type under numpy 2.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Iterable):
        return f"[{','.join(map(text_of, value))}]"
    if isinstance(value, bool | int):
        return str(int(value))
    number = value.item() if hasattr(value, "item") else value
    return repr(float(number)) if isinstance(number, float) else str(number)


def base_record(path: Path, file_format: str, writer: str = "UNKNOWN", version: str = "UNKNOWN") -> Record:
    """Return what each data product's record begins with, whatever it is (image contract 5.2).

    `filename` and `location` are not in it: only the mapfile knows the host.
    """
    record = Record()
    record.put("size", size_of(path))
    record.put("fileFormat", file_format)
    record.put("percentageWritten", MISSING)
    record.put("storageWriter", writer)
    record.put("storageWriterVersion", version)
    if not path.exists():
        record.lacks.append("there is no such file" if not path.is_symlink() else "the link leads nowhere")
    return record


def version_of(variable: str) -> str:
    """Return the version of a storage writer, which only the environment knows."""
    return os.environ.get(variable, "").strip() or "UNKNOWN"


def size_of(path: Path) -> int:
    """Return a size in bytes as ``du -s -b`` does, but of what a link leads to; 0 where nothing is.

    Folders count with their own size, a file with several names counts once.
    """
    try:
        state = path.stat()
    except OSError:
        return 0
    total = state.st_size
    seen: set[tuple[int, int]] = set()
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            inner = os.lstat(os.path.join(folder, name))
            if inner.st_nlink > 1 and name in files:
                if (inner.st_dev, inner.st_ino) in seen:
                    continue
                seen.add((inner.st_dev, inner.st_ino))
            total += inner.st_size
    return total
