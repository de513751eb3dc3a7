"""Python literals and nothing else: the guarded reading of values as mapfiles hold them."""

from __future__ import annotations

import ast
import re
import warnings

# `ast` turns a text into a tree of about a hundred times its size and recurses into it, so what it is
# given is bounded first.
_MAX_DEPTH = 20
_MAX_TOKENS = 2_000_000

_TOKEN = re.compile(
    rb"""
    (?P<blank>[ \t\f\r\n]+|\#[^\r\n\0]*)
    |(?P<string>(?:[uUrRbB]|[bB][rR]|[rR][bB])?(?:
        '''[^'\\\0]*(?:(?:\\[^\0]|'(?!''))[^'\\\0]*)*'''
        |\"""[^"\\\0]*(?:(?:\\[^\0]|"(?!""))[^"\\\0]*)*\"""
        |'(?!'')[^'\\\n\r\0]*(?:\\(?:\r\n|[^\0])[^'\\\n\r\0]*)*'
        |"(?!"")[^"\\\n\r\0]*(?:\\(?:\r\n|[^\0])[^"\\\n\r\0]*)*"
    ))
    |(?P<word>(?:True|False|None)(?![\w.]))
    |(?P<number>[-+]?(?:0[xX][0-9a-fA-F]{1,40}|[0-9]{1,40}(?:\.[0-9]{0,40})?(?:[eE][-+]?[0-9]{1,4})?)(?![\w.]))
    |(?P<open>[\[({])
    |(?P<close>[\])}])
    |(?P<comma>,)
    |(?P<colon>:)
    |(?P<end>\Z)
    """,
    re.VERBOSE,
)
_BLANK = re.compile(rb"(?:[ \t\f\r\n]+|#[^\r\n\0]*)*")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


class LiteralProblem(ValueError):
    """A text that is no literal: `reason` in words, and the `position` of the offending byte."""

    def __init__(self, reason: str, position: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def skip_blank(data: bytes, start: int) -> int:
    """Return the position of the first byte from `start` that is neither blank nor in a comment."""
    match = _BLANK.match(data, start)
    return match.end() if match else start


def end_of_value(data: bytes, start: int) -> int:
    """Return where the value that starts at `start` ends: at a comma, a closing bracket or the end.

    Raises
    ------
    LiteralProblem
        If something that no literal holds comes first.
    """
    depth = tokens = 0
    position = start
    while True:
        match = _TOKEN.match(data, position)
        if match is None:
            raise LiteralProblem(_complaint(data, position), position)
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > _MAX_DEPTH:
                raise LiteralProblem(f"brackets are nested deeper than {_MAX_DEPTH}", position)
        elif depth == 0 and kind in ("comma", "close", "end"):
            return position
        elif kind == "close":
            depth -= 1
        elif kind == "end":
            raise LiteralProblem("the text ends inside a bracket", start)
        tokens += 1
        if tokens > _MAX_TOKENS:
            raise LiteralProblem(f"one entry has more than {_MAX_TOKENS} words", start)
        position = match.end()


def evaluate(data: bytes) -> object:
    """Return the value of a literal whose words :func:`end_of_value` has looked at.

    Raises
    ------
    LiteralProblem
        If the words do not make a literal.
    """
    text = data.decode("utf-8", "surrogateescape")
    if _NOT_UTF8.search(text):
        text = _escape_foreign_bytes(data, text)
    try:
        return _parsed(f"({text}\n)")
    except SyntaxError as error:
        raise LiteralProblem(f"this is no Python literal ({_first_line(error.msg)})") from None
    except (ValueError, TypeError) as error:
        raise LiteralProblem(f"this is no Python literal ({_first_line(error)})") from None
    except (RecursionError, MemoryError, OverflowError):
        raise LiteralProblem("this is too large to be read") from None


def _parsed(text: str) -> object:
    if "\\" not in text:
        return ast.literal_eval(text)
    # LOFAR wrote names as they are, so a backslash may start an escape that Python warns about.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.literal_eval(text)


def whole_value(data: bytes) -> object:
    """Return the value of a text that is one literal and nothing else.

    Raises
    ------
    LiteralProblem
        If it is anything else.
    """
    end = end_of_value(data, 0)
    if end != len(data):
        raise LiteralProblem("more than one value", end)
    return evaluate(data)


def excerpt(data: bytes, position: int, length: int = 40) -> str:
    """Return what stands at `position`, quoted and printable, for a message."""
    text = data[position : position + length].decode("utf-8", "backslashreplace")
    return ascii(text) if not text.isprintable() else repr(text)


def _escape_foreign_bytes(data: bytes, text: str) -> str:
    # `ast` takes no text that holds bytes outside UTF-8. In a plain string an escape means the same.
    plain = all(m.group()[:1] in b"'\"uU" for m in _TOKEN.finditer(data) if m.lastgroup == "string")
    if "\\" in text or not plain:
        raise LiteralProblem("bytes that are not UTF-8 stand beside escapes")
    return _NOT_UTF8.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _complaint(data: bytes, position: int) -> str:
    if data[position : position + 1] in (b"'", b'"'):
        return f"a quote is not closed: {excerpt(data, position)}"
    return f"only literals (text, numbers, lists) may stand here, not {excerpt(data, position)}"


def _first_line(error: object) -> str:
    # Addresses of objects in ast's own messages help nobody.
    return re.sub(r" at 0x[0-9a-f]+", "", str(error).split("\n")[0])
