"""What DP3 prints: keys that it did not use, in the words of its versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from genericpipe_plugins.dp3.said import unused, warnings

from genericpipe import Job, Location, Severity

NEW = """\
  use thread:     true

*** WARNING: the following parset keywords were not used ***
             maybe they are misspelled
    - avg.foo
    - bla

Processing 6 time slots ...
    - no key
"""

# From a log in a public issue of prefactor (267).
OLD = """\
*** WARNING: the following parset keywords were not used ***
             maybe they are misspelled
    [aoflag.keepstatistics,aoflag.memoryperc,flagedge.chan]
MSReader
    [no key]
"""


def test_keys_are_read_as_new_versions_list_them() -> None:
    assert list(unused(NEW.splitlines())) == ["avg.foo", "bla"]


def test_and_as_old_ones_do() -> None:
    keys = ["aoflag.keepstatistics", "aoflag.memoryperc", "flagedge.chan"]
    assert list(unused(OLD.splitlines())) == keys


def test_each_is_a_warning_at_its_line(step: Callable[..., Any], job: Callable[..., Job]) -> None:
    made = job("DP3")
    made.stdout.parent.mkdir()
    made.stdout.write_text("nothing\n")
    made.stderr.write_text(NEW)  # where NDPPP wrote it
    foo, bla = warnings(step({"msin": "a", "avg.foo": "3"}), made)
    assert (foo.severity, foo.code, foo.location) == (
        Severity.WARNING,
        "dp3-unused-key",
        Location("a.parset", 11),
    )
    assert "avg.foo" in foo.message
    assert bla.location == Location("a.parset", 1)


def test_channels_with_gaps_are_told(step: Callable[..., Any], job: Callable[..., Job]) -> None:
    made = job("DP3")
    made.stdout.parent.mkdir()
    made.stdout.write_text("  nchan:          16 (NOT regularly spaced)\n" * 2)
    (found,) = warnings(step({"msin": "a"}), made)
    assert (found.code, found.location) == ("dp3-irregular-channels", Location("a.parset", 10))


def test_a_log_that_is_not_there_says_nothing(step: Callable[..., Any], job: Callable[..., Job]) -> None:
    assert warnings(step(), job("DP3")) == []
