"""The modules that a site's source imports from folders of the site: whether they are Python 2."""

from __future__ import annotations

import ast
import os
import sys
import warnings
from collections.abc import Collection, Iterator
from pathlib import Path

from .signatures import SourceProblem, syntax_problem, top


def imported_python2(path: Path, folders: Collection[Path]) -> list[tuple[Path, SourceProblem]]:
    """Return the modules that a source imports, directly or not, and that do not parse for being Python 2.

    Parameters
    ----------
    path
        A source that parses.
    folders
        Folders of plugins, which are on the import path of jobs.

    Returns
    -------
    found
        Each module with its construct. Only imports at the top of a source count, which fail for certain.
    """
    on_path = [Path(folder) for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    found: list[tuple[Path, SourceProblem]] = []
    _look(path, [*on_path, *folders], {path}, found)
    return found


def _look(path: Path, folders: list[Path], seen: set[Path], found: list[tuple[Path, SourceProblem]]) -> None:
    try:
        data = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except SyntaxError as error:
        problem = syntax_problem(error)
        if problem.python2:
            found.append((path, problem))
        return
    except (OSError, ValueError, RecursionError, MemoryError):
        return
    # A source that changes the path itself as a rule puts its own folder there.
    looked = [path.parent, *folders] if b"sys.path" in data else folders
    for name in _imported(tree):
        for module in _files(name, looked):
            if module not in seen:
                seen.add(module)
                _look(module, folders, seen, found)


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that a source imports when it is imported itself, but for what it only tries."""
    tried = {
        inside
        for node in ast.walk(tree)
        if isinstance(node, ast.Try) and any(_catches_all(handler) for handler in node.handlers)
        for one in node.body
        for inside in ast.walk(one)
    }
    for node in top(tree.body):
        if node in tried:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _catches_all(handler: ast.ExceptHandler) -> bool:
    names = {one.id for one in ast.walk(handler.type) if isinstance(one, ast.Name)} if handler.type else set()
    return handler.type is None or bool(names & {"BaseException", "Exception", "SyntaxError"})


def _files(name: str, folders: list[Path]) -> list[Path]:
    """Return the files that importing a module reads, the packages around it first."""
    first, *rest = name.split(".")
    if first in sys.stdlib_module_names:
        return []  # which wins: the folders come last on the path
    for folder in folders:
        file = _module(folder, first)
        if file is None:
            continue
        files = [file]
        for part in rest:
            inside = _module(files[-1].parent, part) if files[-1].name == "__init__.py" else None
            if inside is None:
                break
            files.append(inside)
        return files
    return []


def _module(folder: Path, name: str) -> Path | None:
    package, module = folder / name / "__init__.py", folder / f"{name}.py"
    return package if package.is_file() else module if module.is_file() else None
