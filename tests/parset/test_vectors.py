"""Contract 4.2: vectors and records."""

from __future__ import annotations

import pytest

from genericpipe.errors import ParsetError
from genericpipe.parset import as_record, as_strings, as_vector, is_record, is_vector, split_list


@pytest.mark.parametrize(
    ("raw", "elements"),
    [
        ("a", ["a"]),
        ("", []),
        ("[]", []),
        ("[ \t\n]", []),
        ("[a,,b]", ["a", "", "b"]),
        ("[a,]", ["a", ""]),
        ("[,]", ["", ""]),
        ("[a b , c ]", ["a b", "c"]),
        ("[a", ["[a"]),
        ("a]", ["a]"]),
        ("[", ["["]),
        (" [a]", [" [a]"]),
        ("[a] ", ["[a] "]),
        ("(1,2)", ["(1,2)"]),
        ("{a,b}", ["{a,b}"]),
        ("[a, [b,c]]", ["a", "[b,c]"]),
        ("[(1,2),{k:v,l:w},[x,[y,z]]]", ["(1,2)", "{k:v,l:w}", "[x,[y,z]]"]),
        ("['a,b',c]", ["'a,b'", "c"]),
        ("[']', \"[\"]", ["']'", '"["']),
        ("[[(])]", ["[(])"]),
    ],
)
def test_vectors(raw, elements):
    assert as_vector(raw) == elements


def test_strings_lose_their_quotes():
    assert as_strings("['a b',\"c\"x, ' d ']") == ["a b", "cx", " d "]
    assert as_strings("'a b'") == ["a b"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("[a],[b]", "Unbalanced () [] or {} in '[a],[b]'"),
        ("[]]", "Unbalanced () [] or {} in '[]]'"),
        ("[[]", "Unbalanced () [] or {} in '[[]'"),
        ("[a,(]", "Unbalanced () [] or {} in '[a,(]'"),
        ("[a}b{]", "Unbalanced () [] or {} in '[a}b{]'"),
        ("[(])]", "Unbalanced () [] or {} in '[(])]'"),
        ("[(a[b])]", "Unbalanced () around '[(a[b])]'"),
        ("[(a{b})]", "Unbalanced () around '[(a{b})]'"),
        ("[a'b]", "Unbalanced quoted string at position 2 in [a'b]"),
    ],
)
def test_unbalanced(raw, message):
    with pytest.raises(ParsetError) as caught:
        as_vector(raw)
    assert caught.value.message == message
    assert caught.value.hint


def test_the_first_character_decides():
    assert is_vector("[a")
    assert not is_vector(" [a]")
    assert not is_vector("")
    assert is_record("{a")
    assert not is_record("[a]")


def test_split_list_does_not_look_at_the_outer_brackets():
    assert split_list("(a,b)") == ["a", "b"]
    assert split_list("") == []


@pytest.mark.parametrize(
    ("raw", "record"),
    [
        ("{}", {}),
        ("{ }", {}),
        ("{k: v, 'k2': v2}", {"k": "v", "k2": "v2"}),
        ("{a:b:c}", {"a": "b:c"}),
        ("{'a:b':c}", {"a:b": "c"}),
        ("{a : 'x, y' , b:[1,{c:2}]}", {"a": "'x, y'", "b": "[1,{c:2}]"}),
        ("{a:}", {"a": ""}),
        ("{b:1,a:2}", {"b": "1", "a": "2"}),
    ],
)
def test_records(raw, record):
    assert as_record(raw) == record
    assert list(as_record(raw)) == list(record)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("{a}", "Invalid record specification in value 'a'"),
        ("{a:1,}", "Invalid record specification in value ''"),
        ("{'a:b'}", "Invalid record specification in value ''a:b''"),
        ("{a:1,a:2}", "add: Key a double defined?"),
        ("{a:1}{b:2}", "Unbalanced () [] or {} in '{a:1}{b:2}'"),
        ("x", "x is not a record"),
        ("{a:1", "{a:1 is not a record"),
        ("", " is not a record"),
    ],
)
def test_no_record(raw, message):
    with pytest.raises(ParsetError) as caught:
        as_record(raw)
    assert caught.value.message == message
    assert caught.value.hint


def test_depth_and_length_do_no_harm():
    deep = "[" * 100_000 + "]" * 100_000
    assert as_vector(deep) == [deep[1:-1]]
    assert len(as_vector("[" + "a," * 200_000 + "]")) == 200_001
    with pytest.raises(ParsetError):
        as_vector("[" * 100_000 + "]")
