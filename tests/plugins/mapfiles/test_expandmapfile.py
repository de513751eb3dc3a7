"""expandMapfile against image contract 4.2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genericpipe import DataMap, GenericPipeError

Run = Callable[..., str]


def test_the_first_file_for_each_entry_of_the_other_map(run: Run, maps: Run) -> None:
    one = maps("in", ("localhost", "/sky.sourcedb"))
    match = maps("match", ("n1", "/a"), ("n2", "/b", True), ("n3", "/c"))
    assert run("expandMapfile", mapfile_in=one, mapfile_to_match=match) == (
        "[{'host': 'n1', 'file': '/sky.sourcedb', 'skip': False}, "
        "{'host': 'n3', 'file': '/sky.sourcedb', 'skip': False}]"
    )


@pytest.mark.parametrize("field", ["['/a', '/b']", "\"['/a', '/b']\"", "'[/a,/b]'"])
def test_a_list_keeps_its_text(run: Run, mapfile: Run, maps: Run, tmp_path: object, field: str) -> None:
    one = mapfile(f"[{{'host': 'h', 'file': {field}, 'skip': False}}]")
    text = DataMap.load(one)[0].file
    run("expandMapfile", mapfile_in=one, mapfile_to_match=maps("match", ("n1", "/x"), ("n2", "/y")))
    made = DataMap.load(f"{tmp_path}/made.mapfile")
    assert [(entry.host, entry.file) for entry in made] == [("n1", text), ("n2", text)]


def test_entries_that_are_not_used_are_told_of(run: Run, maps: Run, caplog: pytest.LogCaptureFixture) -> None:
    one = maps("in", ("h", "/a", True), ("h", "/b"))
    assert "'/a'" in run("expandMapfile", mapfile_in=one, mapfile_to_match=maps("match", ("n1", "/x")))
    assert f"the first entry of {one} is skipped, and used" in caplog.text
    assert f"of the 2 entries of {one} only the first is used, /a" in caplog.text


def test_repetitions_are_no_news(run: Run, maps: Run, caplog: pytest.LogCaptureFixture) -> None:
    one = maps("in", ("h", "/a"), ("n", "/a"))
    run("expandMapfile", mapfile_in=one, mapfile_to_match=maps("match", ("n1", "/x")))
    assert caplog.text == ""


def test_nothing_to_expand(run: Run, maps: Run) -> None:
    empty, match = maps("in"), maps("match", ("n1", "/x"))
    with pytest.raises(GenericPipeError) as caught:
        run("expandMapfile", mapfile_in=empty, mapfile_to_match=match)
    assert str(caught.value).splitlines()[0] == (
        f"expandMapfile: mapfile_in: the mapfile {empty} has no entries: there is no file to repeat"
    )


def test_nothing_to_match_gives_an_empty_map(run: Run, maps: Run, caplog: pytest.LogCaptureFixture) -> None:
    match = maps("match", ("n1", "/x", True))
    assert run("expandMapfile", mapfile_in=maps("in", ("h", "/a")), mapfile_to_match=match) == "[]"
    assert f"has no entries: mapfile_to_match: the mapfile {match} skips all its entries" in caplog.text
