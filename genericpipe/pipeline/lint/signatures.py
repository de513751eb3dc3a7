"""The arguments that a site's function takes, read from its syntax tree: nothing of a site is imported."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import did_you_mean
from .python2 import failing, gone, syntax_construct


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

    def refuses(self, count: int, names: Collection[str]) -> Refusal | None:
        """Return why a call with `count` positional arguments and keywords `names` fails, or None."""
        if count > len(self.positional) and not self.any_positional:
            takes = len(self.positional)
            return Refusal(f"takes {takes} positional argument{'' if takes == 1 else 's'} and gets {count}")
        for name in names:
            if name in self.positional[:count] and name in self.keywords:
                return Refusal(f"gets {name!r} twice: by position and by name", name)
            if name not in self.keywords and not self.any_keyword:
                takes_instead = f"it takes {', '.join(sorted(self.keywords))}" if self.keywords else ""
                hint = did_you_mean(name, self.keywords) or takes_instead
                return Refusal(f"takes no argument {name!r}", name, hint)
        given = self.keywords.intersection(names)
        needed = [name for name in self.positional[count : self.required] if name not in given]
        needed += sorted(self.required_keywords - given)
        if needed:
            return Refusal(
                f"needs {', '.join(repr(name) for name in needed)}", "", "give it as an argument of the step"
            )
        return None


@dataclass(frozen=True)
class Refusal:
    """Why a call fails: in words, the argument at fault, and what to do."""

    message: str
    argument: str = ""
    hint: str = ""


@dataclass(frozen=True)
class SourceProblem:
    """Why a source cannot be used, or what is doubtful about it, and on which line.

    `python2` tells that it is Python 2, and `is_supplied` that jobs in Python are given what they miss.
    """

    message: str
    line: int | None = None
    hint: str = ""
    python2: bool = False
    is_supplied: bool = False


@dataclass(frozen=True)
class Source:
    """A Python source: what its function takes (None where nobody can say), and what is doubtful."""

    signature: Signature | None
    doubts: tuple[SourceProblem, ...] = ()


def source(path: Path, function: str) -> Source | SourceProblem:
    """Return what `function` in a file takes, or why the file cannot be used.

    Parameters
    ----------
    path
        A Python source.
    function
        A name at the top of the module: ``plugin_main`` or ``main``; empty where it is not known.
    """
    try:
        text = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except OSError as error:
        return SourceProblem(f"cannot be read: {error.strerror}")
    except SyntaxError as error:
        return syntax_problem(error)
    except (ValueError, RecursionError, MemoryError) as error:
        return SourceProblem(f"is no Python source: {error}")
    doubts = tuple(_doubts(tree))
    if not function:
        return Source(None, doubts)
    last: ast.stmt | None = None
    for node in top(tree.body):
        if function in _names(node):
            last = node
    if last is None:
        return SourceProblem(
            f"defines no function {function!r}", None, f"def {function}(...): is what is called"
        )
    if isinstance(last, ast.FunctionDef) and not last.decorator_list:
        return Source(_of(last.args, last.lineno), doubts)
    return Source(None, doubts)


def _doubts(tree: ast.Module) -> Iterator[SourceProblem]:
    """Yield what of Python 2 is in a source that parses: of each sort the first."""
    for line, construct, remedy in list(failing(tree))[:1]:
        yield SourceProblem(f"is Python 2 source: {construct}", line, f"Python 3 has {remedy}", True)
    found = sorted(gone(tree))
    for line, construct, remedy in found[:1]:
        others = {name for _, name, _ in found} - {construct}
        more = f" (and {', '.join(sorted(others))})" if others else ""
        yield SourceProblem(f"uses Python 2's {construct}{more}", line, f"Python 3 has {remedy}", True, True)


def top(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, those in its ``if``, ``try`` and ``with`` blocks too."""
    for node in body:
        yield node
        for name in ("body", "orelse", "finalbody"):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield from top(getattr(node, name, ()))
        for handler in getattr(node, "handlers", ()):
            yield from top(handler.body)


def _names(node: ast.stmt) -> Collection[str]:
    """Return the names that a statement binds; a star import may bind any."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = {alias.asname or alias.name for alias in node.names}
        return {"main", "plugin_main"} if "*" in names else names
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return ()


def _of(arguments: ast.arguments, line: int) -> Signature:
    positional = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    named = [one.arg for one in (*arguments.args, *arguments.kwonlyargs)]
    required = {
        one.arg
        for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if value is None
    }
    return Signature(
        tuple(positional),
        len(positional) - len(arguments.defaults),
        arguments.vararg is not None,
        arguments.kwarg is not None,
        frozenset(named),
        frozenset(required),
        line,
    )


def syntax_problem(error: SyntaxError) -> SourceProblem:
    """Return why a source does not parse."""
    text = (error.text or "").strip()
    construct = syntax_construct(error)
    if construct is not None:
        message = f"is Python 2 source: {construct} in {text!r}"
        return SourceProblem(
            message, error.lineno, "translate it: 2to3, or a newer version of the script", True
        )
    return SourceProblem(f"has a syntax error: {error.msg}: {text!r}", error.lineno)
