"""Values, steps and pipelines as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError

import pytest

from genericpipe.errors import Location, ParsetError
from genericpipe.parset import Entry
from genericpipe.pipeline import Pipeline, Value


def test_a_value_knows_its_text_and_its_place() -> None:
    value = Value("'it' \"is\"", Entry("a.control.x", "raw", "f.parset", 7))
    assert value.text == "it is"
    assert value.location == Location("f.parset", 7)
    with pytest.raises(ParsetError):
        _ = Value("'open", value.entry).text


def test_steps_are_walked_in_the_order_in_which_they_first_run(pipeline_of: Callable[..., Pipeline]) -> None:
    text = """
        pipeline.steps = [a,l,b]
        a.control.type = dppp
        b.control.type = dppp
        c.control.type = dppp
        l.control.kind = loop
        l.control.loopcount = 1
        l.control.loopsteps = [c]
        """
    assert [step.name for step in pipeline_of(text).walk()] == ["a", "l", "c", "b"]


def test_a_step_is_made_once(pipeline_of: Callable[..., Pipeline]) -> None:
    step = pipeline_of("pipeline.steps = [a]\na.control.type = dppp\n").steps[0]
    with pytest.raises(FrozenInstanceError):
        step.name = "other"  # type: ignore[misc]
