"""Placeholders that nothing defines, variables of the environment that are not set (contract 4.6)."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Finding, GenericPipeError, Location, Severity
from ...parset import Entry
from ..options import misspaced
from ..scope import Scope
from ..step import Step
from ..structure import unresolved
from .subject import Subject

#: Control keys that say what a step is; they are read, though never handed on.
_OF_THE_STEP = ("kind", "type", "loopcount", "loopsteps")


def check(subject: Subject) -> Iterator[Finding]:
    """Look at every line of each listed step, and at the lines that belong to none."""
    for step in subject.steps:
        scope = subject.scope(step)
        for key, value in step.keys.items():
            severity = Severity.ERROR if _is_read(subject, step, key) else Severity.WARNING
            for name in value.unresolved:
                yield _unresolved(subject, scope, value.entry, name, severity)
    for scope in subject.scopes:
        for key in ("pluginpath", "mapfile"):
            entry = scope.blocks.pipeline.get(key)
            if entry is not None:
                for name in _left_open(scope, entry):
                    yield _unresolved(subject, scope, entry, name, Severity.ERROR)
        yield from _not_run(subject, scope)
        yield from _spacing(scope)
        yield from _variables(subject, scope)


def _unresolved(subject: Subject, scope: Scope, entry: Entry, name: str, severity: Severity) -> Finding:
    """Return the finding at the line to mend: that of the key, or of the option through which it came in."""
    text = f"{{{{ {name} }}}}"
    origin = subject.origin(scope, entry, text)
    return unresolved(name, origin.key, Location(origin.file, origin.line_of(text)), scope, severity)


def _is_read(subject: Subject, step: Step, key: str) -> bool:
    """Return whether anything reads a line; LOFAR's own would have run a step with others left open.

    Beside ``control.opts`` the rest of the block is left alone, and so is a key that its kind does not know.
    """
    block, _, name = key.partition(".")
    if block == "argument" or name in _OF_THE_STEP or "cmdline" in name:
        return True
    name = name.removeprefix("opts.")
    if name not in step.control:
        return False
    kind = subject.vocabulary.kinds.get(step.kind)
    return kind is None or kind.type_is == "task" or kind.open_keys or name in subject.keys(step)


def _not_run(subject: Subject, scope: Scope) -> Iterator[Finding]:
    """Warn of placeholders in steps that are defined and not listed."""
    listed = {step.definition for step in subject.steps_in(scope)}
    for name, block in scope.blocks.steps.items():
        if name in listed or ".control." in name or ".argument." in name:
            continue
        for entry in (*block.control.values(), *block.argument.values()):
            for missing in _left_open(scope, entry):
                yield _unresolved(subject, scope, entry, missing, Severity.WARNING)


def _left_open(scope: Scope, entry: Entry) -> tuple[str, ...]:
    """Return the placeholders that nothing defines in a line; what is too long is told where it is read."""
    try:
        return scope.options.replace(entry.raw).unresolved if "{{" in entry.raw else ()
    except GenericPipeError:
        return ()


def _spacing(scope: Scope) -> Iterator[Finding]:
    for entry in scope.parset.values():
        if "{{" not in entry.raw:
            continue
        for name in misspaced(entry.raw):
            if name in scope.options:
                yield Finding(
                    Severity.WARNING,
                    "option-spacing",
                    f"{entry.key}: option {name!r} is not filled in: its braces want exactly one blank on "
                    "each side",
                    Location(entry.file, entry.line_of(name)),
                    f"write {{{{ {name} }}}}",
                )


def _variables(subject: Subject, scope: Scope) -> Iterator[Finding]:
    """Note variables of the environment that a definition uses and that are not set."""
    for unset in subject.unset_variables:
        if unset.scope is scope:
            yield Finding(
                Severity.MISSING,
                "unset-variable",
                f"{unset.entry.key}: the environment has no variable {unset.name!r}: {unset.written} stays "
                "as it is",
                unset.entry.location_of(unset.written),
                f"set it: export {unset.name}=...",
            )
