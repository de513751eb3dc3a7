"""Lines that belong to no step, and steps that belong to no list (contract 4.3 and 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import Finding, GenericPipeError, Severity, did_you_mean, nearest
from ...parset import Entry, as_strings
from ..scope import Scope
from .subject import Subject

#: What the observatory's scheduler writes: the log names two of its keys (contract 13), the rest is its own.
_OBSERVATORY = "ObsSW"
_PIPELINE_KEYS = ("steps", "pluginpath", "mapfile", "replace")
#: Findings after which nobody can say which steps are listed.
_UNCLEAR = {"steps-circle", "bad-list", "no-steps"}
#: More steps than this that are not listed are told together: somebody left out a part of a pipeline.
_FEW = 3
#: How many of them are named.
_NAMED = 8
_BETWEEN = re.compile(r"[\s,\[\]]+")
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
    """Warn of steps that no list and no option names; what an option or a list left out names is a choice."""
    listed = {step.definition for step in subject.steps_in(scope)}
    named = {name for entry in _lists(scope) for name in _elements(scope, entry)} | _in_options(scope)
    unclear = {finding.code for finding in subject.pipeline.findings} & (_UNCLEAR - {"steps-circle"})
    unlisted: list[tuple[str, Entry]] = []
    for name, block in scope.blocks.steps.items():
        if name in listed or name in named or ".control." in name or ".argument." in name:
            continue
        if block.control and "." not in name:
            unlisted.append((name, block.first()))
        else:
            yield _stray_step(scope, name)
    if not unclear:
        yield from _not_listed(unlisted)


def _not_listed(steps: list[tuple[str, Entry]]) -> Iterator[Finding]:
    if len(steps) > _FEW:
        names = ", ".join(name for name, _ in steps[:_NAMED])
        more = f" and {len(steps) - _NAMED} more" if len(steps) > _NAMED else ""
        told = [(f"{len(steps)} steps are defined but not listed: {names}{more} do not run", steps[0][1])]
    else:
        told = [(f"step {name!r} is defined but not listed: it does not run", entry) for name, entry in steps]
    for message, entry in told:
        hint = "list it in pipeline.steps, or leave it out" if len(steps) <= _FEW else "list what is to run"
        yield Finding(Severity.WARNING, "unlisted-step", message, entry.location, hint)


def _stray_step(scope: Scope, name: str) -> Finding:
    block = scope.blocks.steps[name]
    count = len(block.control) + len(block.argument)
    steps = [one for one, lines in scope.blocks.steps.items() if lines.control and one != name]
    return Finding(
        Severity.WARNING,
        "stray-step",
        f"there is no step {name!r}: nothing reads its {count} line{'' if count == 1 else 's'}",
        block.first().location,
        did_you_mean(name, steps) or f"a step needs {name}.control.type and a place in pipeline.steps",
    )


def _in_options(scope: Scope) -> set[str]:
    """Return the words of all options: what they name is one of several that may run."""
    return {word for _, option in scope.options.items() for word in _BETWEEN.split(option.text) if word}


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
    """Warn of ``pipeline.steps.<name>`` that no list names.

    Where options choose what the lists hold, those that were not chosen are right as they are.
    """
    sublists = scope.blocks.sublists
    loops = {step.definition for step in subject.steps_in(scope) if step.kind == "loop"}
    todo = [scope.blocks.steps[name].control.get("loopsteps") for name in loops]
    todo.append(scope.blocks.pipeline.get("steps"))
    used: set[str] = set()
    while todo:
        entry = todo.pop()
        if entry is not None and "{{ " in entry.raw:
            return
        for name in _elements(scope, entry) if entry is not None else ():
            if name in sublists and name not in used:
                used.add(name)
                todo.append(sublists[name])
    named = used | _in_options(scope)
    for name, entry in sublists.items():
        named.update(one for one in _elements(scope, entry) if one != name)
    for name, entry in sublists.items():
        if name not in named:
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
        if step == _OBSERVATORY:
            continue
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
