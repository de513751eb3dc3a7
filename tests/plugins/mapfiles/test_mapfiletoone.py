"""MapfileToOne against image contract 4.2: spelling 1, the host of the last entry, dummies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genericpipe import GenericPipeError

Run = Callable[..., str]


def test_all_files_become_a_python_list(run: Run, maps: Run, caplog: pytest.LogCaptureFixture) -> None:
    path = maps("in", ("h", "/a"), ("h", "/s", True), ("h", "/b c"))
    assert run("MapfileToOne", method="mapfile_all_to_one", mapfile_in=path) == (
        "[{'host': 'h', 'file': ['/a', '/b c'], 'skip': False}]"
    )
    assert caplog.text == ""


def test_the_host_is_that_of_the_last_entry_that_counts(
    run: Run, maps: Run, caplog: pytest.LogCaptureFixture
) -> None:
    path = maps("in", ("n1", "/a"), ("n2", "/b"), ("n3", "/s", True))
    assert run("MapfileToOne", method="mapfile_all_to_one", mapfile_in=path) == (
        "[{'host': 'n2', 'file': ['/a', '/b'], 'skip': False}]"
    )
    assert f"the files of {path} on n1 become those of n2" in caplog.text


def test_lists_are_flattened(run: Run, mapfile: Run) -> None:
    path = mapfile("[('h', ['/a', '/b'], False), ('h', '[/c,/d]', False)]")
    assert run("MapfileToOne", method="mapfile_all_to_one", mapfile_in=path) == (
        "[{'host': 'h', 'file': ['/a', '/b', '/c', '/d'], 'skip': False}]"
    )


def test_dummies(run: Run) -> None:
    one = "{'host': 'localhost', 'file': 'dummy', 'skip': False}"
    assert run("MapfileToOne", method="dummy", number="2") == f"[{one}, {one}]"
    assert run("MapfileToOne", method="dummy", number="0") == "[]"


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({}, "MapfileToOne: the key 'method' is missing"),
        ({"method": "mapfile_to_one"}, "MapfileToOne: unknown method 'mapfile_to_one'"),
        ({"method": "dummy"}, "MapfileToOne: method 'dummy' needs the key 'number'"),
        ({"method": "dummy", "number": "many"}, "MapfileToOne: number = 'many' is no whole number from 0 on"),
        (
            {"method": "mapfile_all_to_one"},
            "MapfileToOne: method 'mapfile_all_to_one' needs the key 'mapfile_in'",
        ),
    ],
)
def test_errors(run: Run, keywords: dict[str, str], message: str) -> None:
    """LOFAR's own wrote and said nothing where the method was unknown."""
    with pytest.raises(GenericPipeError) as caught:
        run("MapfileToOne", **keywords)
    assert str(caught.value).splitlines()[0] == message


def test_nothing_to_gather(run: Run, maps: Run) -> None:
    path = maps("in", ("h", "/a", True))
    with pytest.raises(GenericPipeError, match=f"mapfile_in: the mapfile {path} skips all its entries"):
        run("MapfileToOne", method="mapfile_all_to_one", mapfile_in=path)
