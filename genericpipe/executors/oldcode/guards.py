"""Whether a source is ready for what it asks for to be missing: ``try: import imp except ImportError``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import TypeGuard

#: What catches each of the exceptions by name. `Exception` does so only around imports: elsewhere it
#: stands around whole programs, for errors of another kind.
_CATCHERS = {
    "ImportError": {"ImportError", "ModuleNotFoundError"},
    "AttributeError": {"AttributeError"},
    "NameError": {"NameError"},
}


def is_ready(node: ast.Try, what: str) -> bool:
    """Return whether a ``try`` statement catches an exception for the sake of what its body asks for.

    Parameters
    ----------
    node
        The statement.
    what
        Name of the exception. The ``from`` import of a name counts as an import, too.
    """
    is_import = all(isinstance(one, (ast.Import, ast.ImportFrom)) for one in node.body)
    catchers = _CATCHERS[what] | (_CATCHERS["ImportError"] if is_import else set())
    for handler in node.handlers:
        caught = (
            {one.id for one in ast.walk(handler.type) if isinstance(one, ast.Name)} if handler.type else set()
        )
        if caught & catchers:
            return True
        if is_import and (handler.type is None or caught & {"Exception", "BaseException"}):
            return True
    return False


def is_guarded(file: str, line: int, what: type[Exception]) -> bool:
    """Return whether a line of a source stands where the absence of what it asks for is dealt with."""
    return any(first <= line <= last and name == what.__name__ for first, last, name in _guarded(file))


@cache
def _guarded(file: str) -> tuple[tuple[int, int, str], ...]:
    try:
        with open(file, "rb") as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, ValueError):
        return ()
    return tuple(_spans(tree))


def _spans(tree: ast.Module) -> Iterator[tuple[int, int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            end = node.body[-1].end_lineno or node.body[-1].lineno
            for name in _CATCHERS:
                if is_ready(node, name):
                    yield node.body[0].lineno, end, name
        elif _is_question(node):
            yield node.lineno, node.end_lineno or node.lineno, "AttributeError"


def _is_question(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether it is ``hasattr(numpy, "float")`` or ``getattr(numpy, "float", float)``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    return node.func.id == "hasattr" or (node.func.id == "getattr" and len(node.args) == 3)
