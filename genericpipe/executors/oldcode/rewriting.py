"""Changes the syntax tree of an old source: every line keeps its number."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeVar

from .calls import COPY, ELEMENTS, METHOD, METHODS, NAME, NAMES
from .guards import is_ready

_Node = TypeVar("_Node", bound=ast.AST)

#: Methods of Python 2 that classes define, and what Python 3 calls instead.
_SPECIAL = {"next": "__next__", "__nonzero__": "__bool__", "__div__": "__truediv__"}


def rewritten(data: bytes, path: str) -> ast.Module:
    """Return the syntax tree of a source in which old attributes and names are asked for at run time.

    Raises
    ------
    SyntaxError
        If it does not parse.
    """
    # Not `ast.parse`, which would stand in tracebacks.
    tree = compile(data, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    _Rewriter(frozenset(_bound(tree))).visit(tree)
    return ast.fix_missing_locations(tree)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, bound: frozenset[str]) -> None:
        self._bound = bound
        self._ready: tuple[str, ...] = ()  # exceptions that the source catches for what it asks for

    def visit_Try(self, node: ast.Try) -> ast.AST:
        before = self._ready
        self._ready = (*before, *(what for what in ("AttributeError", "NameError") if is_ready(node, what)))
        node.body = self._all(node.body)
        self._ready = before
        node.handlers = [self.visit(one) for one in node.handlers]
        node.orelse, node.finalbody = self._all(node.orelse), self._all(node.finalbody)
        return node

    def _all(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        return [self.visit(one) for one in body]

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        # The attribute `next` of a list's element is no method.
        return node if node.attr == "next" else self._asked(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Attribute):
            if function.attr == "next" and not node.args and not node.keywords:
                node.func = self._asked(function)
            elif function.attr == "array" and _is_numpy(function.value):
                for keyword in node.keywords:
                    if keyword.arg == "copy" and _is_false(keyword.value):
                        keyword.value = _call(COPY, [function.value], keyword.value)
        return node

    def _asked(self, node: ast.Attribute) -> ast.expr:
        if node.attr not in METHODS or not isinstance(node.ctx, ast.Load) or "AttributeError" in self._ready:
            return node
        return _call(METHOD, [node.value, ast.Constant(node.attr)], node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        is_old = node.id in NAMES and node.id not in self._bound and isinstance(node.ctx, ast.Load)
        if not is_old or "NameError" in self._ready:
            return node
        return _call(NAME, [ast.Constant(node.id)], node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and self._was_list(node.value):
            node.value = _call(ELEMENTS, [node.value], node.value)
        return node

    def _was_list(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Call):
            return False
        if isinstance(node.func, ast.Attribute):
            return node.func.attr in ("keys", "values", "items") and not node.args
        return isinstance(node.func, ast.Name) and node.func.id in ("map", "filter", "zip")

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        methods = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
        for old, today in _SPECIAL.items():
            is_iterator = old != "next" or "__iter__" in methods
            if old in methods and today not in methods and is_iterator:
                alias = ast.Assign([ast.Name(today, ast.Store())], ast.Name(old, ast.Load()))
                node.body.append(_placed(alias, methods[old]))
        return node


def _call(function: str, arguments: list[ast.expr], place: ast.expr) -> ast.expr:
    return _placed(ast.Call(ast.Name(function, ast.Load()), arguments, []), place)


def _placed(node: _Node, place: ast.AST) -> _Node:
    return ast.fix_missing_locations(ast.copy_location(node, place))


def _is_numpy(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "N", "num")


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is not None and not node.value


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a source gives a meaning itself, anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
