"""mapfileMaxSize against image contract 4.2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genericpipe import GenericPipeError

Run = Callable[..., str]


def test_every_entry_gets_the_largest_width_and_height(run: Run, maps: Run) -> None:
    path = maps("in", ("n1", "900 1500"), ("n2", "1000  800", True), ("n3", " 20 30 "))
    assert run("mapfileMaxSize", mapfile_in=path) == (
        "[{'host': 'n1', 'file': '1000 1500', 'skip': False}, "
        "{'host': 'n2', 'file': '1000 1500', 'skip': True}, "
        "{'host': 'n3', 'file': '1000 1500', 'skip': False}]"
    )


def test_what_a_skipped_entry_holds_does_not_matter(run: Run, maps: Run) -> None:
    path = maps("in", ("h", "None", True), ("h", "7 8"))
    assert run("mapfileMaxSize", mapfile_in=path) == (
        "[{'host': 'h', 'file': '7 8', 'skip': True}, {'host': 'h', 'file': '7 8', 'skip': False}]"
    )


@pytest.mark.parametrize("text", ["", "1500", "1500,1500", "1 2 3", "-1 2", "1.5 2", "None"])
def test_what_is_no_size(run: Run, maps: Run, text: str) -> None:
    path = maps("in", ("h", "1 2"), ("h", text))
    with pytest.raises(GenericPipeError) as caught:
        run("mapfileMaxSize", mapfile_in=path)
    assert (
        str(caught.value).splitlines()[0]
        == f"mapfileMaxSize: mapfile_in: entry 2 of {path} is no size: {text!r}"
    )


def test_an_empty_map(run: Run, maps: Run, caplog: pytest.LogCaptureFixture) -> None:
    assert run("mapfileMaxSize", mapfile_in=maps("in")) == "[]"
    assert "has no entries" in caplog.text
