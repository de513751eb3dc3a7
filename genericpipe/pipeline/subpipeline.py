"""``kind = pipeline``: another parset in the place of a step (contract 6.3)."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping

from ..errors import Findings, GenericPipeError, did_you_mean
from ..parset import Entry, Parset
from .blocks import Lines
from .options import Option, definitions
from .scope import Scope
from .step import Value
from .steplist import Listed
from .templates import UnrenderedTemplate, read_parset


def enter(
    scope: Scope, step: Listed, lines: Lines, path: str, depth: int, findings: Findings
) -> Scope | None:
    """Return the scope inside a sub-pipeline's step, or None where its parset cannot be read.

    Parameters
    ----------
    scope
        Where the step stands.
    step
        The step, named as it runs.
    lines
        Its lines; the arguments override options of the sub-pipeline.
    path
        ``control.type`` as text.
    depth
        How many loops and sub-pipelines stand around what is inside.
    findings
        Receives what is wrong.
    """
    entry = lines.control.get("type")
    parset = _read(scope, path, entry, findings) if entry is not None else None
    if entry is None or parset is None:
        return None
    if os.path.abspath(parset.file) in _files(scope):
        findings.error(
            "steps-circle",
            f"sub-pipeline {step.name!r} contains itself: {parset.file}",
            entry.location,
            "name another parset",
        )
        return None
    findings.extend(parset.findings)
    values = scope.checked_values(lines.argument, Findings(), bound=False)  # noted where the step is made
    known = overridable(parset, scope)
    for name, value in values.items():
        if name not in known and name != "parset":  # which names a file of arguments
            findings.warning(
                "unused-argument",
                f"argument {name!r} names no option of {parset.file}: it has no effect",
                value.location,
                did_you_mean(name, known),
            )
    return Scope(parset, f"{step.name}-", scope, overrides(values, known), environ=scope.environ, depth=depth)


def overridable(parset: Parset, parent: Scope) -> set[str]:
    """Return the options that a sub-pipeline's step can override: the parset's own and those around it."""
    return {*definitions(parset), *parent.options}


def overrides(arguments: Mapping[str, Value], known: Container[str]) -> dict[str, Option]:
    """Return the arguments of a sub-pipeline's step that override an option; quotes are stripped."""
    return {
        name: Option(name, value.text, value.location, value.unresolved)
        for name, value in arguments.items()
        if name in known
    }


def _files(scope: Scope | None) -> set[str]:
    paths: set[str] = set()
    while scope is not None:
        paths.add(os.path.abspath(scope.parset.file))
        scope = scope.parent
    return paths


def _read(scope: Scope, path: str, entry: Entry, findings: Findings) -> Parset | None:
    """Read a sub-pipeline's parset at its path, else beside its parent."""
    beside = os.path.join(os.path.dirname(scope.parset.file), os.path.basename(path))
    try:
        if os.path.isfile(path):
            return read_parset(path, scope.options)
        if path and os.path.isfile(beside):
            findings.warning(
                "parset-beside",
                f"there is no parset {path!r}; the one beside {scope.parset.file} is used",
                entry.location,
                f"write {entry.key} = {beside}",
            )
            return read_parset(beside, scope.options)
    except UnrenderedTemplate as error:
        findings.caught("jinja-template", error)
        return None
    except GenericPipeError as error:
        findings.caught("bad-parset", error, entry.location)
        return None
    findings.missing(
        "no-such-parset",
        f"there is no parset {path!r} for the sub-pipeline",
        entry.location,
        f"it was looked for there and at {beside}",
    )
    return None
