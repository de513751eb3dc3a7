"""What a job wrote, read back from its own log in bounded pieces."""

from __future__ import annotations

import os
import re
from pathlib import Path

#: What a line of a log holds that tells why a program ended, as programs, Python and shells write it.
TELLING = re.compile(
    r"""
    \b(?:fatal|critical)\b | \berror\b | (?-i:\w+(?:Error|Exception))\b | \bexception\b
    | ^Traceback\ \( | \bsegmentation\ fault\b | \bkilled\b | \baborted\b | \bterminate\ called\b
    | \bno\ space\ left\b | \bout\ of\ memory\b | \bcannot\ allocate\b | \bbad_alloc\b | \bdisk\ quota\b
    | \bno\ such\ file\b | \bpermission\ denied\b | \bcommand\ not\ found\b | \bstd::\w+
    """,
    re.IGNORECASE | re.VERBOSE,
)

#: What tells it where nothing clearer is said; programs write so of small things, too.
MAYBE = re.compile(
    r"\binvalid\b|\bunrecogni[sz]ed\b|\bunknown\b|\bcannot\b|\bnot found\b|\bfailed\b|\bfailure\b",
    re.IGNORECASE,
)

#: Lines that only look like it.
HARMLESS = re.compile(
    r"\b(?:0|no|without) (?:errors?|exceptions?|failed|failures?)\b|\berrors?\s*[:=]\s*0\b", re.IGNORECASE
)


def bounded(path: Path, limit: int) -> str:
    """Return a file's text, or its first and last `limit` bytes with what was left out between them.

    A file that is not there is empty.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= 2 * limit:
                return _text(file.read(2 * limit))
            first = file.read(limit)
            file.seek(size - limit)
            last = file.read(limit)
    except OSError:
        return ""
    left_out = size - 2 * limit
    return f"{_text(first)}\n[... {left_out} bytes left out, all is in {path} ...]\n{_text(last)}"


def last_lines(path: Path, limit: int = 65536) -> list[str]:
    """Return the lines at the end of a file, of at most `limit` bytes; blank ones are left out."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - limit))
            text = _text(file.read(limit))
    except OSError:
        return []
    lines = text.splitlines()[1 if size > limit else 0 :]
    return [line.rstrip() for line in lines if line.strip()]


def telling(lines: list[str]) -> int | None:
    """Return the position of the first line that tells what went wrong, or None.

    Of Python's tracebacks that is the last line of the first one, which names the error.
    """
    for pattern in (TELLING, MAYBE):
        for number, line in enumerate(lines):
            if line.startswith("Traceback (most recent call last)"):
                return _end_of_traceback(lines, number)
            if pattern.search(line) and not HARMLESS.search(line):
                return number
    return None


def _end_of_traceback(lines: list[str], start: int) -> int:
    for number in range(start + 1, len(lines)):
        if not lines[number].startswith((" ", "\t")):
            return number
    return start


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").rstrip("\n")
