"""Step lists: sublists, repeats, circles and bounds (contract 5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genericpipe.errors import Severity
from genericpipe.pipeline import Pipeline
from genericpipe.pipeline.steplist import MAX_STEPS

Build = Callable[..., Pipeline]

STEPS = "".join(f"{name}.control.type = dppp\n" for name in "abcdz")


def names(pipeline: Pipeline) -> list[str]:
    return [step.name for step in pipeline.steps]


def codes(pipeline: Pipeline) -> list[str]:
    return [finding.code for finding in pipeline.findings]


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ("pipeline.steps = [c,a,b]", ["c", "a", "b"]),
        ("pipeline.steps = [ a , \n  'b',  # comment\n # c\n c ]", ["a", "b", "c"]),
        ("pipeline.steps = a", ["a"]),
        ("! more = b,c\npipeline.steps = [a,{{ more }}]", ["a", "b", "c"]),
        ("pipeline.steps = [a,none]\npipeline.steps.none = []", ["a"]),
        # d01: the inner name sorts behind the outer
        (
            "pipeline.steps = [a,grp,c]\npipeline.steps.grp = [b, zinner]\npipeline.steps.zinner = [d]",
            ["a", "b", "d", "c"],
        ),
        ("pipeline.steps = [a,b,a,a]", ["a", "b", "a1", "a2"]),
        # repeats are counted once sublists are expanded
        ("pipeline.steps = [a,x]\npipeline.steps.x = [b,a]", ["a", "b", "a1"]),
        ("pipeline.steps = [b]\npipeline.steps.b = [a,b]", ["a", "b"]),
        ("pipeline.steps = [a,x]\nsteps.x = [b]", ["a", "b"]),
    ],
)
def test_the_order_of_steps(pipeline_of: Build, lists: str, expected: list[str]) -> None:
    pipeline = pipeline_of(f"{lists}\n{STEPS}")
    assert names(pipeline) == expected
    assert codes(pipeline) == []


def test_fix_a_sublist_is_expanded_wherever_it_stands_and_whatever_its_name_sorts_like(
    pipeline_of: Build,
) -> None:
    lists = "pipeline.steps = [x,x]\npipeline.steps.x = [b,m]\npipeline.steps.m = [c]\n"
    assert names(pipeline_of(lists + STEPS)) == ["b", "c", "b1", "c1"]


def test_a_bare_steps_list_is_no_sublist_beside_one_with_its_full_name(pipeline_of: Build) -> None:
    pipeline = pipeline_of("pipeline.steps = [x]\npipeline.steps.y = [a]\nsteps.x = [b]\n" + STEPS)
    assert codes(pipeline) == ["undefined-step"]
    assert list(pipeline.scope.blocks.stray) == ["steps.x"]


def test_a_repeat_uses_the_lines_of_the_first_and_has_its_own_name(pipeline_of: Build) -> None:
    first, second = pipeline_of(f"pipeline.steps = [a,a]\n{STEPS}").steps
    assert (first.name, second.name) == ("a", "a1")
    assert (first.definition, second.definition) == ("a", "a")
    assert first.keys == second.keys


@pytest.mark.parametrize("text", ["[a,,b]", "[a,b,]", "[a,{{ none }},b]"])
def test_fix_an_empty_element_is_left_out_with_a_warning(pipeline_of: Build, text: str) -> None:
    pipeline = pipeline_of(f"! none =\npipeline.steps = {text}\n{STEPS}")
    assert names(pipeline) == ["a", "b"]
    assert [(f.code, f.severity) for f in pipeline.findings] == [("empty-step", Severity.WARNING)]


def test_fix_a_repeat_must_not_take_the_name_of_another_step(pipeline_of: Build) -> None:
    pipeline = pipeline_of(
        """
        pipeline.steps = [a,
          a1,
          a]
        a.control.type = dppp
        a1.control.type = dppp
        """
    )
    (finding,) = pipeline.findings
    assert finding.code == "repeat-collides"
    assert finding.severity is Severity.ERROR
    assert str(finding.location) == "main.parset:4"


def test_fix_lists_that_go_round_in_a_circle_are_told(pipeline_of: Build) -> None:
    pipeline = pipeline_of(
        f"pipeline.steps = [x,a]\npipeline.steps.x = [y]\npipeline.steps.y = [x,b]\n{STEPS}"
    )
    assert names(pipeline) == ["b", "a"]
    assert [f.message for f in pipeline.findings] == ["step lists go round in a circle: x -> y -> x"]


def test_fix_a_step_without_lines_is_told_before_anything_runs(pipeline_of: Build) -> None:
    pipeline = pipeline_of(f"pipeline.steps = [a,\n aa, {{{{ b }}}}]\n{STEPS}")
    assert names(pipeline) == ["a"]
    undefined = [f for f in pipeline.findings if f.code == "undefined-step"]
    assert "'aa'" in undefined[0].message
    assert str(undefined[0].location) == "main.parset:2"


def test_a_list_without_brackets_says_so(pipeline_of: Build) -> None:
    (finding,) = pipeline_of(f"pipeline.steps = a,b\n{STEPS}").findings
    assert "brackets" in finding.hint


@pytest.mark.parametrize("list_", ["pipeline.steps", "pipeline.steps.x"])
def test_fix_a_placeholder_left_in_a_list_is_told(pipeline_of: Build, list_: str) -> None:
    text = f"pipeline.steps = [a,x]\nx.control.type = dppp\n{STEPS}{list_} = [a,x,{{{{ lost }}}}]\n"
    found = [f for f in pipeline_of(text).findings if f.code == "unresolved-option"]
    assert [f.message for f in found] == [f"{list_}: nothing defines {{{{ lost }}}}"]


def test_each_element_is_told_with_its_line(pipeline_of: Build) -> None:
    pipeline = pipeline_of("pipeline.steps = [a,\n  b,\n\n  'c', a]\n" + STEPS)
    assert [step.listed.line for step in pipeline.steps] == [1, 2, 4, 4]


def test_elements_that_options_made_are_told_with_the_line_of_the_list(pipeline_of: Build) -> None:
    pipeline = pipeline_of("! o = a,b\npipeline.steps = [{{ o }},\n  c]\n" + STEPS)
    assert [step.listed.line for step in pipeline.steps] == [2, 2, 3]


@pytest.mark.parametrize("last", ["[a]", "[]", "[,]"])
def test_lists_that_double_each_other_are_bounded(pipeline_of: Build, last: str) -> None:
    lines = [f"pipeline.steps.l{i} = [l{i + 1},l{i + 1}]" for i in range(30)]
    text = "\n".join(["pipeline.steps = [l0]", *lines, f"pipeline.steps.l30 = {last}"])
    pipeline = pipeline_of(f"{text}\n{STEPS}")
    assert pipeline.steps == ()
    (finding,) = (f for f in pipeline.findings if f.severity is Severity.ERROR)
    assert f"more than {MAX_STEPS} steps" in finding.message
    assert finding.location is not None


def test_lists_nested_without_end_are_bounded(pipeline_of: Build) -> None:
    lines = [f"pipeline.steps.l{i} = [l{i + 1}]" for i in range(5000)]
    pipeline = pipeline_of("\n".join(["pipeline.steps = [l0]", *lines, STEPS]))
    assert [f.code for f in pipeline.findings] == ["bad-list"]


def test_a_list_that_cannot_be_read_is_told(pipeline_of: Build) -> None:
    pipeline = pipeline_of(f"pipeline.steps = [a,(b]\n{STEPS}")
    assert codes(pipeline) == ["bad-list"]


def test_no_list_at_all(pipeline_of: Build) -> None:
    (finding,) = pipeline_of(STEPS).findings
    assert (finding.code, finding.message) == ("no-steps", "No pipeline steps defined")


@pytest.mark.parametrize("text", ["[]", ""])
def test_fix_an_empty_list_is_a_warning(pipeline_of: Build, text: str) -> None:
    (finding,) = pipeline_of(f"pipeline.steps = {text}\n{STEPS}").findings
    assert (finding.code, finding.severity) == ("empty-list", Severity.WARNING)


def test_a_name_with_a_slash_cannot_be_part_of_file_names(pipeline_of: Build) -> None:
    pipeline = pipeline_of("pipeline.steps = [../a]\n../a.control.type = dppp\n")
    assert codes(pipeline) == ["bad-step-name"]
