"""Names that are made up for a pattern are such as the pattern means, by the plugins' own matcher."""

from __future__ import annotations

import re

import pytest
from genericpipe_plugins.mapfiles.folders import matching
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.engine.mock.names import NUMBER, any_matches, made_up_names, numbered

PIECES = st.one_of(
    st.text("abcLSBx0123456789_.", min_size=1, max_size=6),
    st.sampled_from(["*", "?", "[0-9]", "_", ".MS", "*.ms", ".h5"]),
)
PATTERNS = st.lists(PIECES, min_size=1, max_size=6).map("".join)


@given(PATTERNS)
def test_a_pattern_means_every_name_that_is_made_up_for_it(pattern: str) -> None:
    names = made_up_names(pattern)
    assert names
    assert len(set(names)) == len(names)
    assert matching(sorted(names), pattern) == sorted(names)


@given(PATTERNS, st.lists(st.text("abLSB01_.M", min_size=1, max_size=8), max_size=5))
def test_what_a_folder_holds_is_judged_as_the_plugins_judge(pattern: str, names: list[str]) -> None:
    assert any_matches(names, pattern) is bool(matching(sorted(set(names)), pattern))


@pytest.mark.parametrize("pattern", ["*.MS", "L*_SB*.dppp.MS", "*", "", "L[0-9]+*.MS", "L?23*.ms", " *.MS "])
def test_measurement_sets_are_several(pattern: str) -> None:
    names = made_up_names(pattern)
    assert len(names) == NUMBER
    assert matching(sorted(names), pattern or "*.MS") == sorted(names)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("cal_solutions.h5", ["cal_solutions.h5"]),
        ("*.h5", ["L123456_SB000_uv.h5"]),
        ("fixed.MS", ["fixed.MS"]),
        (r"a\.MS", ["a.MS"]),
        ("L228161*.MS", [f"L228161_SB00{index}_uv.MS" for index in range(3)]),
        ("(one|two).txt", ["one.txt"]),
    ],
)
def test_names_of_a_pattern(pattern: str, names: list[str]) -> None:
    assert made_up_names(pattern) == names
    assert matching(names, pattern) == names


def test_a_pattern_that_is_none_means_nothing() -> None:
    assert not any_matches(["a"], "a[")


def test_numbered_paths_lose_no_number_with_their_extension() -> None:
    """A product is called after what stands before the extension (contract 7.4)."""
    paths = [numbered("/job/step.key", index) for index in range(12)]
    assert len({re.sub(r"\.[^.]*$", "", path) for path in paths}) == len(paths)
