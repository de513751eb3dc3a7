"""List syntax, yes and no, interpolation (contract 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.config import parse_boolean, parse_list
from genericpipe.config.values import InterpolationProblem, escape, interpolate


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[a, b]", ("a", "b")),
        ("a,b", ("a", "b")),
        ("  [ a ,b ]  ", ("a", "b")),
        ("[a,,b,]", ("a", "b")),
        ("[]", ()),
        ("", ()),
        ("[\n/a,\n/b\n]", ("/a", "/b")),
        ('["a,b"]', ('"a', 'b"')),  # no quoting
        ("[[a],[p]]", ("a]", "[p")),  # every bracket at the ends goes, none within
        ("/path with blank/x", ("/path with blank/x",)),
    ],
)
def test_lists(text: str, parts: tuple[str, ...]) -> None:
    assert parse_list(text) == parts


names = st.text(st.characters(blacklist_characters="[],", blacklist_categories=["Z", "C"]), min_size=1)


@given(st.lists(names), st.sampled_from(["{}", "[{}]", " [ {} ] "]), st.sampled_from([",", ", ", ",\n  "]))
def test_a_list_survives_any_layout(parts: list[str], form: str, comma: str) -> None:
    assert parse_list(form.format(comma.join(parts))) == tuple(parts)


@given(st.text())
def test_no_text_gives_empty_or_blank_parts(text: str) -> None:
    assert all(part and part == part.strip() and "," not in part for part in parse_list(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", True),
        ("yes", True),
        ("1", True),
        ("on", True),
        (" FALSE ", False),
        ("0", False),
        ("no", False),
    ],
)
def test_booleans(text: str, value: bool) -> None:
    assert parse_boolean(text) is value


def test_no_boolean() -> None:
    assert parse_boolean("maybe") is None
    assert parse_boolean("") is None


def test_interpolation() -> None:
    variables = {"root": "/r", "bin": "%(root)s/bin"}
    assert interpolate("s", "k", "%(bin)s:%(ROOT)s 100%%", variables) == "/r/bin:/r 100%"


@pytest.mark.parametrize(
    ("text", "message", "missing"),
    [
        ("%(rot)s", r"%\(rot\)s is not defined", "rot"),
        ("100%", "a '%' that belongs to no", None),
        ("%(root", "a '%' that belongs to no", None),
        ("%(loop)s", "lead back", None),
    ],
)
def test_interpolation_that_cannot_be(text: str, message: str, missing: str | None) -> None:
    with pytest.raises(InterpolationProblem, match=message) as caught:
        interpolate("s", "k", text, {"root": "/r", "loop": "%(loop)s"})
    assert caught.value.missing == missing


@given(st.text())
def test_what_is_escaped_comes_back(text: str) -> None:
    assert interpolate("s", "k", escape(text), {}) == text


@given(st.text(), st.dictionaries(st.text("ab"), st.text("ab%()s")))
def test_interpolation_raises_nothing_else(text: str, variables: dict[str, str]) -> None:
    for value in (text, *variables.values()):
        try:
            interpolate("s", "k", value, variables)
        except InterpolationProblem:
            pass
