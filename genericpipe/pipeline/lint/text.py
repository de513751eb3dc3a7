"""Lines that belong to no step, and steps that belong to no list (contract 4.3 and 5)."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Finding, GenericPipeError, Severity, did_you_mean, nearest
from ...parset import Entry, as_strings
from ..scope import Scope
from .subject import Subject

_PIPELINE_KEYS = ("steps", "pluginpath", "mapfile", "replace")
#: Findings after which nobody can say which steps are listed.
_UNCLEAR = {"steps-circle", "bad-list", "no-steps"}
_BLOCKS = {
    "argument": "argument",
    "arguments": "argument",
    "args": "argument",
    "control": "control",
    "controls": "control",
    "ctrl": "control",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Look at the text of the main parset and of each sub-pipeline's."""
    for (
        scope
    ) in subject.scopes:  # what two uses of one parset have in common is told once: findings are unique
        yield from _unlisted(subject, scope)
        yield from _unused_lists(subject, scope)
        yield from _stray(scope)
        yield from _pipeline_keys(scope)
        yield from _nul(scope)


def _unlisted(subject: Subject, scope: Scope) -> Iterator[Finding]:
    listed = {step.definition for step in subject.steps_in(scope)}
    named = {name for entry in _lists(scope) for name in _elements(scope, entry)}
    broken = {finding.code for finding in subject.pipeline.findings} & _UNCLEAR
    for name, block in scope.blocks.steps.items():
        if name in listed or ".control." in name or ".argument." in name:
            continue
        where = block.first().location
        if block.control and "." not in name:
            if not broken or (broken == {"steps-circle"} and name not in named):
                yield Finding(
                    Severity.WARNING,
                    "unlisted-step",
                    f"step {name!r} is defined but not listed: it does not run",
                    where,
                    "list it in pipeline.steps, or leave it out",
                )
        elif name not in named:
            count = len(block.control) + len(block.argument)
            yield Finding(
                Severity.WARNING,
                "stray-step",
                f"there is no step {name!r}: nothing reads its {count} line{'' if count == 1 else 's'}",
                where,
                did_you_mean(name, listed)
                or f"a step needs {name}.control.type and a place in pipeline.steps",
            )


def _lists(scope: Scope) -> list[Entry]:
    """Return every line of a scope that lists steps."""
    loops = (block.control.get("loopsteps") for block in scope.blocks.steps.values())
    top = scope.blocks.pipeline.get("steps")
    return [one for one in (top, *scope.blocks.sublists.values(), *loops) if one is not None]


def _elements(scope: Scope, entry: Entry) -> list[str]:
    try:
        return as_strings(scope.options.replace(entry.raw).text)
    except GenericPipeError:
        return []  # told where the list is read


def _unused_lists(subject: Subject, scope: Scope) -> Iterator[Finding]:
    """Warn of ``pipeline.steps.<name>`` that no list names."""
    sublists = scope.blocks.sublists
    loops = {step.definition for step in subject.steps_in(scope) if step.kind == "loop"}
    todo = [scope.blocks.steps[name].control.get("loopsteps") for name in loops]
    todo.append(scope.blocks.pipeline.get("steps"))
    used: set[str] = set()
    while todo:
        entry = todo.pop()
        for name in _elements(scope, entry) if entry is not None else ():
            if name in sublists and name not in used:
                used.add(name)
                todo.append(sublists[name])
    for name, entry in sublists.items():
        if name not in used:
            yield Finding(
                Severity.WARNING,
                "unused-list",
                f"{entry.key}: no list that runs names {name!r}",
                entry.location,
                f"name {name} in pipeline.steps, or leave the list out",
            )


def _stray(scope: Scope) -> Iterator[Finding]:
    """Warn of lines that nothing reads: most of them are misspelt blocks of a step."""
    steps = scope.blocks.steps
    for key, entry in scope.blocks.stray.items():
        step, _, rest = key.partition(".")
        if step in steps and rest:
            yield Finding(
                Severity.WARNING,
                "misspelt-block",
                f"{key}: nothing reads this line: it is neither {step}.control.* nor {step}.argument.*",
                entry.location,
                _meant(step, rest),
            )
        else:
            yield _nothing(key, entry, [*steps, "pipeline"])


def _meant(step: str, rest: str) -> str:
    """Return a hint for a misspelt block: ``argumentmsout``, ``contol.type``, ``msout``."""
    for block in ("argument", "control"):
        if rest.startswith(block):
            key = rest[len(block) :].lstrip("._-")
            key = key[2:] if key.startswith("s.") else key
            return f"did you mean '{step}.{block}.{key}'?" if key else f"write {step}.{block}.<key> = ..."
    block, _, key = rest.partition(".")
    near = nearest(block, _BLOCKS) if key else None
    if near:
        return f"did you mean '{step}.{_BLOCKS[near]}.{key}'?"
    return f"did you mean '{step}.argument.{rest}'?"


def _nothing(key: str, entry: Entry, known: list[str]) -> Finding:
    step, dot, rest = key.partition(".")
    near = nearest(step, known)
    if near and dot:
        hint = f"did you mean '{near}.{rest}'?"
    else:
        hint = (
            f"an option is written: ! {key} = ..."
            if not dot
            else "a line of a step reads: step.argument.key = ..."
        )
    return Finding(Severity.WARNING, "stray-key", f"{key}: nothing reads this line", entry.location, hint)


def _pipeline_keys(scope: Scope) -> Iterator[Finding]:
    for key, entry in scope.blocks.pipeline.items():
        if key not in _PIPELINE_KEYS:
            near = nearest(key.partition(".")[0], _PIPELINE_KEYS)
            yield Finding(
                Severity.WARNING,
                "stray-key",
                f"pipeline.{key}: nothing reads this line",
                entry.location,
                f"did you mean 'pipeline.{near}'?"
                if near
                else f"known are pipeline.{', pipeline.'.join(_PIPELINE_KEYS)}",
            )


def _nul(scope: Scope) -> Iterator[Finding]:
    """Tell of NUL characters, once: in a file that is no text they are everywhere."""
    found = [entry for entry in scope.parset.values() if "\0" in entry.raw or "\0" in entry.key]
    if found:
        more = f" (and so do {len(found) - 1} more)" if len(found) > 1 else ""
        entry = found[0]
        yield Finding(
            Severity.ERROR,
            "nul-character",
            f"{entry.key!r} holds a NUL character, which no program can be given{more}",
            entry.location,
            "is this a text file in UTF-8?",
        )
