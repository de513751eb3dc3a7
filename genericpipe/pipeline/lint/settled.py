"""References whose value is known before anything runs: those to the configuration (contract 6.5)."""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import PipelineError
from ..references import BOUND, PATTERN, Reference, look_up
from ..step import Pipeline

Dictionaries = Mapping[str, Mapping[str, str]]


def settled(pipeline: Pipeline) -> dict[str, Mapping[str, str]]:
    """Return the dictionaries that are there from the start and that no step of their name hides later."""
    names = {step.name for step in pipeline.walk()}
    return {name: keys for name, keys in pipeline.dictionaries.items() if name not in names}


def fill(text: str, dictionaries: Dictionaries) -> str:
    """Return `text` with each reference replaced whose value `dictionaries` holds; the others stay."""
    if ".output." not in text:
        return text
    return PATTERN.sub(lambda match: _value(Reference(match[1], match[2]), dictionaries) or match[0], text)


def value_of(reference: Reference, dictionaries: Dictionaries) -> str | None:
    """Return the value of one reference, or None where only a step that has run could give it."""
    return _value(reference, dictionaries)


def _value(reference: Reference, dictionaries: Dictionaries) -> str | None:
    try:
        key, value = look_up(reference, dictionaries)
    except PipelineError:
        return None
    return f"{value}{reference.key[len(key) :]}".replace(BOUND, "")
