"""Lines that belong to no step, and steps that belong to no list (contract 4.3 and 5)."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Finding, Severity, did_you_mean
from ...parset import Entry
from ..scope import Scope
from .subject import Subject

_PIPELINE_KEYS = ("steps", "pluginpath", "mapfile", "replace")


def check(subject: Subject) -> Iterator[Finding]:
    """Look at the text of the main parset and of each sub-pipeline's."""
    pipeline = subject.pipeline
    yield from _unlisted(subject)
    seen: set[str] = set()
    scopes = [pipeline.scope, *(step.scope for step in subject.steps if step.scope is not None)]
    for scope in scopes:
        if scope.parset.file not in seen:
            seen.add(scope.parset.file)
            yield from _stray(scope)
            yield from _pipeline_keys(scope)
            yield from _nul(scope)


def _unlisted(subject: Subject) -> Iterator[Finding]:
    for name, location in subject.pipeline.unlisted.items():
        yield Finding(
            Severity.WARNING,
            "unlisted-step",
            f"step {name!r} is defined but not listed: it does not run",
            location,
            did_you_mean(name, [step.definition for step in subject.steps if step.definition != name])
            and "list it in pipeline.steps, or leave it out",
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
        if rest.startswith(block) and len(rest) > len(block):
            return f"did you mean '{step}.{block}.{rest[len(block) :].lstrip('._-')}'?"
    block, _, key = rest.partition(".")
    near = (
        did_you_mean(block, ("argument", "control", "arguments", "controls", "args", "ctrl")) if key else ""
    )
    if near:
        name = "argument" if near.startswith("did you mean 'a") else "control"
        return f"did you mean '{step}.{name}.{key}'?"
    return f"did you mean '{step}.argument.{rest}'?"


def _nothing(key: str, entry: Entry, known: list[str]) -> Finding:
    return Finding(
        Severity.WARNING,
        "stray-key",
        f"{key}: nothing reads this line",
        entry.location,
        did_you_mean(key.partition(".")[0], known) or "an option is written: ! name = value",
    )


def _pipeline_keys(scope: Scope) -> Iterator[Finding]:
    for key, entry in scope.blocks.pipeline.items():
        if key.partition(".")[0] not in _PIPELINE_KEYS:
            yield Finding(
                Severity.WARNING,
                "stray-key",
                f"pipeline.{key}: nothing reads this line",
                entry.location,
                did_you_mean(key, _PIPELINE_KEYS)
                or f"known are pipeline.{', pipeline.'.join(_PIPELINE_KEYS)}",
            )


def _nul(scope: Scope) -> Iterator[Finding]:
    for entry in scope.parset.values():
        if "\0" in entry.raw or "\0" in entry.key:
            yield Finding(
                Severity.ERROR,
                "nul-character",
                f"{entry.key!r}: a NUL character cannot be handed to any program",
                entry.location,
                "is this a text file?",
            )
