"""A step's lines -> Step: what it hands on, what it is, in which order (contract 6)."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import Findings, GenericPipeError
from ..parset import Entry, as_int
from .scope import Scope
from .step import Step, Value
from .structure import Node
from .subpipeline import handover, overriding

#: Control keys that say what a step is; they are never handed on.
_OF_THE_STEP = ("kind", "type")
_OF_A_LOOP = ("loopcount", "loopsteps")


def to_steps(nodes: tuple[Node, ...], findings: Findings) -> tuple[Step, ...]:
    """Return the steps for nodes, once the names of all of them are known to their scopes."""
    return tuple(_step(node, findings) for node in nodes)


def _step(node: Node, findings: Findings) -> Step:
    control = _values(node.scope, node.lines.control, findings)
    arguments = _values(node.scope, node.lines.argument, findings)
    inner = node.inner
    if inner is not None:
        inner.overrides = overriding(arguments, inner.parset, node.scope)
        inner.handover = handover(inner, control)
    return Step(
        name=node.listed.name,
        definition=node.listed.definition,
        kind=node.kind,
        type=node.type,
        control=_handed_on(node.kind, control),
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


def _values(scope: Scope, lines: Mapping[str, Entry], findings: Findings) -> dict[str, Value]:
    """Return the values of lines; one with an open quote is noted and left out."""
    values: dict[str, Value] = {}
    for key, entry in lines.items():
        try:
            value = scope.value(entry)
            _ = value.text
        except GenericPipeError as error:
            findings.caught("bad-value", error, entry.location)
        else:
            values[key] = value
    return values


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
        return as_int(value.text)
    except GenericPipeError as error:
        findings.error(
            "bad-loopcount",
            f"loopcount of {node.listed.name!r}: {error.message}",
            value.location,
            "a whole number; references to other steps are not read here",
        )
        return None
