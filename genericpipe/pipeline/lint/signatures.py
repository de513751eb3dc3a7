"""The arguments that a site's function takes, read from its syntax tree: nothing of a site is imported."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ...errors import did_you_mean

_PYTHON_2 = (
    ("print ", "the print statement"),
    ("exec ", "the exec statement"),
    ("except ", "`except Error, name`"),
    ("raise ", "`raise Error, text`"),
    ("<>", "the operator <>"),
)


@dataclass(frozen=True)
class Signature:
    """What a function takes.

    Parameters
    ----------
    positional
        Names of the parameters that may be given by position.
    required
        How many of them have no default.
    any_positional, any_keyword
        Whether it takes ``*args`` and ``**kwargs``.
    keywords
        Names that can be given by keyword.
    required_keywords
        Keyword-only names without default.
    line
        Where it is defined.
    """

    positional: tuple[str, ...]
    required: int
    any_positional: bool
    any_keyword: bool
    keywords: frozenset[str]
    required_keywords: frozenset[str]
    line: int

    def refuses(self, count: int, names: Collection[str]) -> tuple[str, str] | None:
        """Return why a call with `count` positional arguments and keywords `names` fails, and a hint; or None."""
        if count > len(self.positional) and not self.any_positional:
            return f"takes {len(self.positional)} positional arguments and gets {count}", ""
        for name in names:
            if name in self.positional[:count]:
                return f"gets {name!r} twice: by position and by name", ""
            if name not in self.keywords and not self.any_keyword:
                return f"takes no argument {name!r}", did_you_mean(name, self.keywords)
        needed = [name for name in self.positional[count : self.required] if name not in names]
        needed += sorted(self.required_keywords - set(names))
        if needed:
            return f"needs {', '.join(repr(name) for name in needed)}", "give it as an argument of the step"
        return None


@dataclass(frozen=True)
class SourceProblem:
    """Why a source cannot be used: what is wrong and on which line."""

    message: str
    line: int | None = None
    hint: str = ""


@lru_cache(maxsize=256)
def signature(path: Path, function: str) -> Signature | SourceProblem:
    """Return what the last definition of `function` in a file takes, or why that cannot be said.

    Parameters
    ----------
    path
        A Python source.
    function
        A name at the top of the module: ``plugin_main`` or ``main``.
    """
    try:
        source = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except OSError as error:
        return SourceProblem(f"cannot be read: {error.strerror}")
    except SyntaxError as error:
        return _syntax_problem(error)
    except (ValueError, RecursionError, MemoryError) as error:
        return SourceProblem(f"is no Python source: {error}")
    found: ast.FunctionDef | None = None
    elsewhere = False
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function and node in tree.body:
            found = node
        elif function in _other_names(node):
            elsewhere = True
    if found is None or found.decorator_list:
        if elsewhere or found is not None:
            return Signature((), 0, True, True, frozenset(), frozenset(), 1)
        return SourceProblem(f"defines no function {function!r}")
    return _of(found.args, found.lineno)


def _other_names(node: ast.AST) -> set[str]:
    """Return names that a node defines in another way than by ``def`` at the top."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in node.names} | (
            {"main", "plugin_main"} if _star(node) else set()
        )
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    return set()


def _star(node: ast.Import | ast.ImportFrom) -> bool:
    return any(alias.name == "*" for alias in node.names)


def _of(arguments: ast.arguments, line: int) -> Signature:
    positional = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    named = [one.arg for one in (*arguments.args, *arguments.kwonlyargs)]
    required = {one.arg for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults) if value is None}
    return Signature(
        tuple(positional),
        len(positional) - len(arguments.defaults),
        arguments.vararg is not None,
        arguments.kwarg is not None,
        frozenset(named),
        frozenset(required),
        line,
    )


def _syntax_problem(error: SyntaxError) -> SourceProblem:
    text = (error.text or "").strip()
    for sign, construct in _PYTHON_2:
        if sign in text:
            message = (
                f"is Python 2 source: {construct} in {text!r}" if _is_python_2(sign, text, error) else ""
            )
            if message:
                return SourceProblem(
                    message, error.lineno, "translate it: 2to3 or a newer version of the script"
                )
    return SourceProblem(f"has a syntax error: {error.msg}: {text!r}", error.lineno)


def _is_python_2(sign: str, text: str, error: SyntaxError) -> bool:
    """Return whether a line that does not parse was right in Python 2."""
    said = (error.msg or "").lower()
    if sign in ("print ", "exec "):
        return text.startswith(sign) or f" {sign}" in text
    if sign == "except ":
        return (text.startswith(sign) and "," in text and "parenthesi" in said) or (
            "multiple exception" in said
        )
    return sign == "<>" or (sign == "raise " and "," in text)
