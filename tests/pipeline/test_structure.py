"""Kinds of step, loops and their bodies (contract 6 and 6.4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genericpipe.errors import Severity
from genericpipe.pipeline import Pipeline

Build = Callable[..., Pipeline]

LOOP = """
    pipeline.steps = [again]
    again.control.kind = loop
    again.control.type = conditional
    again.control.loopcount = 2
    again.control.loopsteps = [a,b]
    a.control.type = dppp
    b.control.type = dppp
"""


def codes(pipeline: Pipeline) -> list[str]:
    return [finding.code for finding in pipeline.findings]


def test_the_body_of_a_loop(pipeline_of: Build) -> None:
    pipeline = pipeline_of(LOOP)
    (loop,) = pipeline.steps
    assert (loop.kind, loop.loopcount) == ("loop", 2)
    assert [step.name for step in loop.body] == ["a", "b"]
    assert dict(loop.control) == {}
    assert codes(pipeline) == []


def test_repeats_and_fix_sublists_in_a_loop(pipeline_of: Build) -> None:
    text = LOOP.replace("[a,b]", "[a,a,grp,{{ more }}]") + "    pipeline.steps.grp = [b]\n    ! more = b\n"
    assert [step.name for step in pipeline_of(text).steps[0].body] == ["a", "a1", "b", "b1"]


def test_fix_a_step_of_a_loop_may_stand_outside_too(pipeline_of: Build) -> None:
    pipeline = pipeline_of(LOOP.replace("[again]", "[a,again,a]"))
    assert [step.name for step in pipeline.walk()] == ["a", "again", "a", "b", "a1"]
    assert codes(pipeline) == []


def test_a_loop_listed_twice(pipeline_of: Build) -> None:
    pipeline = pipeline_of(LOOP.replace("[again]", "[again,again]"))
    assert [step.name for step in pipeline.walk()] == ["again", "a", "b", "again1", "a", "b"]
    assert codes(pipeline) == []


def test_nested_loops(pipeline_of: Build) -> None:
    text = (
        LOOP.replace("[again]", "[outer]")
        + "    outer.control.kind = loop\n    outer.control.loopcount = 3\n"
        + "    outer.control.loopsteps = [again]\n"
    )
    assert [step.name for step in pipeline_of(text).walk()] == ["outer", "again", "a", "b"]


def test_a_repeat_in_a_loop_must_not_take_the_name_of_a_step_outside(pipeline_of: Build) -> None:
    text = LOOP.replace("[again]", "[a1,again]").replace("[a,b]", "[a,a]") + "    a1.control.type = dppp\n"
    assert codes(pipeline_of(text)) == ["same-name"]


def test_loops_in_a_circle_are_told(pipeline_of: Build) -> None:
    pipeline = pipeline_of(LOOP.replace("[a,b]", "[a,again]"))
    assert codes(pipeline) == ["steps-circle"]


def test_loops_nested_without_end_are_bounded(pipeline_of: Build) -> None:
    lines = ["pipeline.steps = [l0]"]
    for i in range(2000):
        lines += [
            f"l{i}.control.kind = loop",
            f"l{i}.control.loopcount = 1",
            f"l{i}.control.loopsteps = [l{i + 1}]",
        ]
    assert codes(pipeline_of("\n".join(lines))) == ["bad-list"]


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("03", 3), ('"4"', 4), ("300", 300), ("{{ n }}", 7)])
def test_the_count_of_a_loop(pipeline_of: Build, text: str, count: int) -> None:
    pipeline = pipeline_of(LOOP.replace("loopcount = 2", f"loopcount = {text}") + "    ! n = 7\n")
    assert pipeline.steps[0].loopcount == count


@pytest.mark.parametrize("text", ["-1", "", "2.5", "x", "make.output.n", "99999999999"])
def test_what_is_no_count_is_told(pipeline_of: Build, text: str) -> None:
    pipeline = pipeline_of(LOOP.replace("loopcount = 2", f"loopcount = {text}"))
    (finding,) = pipeline.findings
    assert (finding.code, finding.severity) == ("bad-loopcount", Severity.ERROR)
    assert str(finding.location) == "main.parset:5"


@pytest.mark.parametrize("key", ["loopcount", "loopsteps"])
def test_a_loop_needs_both_keys(pipeline_of: Build, key: str) -> None:
    text = "\n".join(line for line in LOOP.splitlines() if key not in line)
    assert codes(pipeline_of(text)) == [f"no-{key}"]


def test_a_step_is_of_kind_recipe_unless_it_says_otherwise(pipeline_of: Build) -> None:
    text = """
        ! k = plugin
        pipeline.steps = [a,b]
        a.control.type = dppp
        b.control.kind = {{ k }}
        b.control.type = 'x'
        """
    pipeline = pipeline_of(text)
    assert [(step.kind, step.type) for step in pipeline.steps] == [("recipe", "dppp"), ("plugin", "x")]


def test_kind_and_type_are_text_in_which_references_stay(pipeline_of: Build) -> None:
    (step,) = pipeline_of("pipeline.steps = [a]\na.control.type = input.output.job_name\n").steps
    assert step.type == "input.output.job_name"


def test_a_step_may_have_a_name_with_dots(pipeline_of: Build) -> None:
    (step,) = pipeline_of("pipeline.steps = [a.b]\na.b.control.type = dppp\na.b.argument.x = 1\n").steps
    assert (step.name, step.type, step.arguments["x"].text) == ("a.b", "dppp", "1")
