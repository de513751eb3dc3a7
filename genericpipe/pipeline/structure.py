"""Which steps there are, at every depth: lists expanded, loops and sub-pipelines unfolded."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Finding, Findings, GenericPipeError, Location, Severity, did_you_mean
from ..parset import Entry
from .blocks import Lines
from .scope import Scope
from .step import Value
from .steplist import Listed
from .subpipeline import enter


@dataclass(frozen=True, eq=False)
class Node:
    """A step in its place before its values are known: its name as it runs, its lines and what it contains."""

    listed: Listed
    lines: Lines
    kind: str
    type: str
    scope: Scope
    body: tuple[Node, ...] = ()
    inner: Scope | None = None

    def walk(self) -> list[Node]:
        """Return the node and all below it."""
        return [self, *(below for node in self.body for below in node.walk())]


def structure(scope: Scope, findings: Findings) -> tuple[Node, ...]:
    """Return the steps of a scope in order, and enter their names in it."""
    for error in scope.options.errors:
        findings.caught("option-circle", error)
    entry = scope.blocks.pipeline.get("steps")
    if entry is None:
        findings.error(
            "no-steps",
            "No pipeline steps defined",
            Location(scope.parset.file),
            "name the steps to run: pipeline.steps = [first, second]",
        )
        return ()
    nodes = _nodes(scope, entry, (), findings)
    for node in nodes:
        scope.names.update(below.listed.name[len(scope.prefix) :] for below in node.walk())
    return nodes


def unresolved(
    name: str, key: str, location: Location, scope: Scope, severity: Severity = Severity.ERROR
) -> Finding:
    """Return the finding about a placeholder that nothing defines."""
    message = f"{key}: nothing defines {{{{ {name} }}}}"
    return Finding(severity, "unresolved-option", message, location, scope.options.hint(name))


def _nodes(scope: Scope, entry: Entry, inside: tuple[str, ...], findings: Findings) -> tuple[Node, ...]:
    """Return the steps of one list; `inside` names the loops around it."""
    findings += [
        unresolved(name, entry.key, entry.location, scope)
        for name in scope.options.replace(entry.raw).unresolved
    ]
    try:
        listed = scope.expand(entry, findings)
    except GenericPipeError as error:
        findings.caught("bad-list", error, entry.location)
        return ()
    if not listed:
        findings.warning("empty-list", f"{entry.key} is empty: nothing runs", entry.location)
    nodes = (_node(scope, one, inside, findings) for one in listed)
    return tuple(node for node in nodes if node is not None)


def _node(scope: Scope, listed: Listed, inside: tuple[str, ...], findings: Findings) -> Node | None:
    lines = scope.blocks.steps.get(listed.definition)
    if lines is None:
        known = [*scope.blocks.steps, *scope.blocks.sublists]
        findings.error(
            "undefined-step",
            f"step {listed.definition!r} is listed but not defined",
            listed.location,
            did_you_mean(listed.definition, known)
            or f"give it lines: {listed.definition}.control.type = ...",
        )
        return None
    kind = _text(scope, lines.control.get("kind"), findings) or "recipe"
    type_ = _text(scope, lines.control.get("type"), findings)
    named = Listed(scope.prefix + listed.name, listed.definition, listed.location)
    body: tuple[Node, ...] = ()
    inner = None
    if kind == "loop":
        body = _loop_body(scope, named, lines, inside, findings)
    elif kind == "pipeline":
        inner = enter(scope, named, lines, type_, findings)
        body = structure(inner, findings) if inner is not None else ()
    return Node(named, lines, kind, type_, scope, body, inner)


def _text(scope: Scope, entry: Entry | None, findings: Findings) -> str:
    """Return the text of a line that is read before anything runs."""
    if entry is None:
        return ""
    try:
        return Value(scope.options.replace(entry.raw).text, entry).text
    except GenericPipeError:
        return ""  # noted where the step is made


def _loop_body(
    scope: Scope, loop: Listed, lines: Lines, inside: tuple[str, ...], findings: Findings
) -> tuple[Node, ...]:
    entry = lines.control.get("loopsteps")
    if entry is None:
        findings.error(
            "no-loopsteps",
            f"loop {loop.name!r} does not say which steps it runs",
            loop.location,
            f"{loop.definition}.control.loopsteps = [first, second]",
        )
        return ()
    if loop.definition in inside:
        circle = " -> ".join([*inside[inside.index(loop.definition) :], loop.definition])
        findings.error("steps-circle", f"loops go round in a circle: {circle}", entry.location)
        return ()
    return _nodes(scope, entry, (*inside, loop.definition), findings)
