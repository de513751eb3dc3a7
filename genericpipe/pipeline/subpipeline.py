"""``kind = pipeline``: another parset in the place of a step (contract 6.3)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import Findings, GenericPipeError, did_you_mean
from ..parset import Entry, Parset, read
from .blocks import Lines
from .options import Option, definitions
from .scope import Scope
from .step import Value
from .steplist import Listed


def enter(scope: Scope, step: Listed, lines: Lines, path: str, findings: Findings) -> Scope | None:
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
    findings
        Receives what is wrong.
    """
    entry = lines.control.get("type")
    parset = _read(scope, path, entry, findings) if entry is not None else None
    if entry is None or parset is None:
        return None
    if os.path.abspath(parset.file) in _files(scope):
        findings.error(
            "steps-circle", f"sub-pipeline {step.name!r} contains itself: {parset.file}", entry.location
        )
        return None
    findings.extend(parset.findings)
    values = {name: scope.unbound_value(line) for name, line in lines.argument.items()}
    overrides = overriding(values, parset, scope, findings)
    return Scope(parset, f"{step.name}-", scope, overrides, environ=scope.environ)


def overriding(
    arguments: Mapping[str, Value], parset: Parset, parent: Scope, findings: Findings | None = None
) -> dict[str, Option]:
    """Return the arguments of a sub-pipeline's step that name an option, its own or one around it."""
    own = definitions(parset)
    chosen: dict[str, Option] = {}
    for name, value in arguments.items():
        if name in own or name in parent.options:
            try:
                chosen[name] = Option(name, value.text, value.location, value.unresolved)
            except GenericPipeError:
                continue  # noted where the step is made
        elif findings is not None:
            findings.warning(
                "unused-argument",
                f"argument {name!r} names no option of {parset.file}: it has no effect",
                value.location,
                did_you_mean(name, [*own, *parent.options]),
            )
    return chosen


def handover(inner: Scope, control: Mapping[str, Value]) -> Value | None:
    """Return the mapfile that a sub-pipeline starts from: its step's ``mapfile_in``, else the parset's own."""
    own = inner.blocks.pipeline.get("mapfile")
    return control.get("mapfile_in") or (inner.value(own) if own is not None else None)


def _files(scope: Scope | None) -> set[str]:
    paths: set[str] = set()
    while scope is not None:
        paths.add(os.path.abspath(scope.parset.file))
        scope = scope.parent
    return paths


def _read(scope: Scope, path: str, entry: Entry, findings: Findings) -> Parset | None:
    """Read a sub-pipeline's parset at its path, else beside its parent."""
    beside = Path(scope.parset.file).parent / Path(path).name
    try:
        if os.path.isfile(path):
            return read(path)
        if path and beside.is_file():
            findings.warning(
                "parset-beside",
                f"there is no parset {path!r}; the one beside {scope.parset.file} is used",
                entry.location,
                f"write {entry.key} = {beside}",
            )
            return read(beside)
    except (GenericPipeError, ValueError) as error:
        findings.caught(
            "bad-parset",
            error if isinstance(error, GenericPipeError) else GenericPipeError(str(error)),
            entry.location,
        )
        return None
    findings.missing(
        "no-such-parset",
        f"there is no parset {path!r} for the sub-pipeline",
        entry.location,
        f"it was looked for there and at {beside}",
    )
    return None
