"""References ``X.output.Y`` (contract 6.5)."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.errors import PipelineError
from genericpipe.pipeline.references import (
    Reference,
    Section,
    bind,
    find,
    is_reference,
    longest_key,
    resolve,
    unmark,
)

RESULTS: dict[str, dict[str, object]] = {
    "input": Section({"job_name": "job", "working_directory": "/w", "mapfile_dir": "/j/mapfiles"}),
    "make": {"mapfile": "/j/mapfiles/make.mapfile", "Key": "K", "n": 3, "none": None, "l": ["a", "b"]},
    "a-b+c": {"ws-image.fits.mapfile": "/i"},
    "étape": {"x": "unicode"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make.output.mapfile", [("make", "mapfile")]),
        (
            "input.output.working_directory/input.output.job_name",
            [("input", "working_directory"), ("input", "job_name")],
        ),
        ("(x.output.a)", [("x", "a")]),
        ("a:x.output.a:b", [("x", "a")]),
        ("x.output.a/y.output.b", [("x", "a"), ("y", "b")]),
        ("a-b+c.output.d-e.f+g", [("a-b+c", "d-e.f+g")]),
        ("pre_input.output.x", [("pre_input", "x")]),
        ("The end is x.output.y.", [("x", "y.")]),
        ("p.q.output.x", [("q", "x")]),
        ("étape.output.x", [("étape", "x")]),
        ("x.output.y.output.z", [("x", "y.output.z")]),
        ("x.output.", []),
        (".output.x", []),
        ("x.outputs.y", []),
    ],
)
def test_what_is_a_reference(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(reference.step, reference.key) for reference in find(text)] == expected


def test_looking_behind_finds_what_the_plain_pattern_finds() -> None:
    plain = re.compile(r"([\w+-]+)\.output\.([\w.+-]+)")

    @given(st.lists(st.sampled_from(["a", "-", ".", ".output.", "/", " ", "b1"]), max_size=12).map("".join))
    def same(text: str) -> None:
        assert [(r.step, r.key) for r in find(text)] == plain.findall(text)

    same()


def test_a_long_word_takes_no_square_of_its_length() -> None:
    started = time.process_time()
    assert [r.step for r in find("x" * 200_000 + " a.output.b")] == ["a"]
    assert time.process_time() - started < 5


def test_the_whole_text_is_one_reference() -> None:
    assert is_reference("a.output.b")
    assert not is_reference("/a.output.b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make.output.mapfile", "/j/mapfiles/make.mapfile"),
        ("input.output.working_directory/input.output.job_name", "/w/job"),
        ("a-b+c.output.ws-image.fits.mapfile", "/i"),
        ("n=make.output.n;make.output.none", "n=3;None"),
        ("make.output.l", "['a', 'b']"),
        ("nothing here", "nothing here"),
    ],
)
def test_a_reference_is_replaced_by_the_text_of_its_result(text: str, expected: str) -> None:
    assert resolve(text, RESULTS).text == expected


def test_values_are_told_from_left_to_right() -> None:
    resolved = resolve("make.output.n make.output.mapfile", RESULTS)
    assert [(str(reference), value) for reference, value in resolved.values] == [
        ("make.output.n", "3"),
        ("make.output.mapfile", "/j/mapfiles/make.mapfile"),
    ]


@pytest.mark.parametrize("result", ["\\n", "\\d", "\\g<0>", "b.output.x", "a.output.x", "{{ x }}", "$HOME"])
def test_fix_results_are_put_in_once_and_literally(result: str) -> None:
    assert resolve("a.output.x,b.output.x", {"a": {"x": result}, "b": {"x": "B"}}).text == f"{result},B"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("input.output.job_name.h5", "job.h5"),
        ("input.output.job_name-x", "job-x"),
        ("See make.output.n.", "See 3."),
    ],
)
def test_fix_the_longest_known_key_wins_and_is_told(text: str, expected: str) -> None:
    resolved = resolve(text, RESULTS)
    assert resolved.text == expected
    assert len(resolved.shortened) == 1


def test_the_longest_key_ends_where_text_may_begin() -> None:
    known = {"a": 1, "a.b": 2, "a.bc": 3}
    assert longest_key("a.b.c", known) == "a.b"
    assert longest_key("a.bc", known) == "a.bc"
    assert longest_key("a.bcd", known) == "a"
    assert longest_key("ab", known) is None


def test_fix_keys_of_configuration_sections_are_found_in_any_case() -> None:
    assert resolve("input.output.Job_Name", RESULTS).text == "job"
    assert resolve("input.output.JOB_NAME.h5", RESULTS).text == "job.h5"


def test_keys_of_steps_keep_their_case() -> None:
    assert resolve("make.output.Key", RESULTS).text == "K"
    with pytest.raises(PipelineError, match="gave no 'key'"):
        resolve("make.output.key", RESULTS)


def test_fix_a_missing_step_is_told_with_the_nearest() -> None:
    with pytest.raises(PipelineError) as caught:
        resolve("mak.output.mapfile", RESULTS)
    assert "'mak'" in caught.value.message
    assert "'make'" in caught.value.hint


def test_fix_a_missing_key_is_told_with_those_there_are() -> None:
    with pytest.raises(PipelineError) as caught:
        resolve("a-b+c.output.refant", RESULTS)
    assert "ws-image.fits.mapfile" in caught.value.hint


def test_names_mapfile() -> None:
    assert Reference("s", "x.mapfile").names_mapfile
    assert Reference("input", "mapfile_dir").names_mapfile
    assert not Reference("s", "refant").names_mapfile


def test_bind_renames_whole_tokens_once() -> None:
    def inner(name: str) -> str:
        return f"p-{name}" if name in ("da", "s1") else name

    bound = bind("/data/da:da.output.mapfile,xs1.output.a,s1.output.b", inner)
    assert unmark(bound) == "/data/da:p-da.output.mapfile,xs1.output.a,p-s1.output.b"
    again = bind(bound, lambda name: "other-" + name)
    assert unmark(again) == unmark(bound)
