"""A step's lines -> Step: what it hands on, what it is, in which order (contract 6)."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import Findings, GenericPipeError, PipelineError
from ..parset import as_int
from .scope import Scope
from .step import Step, Value
from .structure import Node, unresolved
from .subpipeline import overridable, overrides

#: Control keys that say what a step is; they are never handed on.
_OF_THE_STEP = ("kind", "type")
_OF_A_LOOP = ("loopcount", "loopsteps")


def to_steps(nodes: tuple[Node, ...], findings: Findings) -> tuple[Step, ...]:
    """Return the steps for nodes, once the names of all of them are known to their scopes."""
    return tuple(_step(node, findings) for node in nodes)


def _step(node: Node, findings: Findings) -> Step:
    control = node.scope.checked_values(node.lines.control, findings)
    arguments = node.scope.checked_values(node.lines.argument, findings)
    handed_on = _handed_on(node.kind, control)
    inner = node.inner
    if inner is not None:
        inner.overrides = overrides(arguments, overridable(inner.parset, node.scope))
        inner.handover = handed_on.get("mapfile_in") or pipeline_value(inner, "mapfile", findings)
    return Step(
        name=node.listed.name,
        definition=node.listed.definition,
        kind=node.kind,
        type=node.type,
        control=handed_on,
        cmdline=tuple(control[key] for key in sorted(control, key=str.encode) if key.startswith("cmdline.")),
        arguments=arguments,
        keys={
            **{f"control.{key}": value for key, value in control.items()},
            **{f"argument.{key}": value for key, value in arguments.items()},
        },
        listed=node.listed.location,
        location=node.lines.first().location,
        parset=node.scope.parset.file,
        loopcount=_loopcount(node, control, findings) if node.kind == "loop" else None,
        body=to_steps(node.body, findings),
        scope=inner,
    )


def pipeline_value(scope: Scope, key: str, findings: Findings) -> Value | None:
    """Return the value of ``pipeline.<key>``, or None where there is none or, noted, a bad one."""
    entry = scope.blocks.pipeline.get(key)
    if entry is None:
        return None
    value = scope.checked_values({key: entry}, findings).get(key)
    if value is not None:
        findings += [unresolved(name, entry.key, entry.location, scope) for name in value.unresolved]
    return value


def _handed_on(kind: str, control: Mapping[str, Value]) -> dict[str, Value]:
    """Return the control keys that a step hands on: its ``opts`` block where it has one."""
    opts = {key[len("opts.") :]: value for key, value in control.items() if key.startswith("opts.")}
    dropped = (*_OF_THE_STEP, *_OF_A_LOOP) if kind == "loop" else _OF_THE_STEP
    return {
        key: value for key, value in (opts or control).items() if "cmdline" not in key and key not in dropped
    }


def _loopcount(node: Node, control: Mapping[str, Value], findings: Findings) -> int | None:
    value = control.get("loopcount")
    if value is None:
        findings.error(
            "no-loopcount",
            f"loop {node.listed.name!r} does not say how often it runs",
            node.listed.location,
            f"{node.listed.definition}.control.loopcount = 3",
        )
        return None
    if value.unresolved:
        return None
    try:
        count = as_int(value.text)
        if count < 0:
            raise PipelineError(f"{count} is less than 0")
    except GenericPipeError as error:
        findings.error(
            "bad-loopcount",
            f"loopcount of {node.listed.name!r}: {error.message}",
            value.location,
            "a whole number; references to other steps are not read here",
        )
        return None
    return count
