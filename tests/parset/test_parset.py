from __future__ import annotations

import math

import pytest

from genericpipe.errors import Location, ParsetError
from genericpipe.parset import Entry, Parset, parse

TEXT = "b.x = 1\na.y = 'q r'\nb.z = [1, 'a,b']\nb = yes\nr = {k: v}\nf = 3.14\nn =\n"


def test_it_is_a_mapping_in_the_order_of_the_file():
    parset = parse(TEXT, "p")
    assert list(parset) == ["b.x", "a.y", "b.z", "b", "r", "f", "n"]
    assert len(parset) == 7
    assert "b" in parset
    assert "c" not in parset
    assert parset["b.x"] == Entry("b.x", "1", "p", 1)
    assert parset.get("c") is None
    with pytest.raises(KeyError):
        parset["c"]
    assert parset == parse(TEXT, "p")


def test_getters():
    parset = parse(TEXT)
    assert parset.text("a.y") == "'q r'"
    assert parset.get_string("a.y") == "q r"
    assert parset.get_bool("b") is True
    assert parset.get_int("b.x") == 1
    assert math.isclose(parset.get_float("f"), 3.14)
    assert parset.get_vector("b.z") == ["1", "'a,b'"]
    assert parset.get_strings("b.z") == ["1", "a,b"]
    assert parset.get_record("r") == {"k": "v"}


def test_defaults_stand_in_for_missing_keys_only():
    parset = parse(TEXT)
    assert parset.text("c", "") == ""
    assert parset.get_string("c", "d") == "d"
    assert parset.get_bool("c", False) is False
    assert parset.get_int("c", 0) == 0
    assert parset.get_float("c", 0.5) == 0.5
    assert parset.get_vector("c", ()) == []
    assert parset.get_strings("c", ["x"]) == ["x"]
    assert parset.get_record("c", {}) == {}
    with pytest.raises(ParsetError):
        parset.get_int("n", 7)


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(ParsetError) as caught:
        parse("pipeline.steps=x", "p").get_string("pipeline.step")
    assert caught.value.message == "Key pipeline.step unknown"
    assert caught.value.location == Location("p")
    assert "pipeline.steps" in caught.value.hint


@pytest.mark.parametrize(
    ("getter", "text"),
    [
        ("get_bool", "maybe"),
        ("get_int", "1.5"),
        ("get_int", ""),
        ("get_float", "x"),
        ("get_float", ""),
        ("get_vector", "[a],[b]"),
        ("get_record", "{a}"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_its_line(getter, text):
    with pytest.raises(ParsetError) as caught:
        getattr(parse(f"a=1\nk={text}", "p"), getter)("k")
    assert caught.value.location == Location("p", 2)
    assert "k: " in caught.value.message
    assert caught.value.hint


def test_a_subset_goes_by_the_exact_prefix():
    parset = parse(TEXT, "p")
    assert [(key, entry.key, entry.raw, entry.line) for key, entry in parset.subset("b.").items()] == [
        ("x", "x", "1", 1),
        ("z", "z", "[1, 'a,b']", 3),
    ]
    assert list(parset.subset("b")) == [".x", ".z", ""]
    assert list(parset.without("b.")) == ["a.y", "b", "r", "f", "n"]


def test_merging_and_replacing_leave_the_original_alone():
    parset = parse("a=1\nb=2", "p")
    merged = parset.merged([Entry("c", "3"), Entry("a", "9", "q", 4)])
    assert [(e.key, e.raw, e.file) for e in merged.values()] == [
        ("a", "9", "q"),
        ("b", "2", "p"),
        ("c", "3", "<text>"),
    ]
    replaced = parset.replaced({"b": "x"})
    assert replaced["b"] == Entry("b", "x", "p", 2)
    assert parset["a"].raw == "1"
    assert parset["b"].raw == "2"
    with pytest.raises(ParsetError, match="Key z unknown"):
        parset.replaced({"z": "1"})


def test_of_takes_the_last_of_several():
    parset = Parset.of([Entry("a", "1"), Entry("b", "2"), Entry("a", "3")], "f")
    assert {key: entry.raw for key, entry in parset.items()} == {"a": "3", "b": "2"}
    assert (parset.file, parset.findings) == ("f", ())
    assert repr(parset) == "<Parset f: 2 keys>"
