"""mapfileSingleToGroup against image contract 4.2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genericpipe import GenericPipeError

Run = Callable[..., str]
GROUPS = (
    "[{'host': 'n1', 'file': ['/a', '/b'], 'skip': False}, {'host': 'n2', 'file': '[/c]', 'skip': True}, "
    "{'host': 'n1', 'file': '/d', 'skip': False}, {'host': 'n1', 'file': [], 'skip': False}]"
)


def test_each_entry_as_often_as_its_group_has_files(run: Run, maps: Run, mapfile: Run) -> None:
    singles = maps("in", ("n1", "/x"), ("n2", "/y"), ("n1", "/z", True), ("n1", "/none"))
    assert run("mapfileSingleToGroup", mapfile_in=singles, mapfile_groups=mapfile(GROUPS)) == (
        "[{'host': 'n1', 'file': '/x', 'skip': False}, {'host': 'n1', 'file': '/x', 'skip': False}, "
        "{'host': 'n2', 'file': '/y', 'skip': True}, {'host': 'n1', 'file': '/z', 'skip': True}]"
    )


def test_lengths_that_differ(run: Run, maps: Run, mapfile: Run) -> None:
    singles, groups = maps("in", ("n1", "/x")), mapfile(GROUPS)
    with pytest.raises(GenericPipeError) as caught:
        run("mapfileSingleToGroup", mapfile_in=singles, mapfile_groups=groups)
    assert str(caught.value).splitlines()[0] == (
        "mapfileSingleToGroup: mapfile_in and mapfile_groups have different lengths: 1 entries in "
        f"{singles}, 4 in {groups}"
    )


def test_hosts_that_differ(run: Run, maps: Run, mapfile: Run) -> None:
    singles = maps("in", ("n1", "/x"), ("n3", "/y"), ("n1", "/z"), ("n1", "/none"))
    groups = mapfile(GROUPS)
    with pytest.raises(GenericPipeError) as caught:
        run("mapfileSingleToGroup", mapfile_in=singles, mapfile_groups=groups)
    assert str(caught.value).splitlines()[0] == (
        f"mapfileSingleToGroup: entry 2 of mapfile_in ({singles}) is on host 'n3', "
        f"entry 2 of mapfile_groups ({groups}) on 'n2'"
    )


def test_empty_maps(run: Run, maps: Run, mapfile: Run, caplog: pytest.LogCaptureFixture) -> None:
    assert run("mapfileSingleToGroup", mapfile_in=maps("in"), mapfile_groups=mapfile("[]")) == "[]"
    assert "mapfile_groups: the mapfile" in caplog.text
