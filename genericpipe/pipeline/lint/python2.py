"""Python 2 source, as it shows without running it: what no longer parses, and names that are gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

#: What CPython says of a line, or how the line reads, and what it was in Python 2.
_CONSTRUCTS = (
    (r"call to 'print'", r"", "the print statement"),
    (r"call to 'exec'", r"", "the exec statement"),
    (r"multiple exception types", r"^except\b.*,", "`except Error, name`"),
    (r"", r"^raise\s+[\w.]+\s*(\(.*\))?\s*,", "`raise Error, text`"),
    (r"", r"<>", "the operator <>"),
    (r"", r"`[^`]*`", "backquotes for repr()"),
    (r"leading zeros", r"", "an octal number such as 0777"),
    (
        r"invalid decimal literal|invalid hexadecimal literal",
        r"\b(0x)?[0-9a-fA-F]+[lL]\b",
        "a long number such as 10L",
    ),
    (r"", r"\b[uU][rR]['\"]", "a text such as ur''"),
    (
        r"parameters? (expression )?cannot be parenthesized|function parameters cannot",
        r"",
        "a tuple as parameter",
    ),
    (r"cannot assign to (True|False|None)", r"", "a value given to True, False or None"),
    (r"", r"\.async\b|\basync\s*[=,)]", "the name async"),
    (r"inconsistent use of tabs", r"", "tabs mixed with blanks"),
)

#: What jobs in Python are given (see `executors.oldcode`), and what Python 3 has.
_GONE = {
    "StandardError": "Exception",
    "apply": "function(*arguments)",
    "basestring": "str",
    "cmp": "(a > b) - (a < b)",
    "execfile": "exec(open(path).read())",
    "file": "open",
    "intern": "sys.intern",
    "long": "int",
    "raw_input": "input",
    "reduce": "functools.reduce",
    "reload": "importlib.reload",
    "unichr": "chr",
    "unicode": "str",
    "xrange": "range",
}
_GONE_METHODS = {
    "has_key": "the operator in",
    "iteritems": "items",
    "iterkeys": "keys",
    "itervalues": "values",
    "viewitems": "items",
    "viewkeys": "keys",
    "viewvalues": "values",
}


def syntax_construct(error: SyntaxError) -> str | None:
    """Return the construct of Python 2 for which a source does not parse, or None for another mistake."""
    text = (error.text or "").strip()
    for message, line, construct in _CONSTRUCTS:
        said = not message or re.search(message, error.msg or "", re.IGNORECASE)
        if said and re.search(line, text):
            return construct
    return None


def gone(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Yield line, construct and remedy of what parses, and is not there when it is reached.

    A name that the source itself defines or imports anywhere is left alone: it is ready for both.
    """
    bound = set(_bound(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _GONE and node.id not in bound:
            yield node.lineno, node.id, _GONE[node.id]
        elif isinstance(node, ast.Attribute) and node.attr in _GONE_METHODS and not _is_six(node.value):
            yield node.lineno, f".{node.attr}", _GONE_METHODS[node.attr]


def _is_six(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "six"


def failing(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Yield line, construct and remedy of what parses, means something else, and fails when it is reached."""
    for node in ast.walk(tree):
        yield from _meaning_something_else(node)


def other_meaning(source: bytes, line: int) -> str | None:
    """Return what on a line was a statement of Python 2 and is now an expression that cannot work.

    Raises
    ------
    SyntaxError, ValueError
        If the source does not parse.
    """
    for node in ast.walk(ast.parse(source)):
        if line in range(getattr(node, "lineno", 0), (getattr(node, "end_lineno", 0) or 0) + 1):
            for _, construct, _ in _meaning_something_else(node):
                return construct
    return None


def _meaning_something_else(node: ast.AST) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.RShift) and _is_print(node.left):
            yield node.lineno, "print >>", "print(..., file=...)"
        elif isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Call) and _is_print(node.left.func):
            yield node.lineno, "the print statement, print (...) % ...", "print((...) % ...)"
        elif _is_print(node.left):
            yield node.lineno, "the print statement", "print(...)"
    elif isinstance(node, ast.Subscript) and _is_print(node.value):
        yield node.lineno, "the print statement, print [...]", "print([...])"
    elif (
        isinstance(node, ast.Raise) and isinstance(node.exc, ast.Constant) and isinstance(node.exc.value, str)
    ):
        yield node.lineno, "`raise` of a text", "raise Exception(text)"


def _is_print(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "print"


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
