"""Options: placeholders that nothing defines, and variables of the environment that are not set (contract 4.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import Finding, Location, Severity
from ...parset import Entry
from ..options import definitions, expand_variables, misspaced
from ..scope import Scope
from ..structure import unresolved
from .subject import Subject, lines

_VARIABLE = re.compile(r"\$(\w+|\{[^}]*\})", re.ASCII)


def check(subject: Subject) -> Iterator[Finding]:
    """Look at every line of each listed step, and at the lines that belong to none."""
    pipeline = subject.pipeline
    scopes: dict[int, Scope] = {id(pipeline.scope): pipeline.scope}
    by_step = _scopes_of_steps(subject, scopes)
    for step in subject.steps:
        scope = by_step[id(step)]
        for _, value in lines(step):
            for name in value.unresolved:
                where = Location(value.entry.file, value.entry.line_of(f"{{{{ {name} }}}}"))
                yield unresolved(name, value.entry.key, where, scope)
    for scope in scopes.values():
        yield from _not_run(scope, {step.definition for step in subject.steps if by_step[id(step)] is scope})
        yield from _spacing(scope)
        yield from _variables(scope)


def _scopes_of_steps(subject: Subject, scopes: dict[int, Scope]) -> dict[int, Scope]:
    """Return the scope in which each step stands, by the step's identity; all scopes are entered in `scopes`."""
    found: dict[int, Scope] = {}
    todo = [(subject.pipeline.scope, subject.pipeline.steps)]
    while todo:
        scope, steps = todo.pop()
        for step in steps:
            found[id(step)] = scope
            inner = step.scope or scope
            scopes[id(inner)] = inner
            todo.append((inner, step.body))
    return found


def _not_run(scope: Scope, listed: set[str]) -> Iterator[Finding]:
    """Warn of placeholders in steps that are defined and not listed."""
    for name, block in scope.blocks.steps.items():
        if name in listed:
            continue
        for entry in (*block.control.values(), *block.argument.values()):
            for missing in scope.options.replace(entry.raw).unresolved if "{{" in entry.raw else ():
                yield unresolved(missing, entry.key, entry.location, scope, Severity.WARNING)


def _spacing(scope: Scope) -> Iterator[Finding]:
    for entry in scope.parset.values():
        if "{{" not in entry.raw:
            continue
        for name in misspaced(entry.raw):
            if name in scope.options:
                yield Finding(
                    Severity.WARNING,
                    "option-spacing",
                    f"{entry.key}: option {name!r} is not filled in: its braces want exactly one blank on each side",
                    Location(entry.file, entry.line_of(name)),
                    f"write {{{{ {name} }}}}",
                )


def _variables(scope: Scope) -> Iterator[Finding]:
    """Note variables of the environment that a definition uses and that are not set."""
    used = _used(scope)
    for name, entry in definitions(scope.parset).items():
        if "$" not in entry.raw or name not in used:
            continue
        left = expand_variables(entry.raw, scope.environ)
        for match in _VARIABLE.finditer(left):
            variable = match[1].strip("{}")
            if variable and variable not in scope.environ:
                yield Finding(
                    Severity.MISSING,
                    "unset-variable",
                    f"{entry.key}: the environment has no variable {variable!r}: ${variable} stays as it is",
                    entry.location,
                    f"set it: export {variable}=...",
                )


def _used(scope: Scope) -> set[str]:
    """Return the options that some line asks for."""
    texts: list[Entry] = [entry for entry in scope.parset.values() if "{{" in entry.raw]
    return {name for name in scope.options if any(f"{{{{ {name} }}}}" in entry.raw for entry in texts)}
