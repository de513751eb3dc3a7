"""``control.environment`` (contract 6, item 6)."""

from __future__ import annotations

import pytest

from genericpipe.errors import PipelineError
from genericpipe.pipeline.environment import parse_environment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{A:b,C:d}", {"A": "b", "C": "d"}),
        ("{ A : b , C : d }", {"A": "b", "C": "d"}),
        ("A:b", {"A": "b"}),
        ("{A:}", {"A": ""}),
        ("{'A': 'b', \"C\": \"d\"}", {"A": "b", "C": "d"}),
        ('"{A:b,C:d}"', {"A": "b", "C": "d"}),
        ("{A:b,}", {"A": "b"}),
    ],
)
def test_the_form_of_a_mapping(text: str, expected: dict[str, str]) -> None:
    assert parse_environment(text) == expected


def test_fix_a_value_keeps_what_stands_behind_a_second_colon() -> None:
    assert parse_environment("{PATH:/a:/b:/c}") == {"PATH": "/a:/b:/c"}


def test_fix_a_value_keeps_its_blanks() -> None:
    assert parse_environment("{A: x  y, B: 'p, q'}") == {"A": "x  y", "B": "p, q"}


@pytest.mark.parametrize("text", ["{}", "", "{ }"])
def test_fix_no_entry_at_all_is_fine(text: str) -> None:
    assert parse_environment(text) == {}


@pytest.mark.parametrize("text", ["{A}", "{:b}", "{A:b,C}", "{A=b:c}", "{A:'b}", "{A:(b}"])
def test_fix_what_is_no_mapping_is_told(text: str) -> None:
    with pytest.raises(PipelineError) as caught:
        parse_environment(text)
    assert text in caught.value.message
    assert caught.value.hint
