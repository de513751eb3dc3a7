"""Which steps there are, at every depth: lists expanded, loops and sub-pipelines unfolded."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Finding, Findings, GenericPipeError, Location, PipelineError, Severity, did_you_mean
from ..parset import Entry
from .blocks import Lines
from .scope import Scope
from .step import Value
from .steplist import MAX_DEPTH, MAX_STEPS, Listed, StepList, too_many
from .subpipeline import enter


@dataclass(frozen=True, eq=False)
class Node:
    """A step in its place before its values are known: its name as it runs, its lines, what it contains."""

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

    def note_unresolved(steps: StepList) -> None:
        findings.extend(
            unresolved(name, steps.entry.key, steps.entry.location, scope) for name in steps.unresolved
        )

    try:
        if scope.depth + len(inside) > MAX_DEPTH:
            raise PipelineError(
                f"loops and sub-pipelines are nested more than {MAX_DEPTH} deep",
                hint="does one contain itself?",
            )
        listed = scope.expand(entry, note_unresolved, findings)
        _count(scope.outermost, len(listed), entry)
    except GenericPipeError as error:
        findings.caught("bad-list", error, entry.location)
        return ()
    if not listed and not any(finding.code == "steps-circle" for finding in findings):
        findings.warning(
            "empty-list", f"{entry.key} is empty: nothing runs", entry.location, "name its steps"
        )
    nodes = (_node(scope, one, inside, findings) for one in listed)
    return tuple(node for node in nodes if node is not None)


def _count(outermost: Scope, steps: int, entry: Entry) -> None:
    """Count steps; those of loops and sub-pipelines in each other multiply."""
    outermost.steps_made += steps
    if outermost.steps_made > MAX_STEPS:
        raise too_many(entry.key, entry.location)


def _node(scope: Scope, listed: Listed, inside: tuple[str, ...], findings: Findings) -> Node | None:
    lines = scope.blocks.steps.get(listed.definition)
    if lines is None:
        findings.error(
            "undefined-step",
            f"step {listed.definition!r} is listed but not defined",
            listed.location,
            _how_to_define(listed.definition, scope),
        )
        return None
    if "/" in listed.name:
        findings.error(
            "bad-step-name",
            f"step {listed.name!r}: a name with a slash cannot be part of the names of files",
            listed.location,
            f"call it {listed.name.replace('/', '_')}",
        )
    kind = _text(scope, lines.control.get("kind"), findings) or "recipe"
    type_ = _text(scope, lines.control.get("type"), findings)
    named = Listed(scope.prefix + listed.name, listed.definition, listed.location)
    body: tuple[Node, ...] = ()
    inner = None
    if kind == "loop":
        body = _loop_body(scope, named, lines, inside, findings)
    elif kind == "pipeline":
        inner = enter(scope, named, lines, type_, scope.depth + len(inside) + 1, findings)
        body = structure(inner, findings) if inner is not None else ()
    return Node(named, lines, kind, type_, scope, body, inner)


def _how_to_define(name: str, scope: Scope) -> str:
    if "," in name:
        return "a list is written in brackets: [first, second]"
    known = [*scope.blocks.steps, *scope.blocks.sublists]
    return did_you_mean(name, known) or f"give it lines: {name}.control.type = ..."


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
        findings.error(
            "steps-circle",
            f"loops go round in a circle: {circle}",
            entry.location,
            f"take {loop.definition} out of one of them",
        )
        return ()
    return _nodes(scope, entry, (*inside, loop.definition), findings)
