"""Findings for people: file by file, what is missing in several places told once, in colour on a terminal."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from genericpipe.errors import Finding, Severity

_NAMES = {
    Severity.ERROR: ("error", "errors"),
    Severity.MISSING: ("missing", "missing"),
    Severity.WARNING: ("warning", "warnings"),
}
_COLOURS = {Severity.ERROR: "1;31", Severity.MISSING: "36", Severity.WARNING: "33"}
#: Longest message that is printed whole; the JSON has all of each.
LONGEST = 400
#: What a terminal would act on, or cannot show: control characters and lone surrogates.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SUBJECT = re.compile(r"step '(?P<step>[^']*)': |(?P<key>[\w.!$ -]+?): ")


def shows_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Return whether to colour: only on a terminal that can, and never where ``NO_COLOR`` is set."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def show(findings: Sequence[Finding], stream: TextIO | None = None) -> None:
    """Print findings, each with its hint, an empty line between two files."""
    stream = sys.stdout if stream is None else stream
    colour = shows_colour(stream, os.environ)
    file: str | None = None
    for group in _grouped(findings):
        where = group[0].location
        if file is not None and (where.file if where else "") != file:
            write("", stream)
        file = where.file if where else ""
        for line in _lines(group, colour):
            write(line, stream)


def summary(findings: Sequence[Finding], parsets: int) -> str:
    """Return how many findings there are of each severity."""
    counts = Counter(finding.severity for finding in findings)
    words = (f"{counts[severity]} {names[counts[severity] != 1]}" for severity, names in _NAMES.items())
    return f"{parsets} parset{'' if parsets == 1 else 's'}: {', '.join(words)}"


def in_short(text: str) -> str:
    """Return a text as one line that a terminal can show, with the middle of an endless one left out."""
    line = unseen_escaped(" ".join(text.splitlines()))
    if len(line) <= LONGEST:
        return line
    return f"{line[: LONGEST // 2]} ... {len(line)} characters ... {line[-LONGEST // 4 :]}"


def unseen_escaped(line: str) -> str:
    """Return a line with what a terminal would act on, or cannot show, as escapes."""
    return _UNSEEN.sub(_escaped, line)


def _escaped(match: re.Match[str]) -> str:
    sign = match[0]
    if "\udc80" <= sign <= "\udcff":  # a byte that is not UTF-8
        return f"\\x{ord(sign) - 0xDC00:02x}"
    return sign.encode("unicode_escape").decode()


def write(line: str, stream: TextIO) -> None:
    """Print a line; a character that the stream cannot show, as in the name of a file, becomes an escape."""
    encoding = stream.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), file=stream)


def _grouped(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Yield findings in order; what is missing in the same way for several steps of a file comes together."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        key: tuple[object, ...] = (number,)
        if finding.severity is Severity.MISSING and finding.location is not None:
            what = _SUBJECT.sub("", finding.message, count=1)
            key = (finding.location.file, finding.code, what, finding.hint)
        groups.setdefault(key, []).append(finding)
    yield from groups.values()


def _lines(group: Sequence[Finding], colour: bool) -> Iterator[str]:
    first = group[0]
    paint = _painted if colour else _plain
    where = f"{first.location}: " if first.location else ""
    severity = paint(f"{first.severity.value}:", _COLOURS[first.severity])
    yield f"{paint(where, '1')}{severity} {in_short(first.message)} {paint(f'[{first.code}]', '2')}"
    if len(group) > 1:
        yield "  also: " + ", ".join(map(_place, group[1:]))
    if first.hint:
        yield f"  hint: {in_short(first.hint)}"


def _place(finding: Finding) -> str:
    """Return line and step of a finding that is told along with another one."""
    line = finding.location.line if finding.location else None
    match = _SUBJECT.match(finding.message)
    who = (match["step"] or match["key"].partition(".")[0]) if match else ""
    return f"line {line}" + (f" ({who})" if who else "") if line is not None else who


def _painted(text: str, code: str) -> str:
    return f"\033[{code}m{text}\033[0m" if text else text


def _plain(text: str, code: str) -> str:
    return text
