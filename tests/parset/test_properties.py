from __future__ import annotations

import math

from hypothesis import assume, example, given
from hypothesis import strategies as st

from genericpipe.errors import ParsetError
from genericpipe.parset import (
    Entry,
    Parset,
    as_bool,
    as_float,
    as_int,
    as_record,
    as_single,
    as_string,
    as_strings,
    expand,
    format,
    is_vector,
    parse,
    split_list,
)
from genericpipe.parset import reader as reader_module

ODD = st.text(alphabet="ab1.,;:=#'\"\\!*()[]{} \t\r\n\v\fé\x00\ufeff\ud800", max_size=60)
ANY = ODD | st.text(max_size=60)

KEYS = st.text(alphabet="abzAZ019._-! é/", min_size=1, max_size=12).map(str.strip).filter(bool)
PLAIN = st.text(alphabet="ab1.,;:*()[]{} é!/", max_size=20).map(str.strip)
QUOTED = st.text(alphabet="ab=#' ", max_size=8).map(lambda text: f'"{text}"')
VALUES = st.lists(PLAIN | QUOTED, max_size=4).map("".join).map(str.strip)


def outcome(function, text):
    """Return what a function makes of a text, and the error that a user would see; one of them is None."""
    try:
        return function(text), None
    except ParsetError as error:
        return None, error


@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_what_is_written_reads_back_the_same(values):
    parset = parse(format(values))
    assert {key: entry.raw for key, entry in parset.items()} == values
    assert list(parset) == sorted(values, key=str.encode)


@given(ANY)
@example("'" * 3)
@example("a=\ud800")
def test_no_text_does_worse_than_a_parset_error(text):
    parset, error = outcome(parse, text)
    if error is not None:
        assert str(error).startswith("<text>:")
        assert error.hint
        return
    for entry in parset.values():
        assert entry.raw == entry.raw.strip(" \t\r\v\f")
        # What was read can be read again from a line of its own.
        if (
            entry.key == entry.key.strip(" \t\r\v\f\ufeff")
            and not set("='\"#") & set(entry.key)
            and not entry.raw.endswith("\\")
        ):
            assert parse(f"{entry.key}={entry.raw}")[entry.key].raw == entry.raw


@given(
    ANY,
    st.sampled_from(
        [as_string, as_bool, as_int, as_float, as_single, as_strings, as_record, expand, split_list]
    ),
)
def test_no_value_does_worse_than_a_parset_error(text, convert):
    result, error = outcome(convert, text)
    assert (result is None) != (error is None)
    assert error is None or error.message


class SlowReader(reader_module._Reader):
    """Takes the way for lines with quotes for every line."""

    def read(self, text):
        for number, line in enumerate(text.split("\n"), 1):
            self._quoted_line(line, number)
        self._finish()
        if not self.entries:
            self.warn("no-keys", "there is no key at all in this file", None, "a line reads: key = value")


@given(st.text(alphabet="ab1=#\\ \t\r\n\v\f[](){},é", max_size=80))
def test_the_fast_way_finds_what_the_slow_way_finds(text):
    results = []
    for kind in (reader_module._Reader, SlowReader):
        reader = kind("<text>")
        try:
            reader.read(text)
        except ParsetError as error:
            results.append(str(error))
        else:
            results.append((list(reader.entries.values()), reader.findings))
    assert results[0] == results[1]


@given(st.integers(-(2**31), 2**31 - 1))
def test_integers_come_back(number):
    assert as_int(f" {number} ") == number


@given(st.floats(allow_nan=False))
def test_doubles_come_back(number):
    assume(number == 0 or math.isinf(number) or abs(number) >= 2.0**-1022)
    assert as_float(repr(number)) == number
    assert as_float(number.hex()) == number


@given(st.floats(width=32, allow_nan=False))
def test_singles_come_back(number):
    assume(number == 0 or math.isinf(number) or abs(number) >= 2.0**-126)
    assert as_single(repr(number)) == number


@given(st.lists(st.text(alphabet="ab ,()[]{}#'=", max_size=8), min_size=1, max_size=6))
def test_quoted_elements_come_back(elements):
    raw = "[" + ", ".join(f'"{element}"' for element in elements) + "]"
    assert is_vector(raw)
    assert as_strings(raw) == elements


@given(st.lists(st.sampled_from(["a=1", "b = [x,", "  y]", "c='q'", "# n", "", "d=", "z"]), max_size=12))
def test_a_parset_of_its_entries_is_the_same(lines):
    parset, error = outcome(parse, "\n".join(lines))
    assume(error is None)
    assert Parset.of(parset.values(), parset.file) == parset
    assert all(isinstance(entry, Entry) for entry in parset.values())
