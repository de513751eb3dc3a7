"""pruneMapfile against image contract 4.2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genericpipe import GenericPipeError

Run = Callable[..., str]


def test_entries_that_start_with_the_text_go(run: Run, maps: Run) -> None:
    path = maps(
        "in", ("n1", "None"), ("n2", "/d/None"), ("n1", "none.MS", True), ("n3", "/e", True), ("n1", "NONE")
    )
    assert run("pruneMapfile", mapfile_in=path, prune_str="nOne") == (
        "[{'host': 'n2', 'file': '/d/None', 'skip': False}, {'host': 'n3', 'file': '/e', 'skip': True}]"
    )


def test_all_go(run: Run, maps: Run, caplog: pytest.LogCaptureFixture) -> None:
    path = maps("in", ("h", "None"))
    assert run("pruneMapfile", mapfile_in=path, prune_str="None") == "[]"
    assert f"has no entries: all files of {path} start with 'None'" in caplog.text
    assert run("pruneMapfile", mapfile_in=maps("empty"), prune_str="None") == "[]"


def test_an_empty_text_would_take_all(run: Run, maps: Run) -> None:
    with pytest.raises(GenericPipeError, match=r"^pruneMapfile: the key 'prune_str' is empty"):
        run("pruneMapfile", mapfile_in=maps("in", ("h", "/a")), prune_str="")
