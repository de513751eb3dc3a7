"""Lines and steps: exact prefixes instead of a search (contract 4.3)."""

from __future__ import annotations

import pytest

from genericpipe.parset import parse
from genericpipe.pipeline.blocks import Blocks


def blocks_of(*lines: str) -> Blocks:
    return Blocks(parse("\n".join(lines)))


def test_the_blocks_of_a_step_in_order_of_definition() -> None:
    lines = blocks_of("s.argument.z = 1", "s.control.type = t", "s.argument.a.b = 2").steps["s"]
    assert {key: entry.raw for key, entry in lines.control.items()} == {"type": "t"}
    assert [(key, entry.raw) for key, entry in lines.argument.items()] == [("z", "1"), ("a.b", "2")]
    assert lines.first().line == 1


def test_fix_a_step_is_not_found_in_the_arguments_of_another() -> None:
    steps = blocks_of("cal.argument.solve.type = x", "solve.control.type = dppp").steps
    assert {key: entry.raw for key, entry in steps["solve"].control.items()} == {"type": "dppp"}
    assert steps["solve"].argument == {}


@pytest.mark.parametrize("name", ["n", "r", "t", "c", "o", "l", "co", "control", "argument", "s.t", "steps"])
def test_fix_any_name_is_found(name: str) -> None:
    lines = blocks_of(f"{name}.control.type = t", f"{name}.argument.x = 1").steps[name]
    assert (list(lines.control), list(lines.argument)) == (["type"], ["x"])


def test_fix_a_definition_with_dots_is_no_line_of_a_step() -> None:
    steps = blocks_of("! A.solve.control.x = 1", "solve.control.type = t").steps
    assert list(steps) == ["solve"]


def test_a_key_may_belong_to_two_steps_where_a_name_holds_a_dot() -> None:
    steps = blocks_of("a.control.b.control.c = 1").steps
    assert list(steps["a"].control) == ["b.control.c"]
    assert list(steps["a.control.b"].control) == ["c"]


def test_a_name_is_not_taken_from_the_middle() -> None:
    assert "run" not in blocks_of("prerun.argument.x = 1").steps


def test_lines_of_the_pipeline_and_strays() -> None:
    blocks = blocks_of(
        "pipeline.steps = [a]",
        "pipeline.steps.sub = [b]",
        "pipeline.mapfile = /m",
        "pipeline.replace.o = 1",
        "! p = 1",
        "a.contol.type = x",
        "a.control = 1",
        "a.control. = 1",
        "msin = 1",
    )
    assert list(blocks.pipeline) == ["steps", "mapfile"]
    assert list(blocks.sublists) == ["sub"]
    assert list(blocks.stray) == ["a.contol.type", "a.control", "a.control.", "msin"]
    assert blocks.steps == {}
