from __future__ import annotations

import pytest

from genericpipe.errors import Location
from genericpipe.parset import Entry, parse

STEPS = "\n# steps\npipeline.steps = [cal_target,\n  # not yet\n  cal, 'x y',\n  image]\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [("cal_target", 3), ("cal", 5), ("x y", 5), ("image", 6), ("mage", 6), ("none", 3), ("", 3)],
)
def test_the_line_of_a_part(text, line):
    entry = parse(STEPS, "p")["pipeline.steps"]
    assert entry.line_of(text) == line
    assert entry.location_of(text) == Location("p", line)


def test_the_line_at_an_offset():
    entry = parse(STEPS)["pipeline.steps"]
    assert entry.raw == "[cal_target, cal, 'x y', image]"
    lines = [entry.line_at(offset) for offset in range(len(entry.raw))]
    assert lines == [3] * len("[cal_target, ") + [5] * len("cal, 'x y', ") + [6] * len("image]")


def test_a_value_that_begins_below_its_key():
    entry = parse("a=\n\n x y", "p")["a"]
    assert entry.location == Location("p", 1)
    assert entry.line_of("y") == 3


def test_an_entry_of_no_file():
    entry = Entry("a", "1")
    assert (entry.location, entry.line_at(0), entry.line_of("1")) == (Location("<text>"), None, None)
