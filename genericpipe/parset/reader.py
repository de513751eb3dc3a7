"""Text to `Parset`: lines, keys, continuations, quotes and comments (contract 4.1)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from ..errors import Finding, GenericPipeError, Location, ParsetError, Severity
from .entry import Entry
from .parset import Parset
from .quotes import BLANKS, QUOTES, as_string, end_of_quoted
from .vectors import BracketCount

_SPECIAL = re.compile(r"['\"#=]")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: A byte that is not UTF-8, as `decode` leaves it and Python shows it.
_BYTE = re.compile(r"\\udc([89a-f][0-9a-f])")
_BYTE_ORDER_MARK = "\ufeff"


def read(path: str | os.PathLike[str]) -> Parset:
    """Read a parset file.

    Raises
    ------
    ParsetError
        If the file cannot be read or is not a parset; the error names the line.
    """
    name = os.fspath(path)
    return parse(decode(read_bytes(name)), name)


def read_bytes(name: str) -> bytes:
    """Return what the file `name` holds.

    Raises
    ------
    ParsetError
        If there is no such file, if it is a directory or if it may not be read.
    """
    if not name:
        raise ParsetError("Unable to open a file without a name", hint="is a variable empty?")
    try:
        return Path(name).read_bytes()
    except FileNotFoundError:
        folder = os.path.dirname(name)
        missing_folder = folder and not os.path.isdir(folder)
        hint = f"the folder {folder} does not exist" if missing_folder else "check the name of the file"
        raise ParsetError(f"Unable to open file {name}: there is no such file", hint=hint) from None
    except IsADirectoryError:
        raise ParsetError(
            f"Unable to open file {name}: it is a directory", hint="give the parset file inside it"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ParsetError(
            f"Unable to open file {name}: {reason}", hint="check the name and the permissions of the file"
        ) from None


def decode(data: bytes) -> str:
    """Return the text of a file; bytes that are not UTF-8 become lone surrogates.

    They are harmless in comments; `parse` refuses them elsewhere.
    """
    return data.decode("utf-8", "surrogateescape")


def parse(text: str, file: str = "<text>", keep_undecodable: bool = False) -> Parset:
    """Read a parset from text.

    Parameters
    ----------
    text
        The lines; only a line feed ends one.
    file
        The name to give in messages.
    keep_undecodable
        Whether keys and values may hold what `decode` made of bytes that are not UTF-8.

    Raises
    ------
    ParsetError
        If a quote is not closed, a key is empty, text stands before the first key, or a key or value is
        not UTF-8.
    """
    reader = _Reader(file)
    if _BYTE_ORDER_MARK in text:
        text = reader.leave_out_marks(text)
    reader.read(text)
    if not keep_undecodable and _SURROGATE.search(text):
        _refuse_undecodable(reader.entries.values())
    return Parset.of(reader.entries.values(), file, reader.findings)


def scan(line: str, start: int) -> tuple[int, int, bool]:
    """Find what ends the key and the value of a line, the slow way, minding quotes.

    Returns
    -------
    The offset of the first ``=`` outside quotes (-1 if there is none), the offset at which a comment
    begins (the length of the line if there is none), and whether a second ``=`` stands outside quotes.
    """
    equals, second = -1, False
    match = _SPECIAL.search(line, start)
    while match:
        position = match.start()
        character = line[position]
        if character == "#":
            return equals, position, second
        if character == "=":
            second = equals >= 0
            equals = position if equals < 0 else equals
            position += 1
        else:
            position = end_of_quoted(line, position)
        match = _SPECIAL.search(line, position)
    return equals, len(line), second


class _Reader:
    """The state between two lines: the key whose value may still go on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.entries: dict[str, Entry] = {}
        self.findings: list[Finding] = []
        self.key: str | None = None
        self.line = 0
        self.parts: list[tuple[str, int]] = []
        self.before: tuple[str, int] | None = None

    def warn(self, code: str, message: str, line: int | None, hint: str = "") -> None:
        location = Location(self.file, line)
        self.findings.append(Finding(Severity.WARNING, code, message, location, hint))

    def fail(self, message: str, line: int, hint: str) -> ParsetError:
        return ParsetError(message, Location(self.file, line), hint)

    def leave_out_marks(self, text: str) -> str:
        """Drop byte-order marks: at the beginning, and inside where files were put one after the other."""
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            if line.startswith(_BYTE_ORDER_MARK):
                lines[number - 1] = line.lstrip(_BYTE_ORDER_MARK)
                self.warn(
                    "byte-order-mark",
                    "the line begins with a byte-order mark, which is left out",
                    number,
                    "save the file as UTF-8 without a byte-order mark",
                )
        return "\n".join(lines)

    def read(self, text: str) -> None:
        for number, line in enumerate(text.split("\n"), 1):
            if "'" in line or '"' in line:
                try:
                    self._quoted_line(line, number)
                except GenericPipeError as error:
                    raise _undecodable(line, self.file, number) or error.at(
                        Location(self.file, number)
                    ) from None
                continue
            # No quotes: nothing needs to be looked at character by character.
            body = _trim_end(line.partition("#")[0].strip(BLANKS))
            if not body:
                continue
            key, equals, value = body.partition("=")
            if equals:
                self._pair(key.rstrip(BLANKS), value.lstrip(BLANKS), number, line, "=" in value)
            else:
                self._continue(body, number)
        self._finish()
        if not self.entries:
            self.warn("no-keys", "there is no key at all in this file", None, "a line reads: key = value")

    def _quoted_line(self, line: str, number: int) -> None:
        start = len(line) - len(line.lstrip(BLANKS))
        if line.startswith("#", start):
            return
        equals, end, second = scan(line, start)
        body = _trim_end(line[start:end].rstrip(BLANKS))
        if not body:
            return
        if equals < 0:
            self._continue(body, number)
            return
        equals -= start
        key = as_string(body[:equals].rstrip(BLANKS))
        self._pair(key, body[equals + 1 :].lstrip(BLANKS), number, line, second)

    def _pair(self, key: str, value: str, number: int, line: str, second: bool) -> None:
        if not key:
            # Legacy made "=" the key of such a line; contract 4.1 (FIX) has it an error.
            raise self.fail(
                f"Empty key given in line {line.strip(BLANKS)}", number, "write the key before the '='"
            )
        if self.before:
            # Legacy glued such text in front of the first value (contract 4.1, FIX).
            text, where = self.before
            raise self.fail(
                f"text before the first key: {text}",
                where,
                "a parset holds lines 'key = value'; begin a comment with '#'",
            )
        self._finish()
        self.key, self.line, self.parts = key, number, [(value, number)]
        if second:
            # Legacy began a new key at the second '=' (contract 4.1, FIX).
            self.warn(
                "second-equals",
                f"the value of {key!r} holds a second '=' and is kept whole: {value}",
                number,
                "put the value in quotes; LOFAR's own reader began a new key here",
            )

    def _continue(self, body: str, number: int) -> None:
        if self.key is not None:
            self.parts.append((body, number))
        elif self.before is None:
            self.before = (body, number)

    def _finish(self) -> None:
        if self.key is None:
            return
        key, line = self.key, self.line
        earlier = self.entries.get(key)
        if earlier is not None:
            self._warn_duplicate(key, earlier, line)
        if len(self.parts) == 1:
            self.entries[key] = Entry(key, self.parts[0][0], self.file, line)
            return
        self._warn_if_balanced()
        pieces, length, texts = [], 0, []
        for text, number in self.parts:
            if not text:
                continue
            if length and text[0] not in QUOTES:
                texts.append(" ")
                length += 1
            pieces.append((length, number))
            texts.append(text)
            length += len(text)
        self.entries[key] = Entry(key, "".join(texts), self.file, line, tuple(pieces))

    def _warn_duplicate(self, key: str, earlier: Entry, line: int) -> None:
        where = f"{key!r} is given twice, in line {earlier.line} and in line {line}"
        same = len(self.parts) == 1 and self.parts[0][0] == earlier.raw
        counts = "both say the same" if same else f"line {line} counts"
        self.warn("duplicate-key", f"{where}; {counts}", line, "remove one of them")

    def _warn_if_balanced(self) -> None:
        count = BracketCount()
        for (text, _), (following, number) in zip(self.parts, self.parts[1:]):
            count.add(text)
            if count.seen and count.balanced:
                self.warn(
                    "continued-balanced",
                    f"the value of {self.key!r} was complete and goes on with: {following}",
                    number,
                    "a line without '=' continues the line above; begin a comment with '#'",
                )
                return


def _trim_end(body: str) -> str:
    """Drop the one backslash that marked a continued line in old parsets (contract 4.1)."""
    return body[:-1].rstrip(BLANKS) if body.endswith("\\") else body


def _refuse_undecodable(entries: Iterable[Entry]) -> None:
    for entry in entries:
        for text in (entry.key, entry.raw):
            match = _SURROGATE.search(text)
            if match:
                line = entry.line if text is entry.key else entry.line_at(match.start())
                error = _undecodable(text, entry.file, line)
                assert error is not None
                raise error


def _undecodable(text: str, file: str, line: int | None) -> ParsetError | None:
    """Return the error about a text that holds bytes which are not UTF-8, or None for any other."""
    if not _SURROGATE.search(text):
        return None
    shown = _BYTE.sub(r"\\x\1", text.encode("utf-8", "backslashreplace").decode())
    return ParsetError(
        f"{shown.strip()} is not UTF-8 text",
        Location(file, line),
        "save the file as UTF-8, or keep such characters in comments",
    )
