"""trimMapfile against image contract 4.2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genericpipe import GenericPipeError

Run = Callable[..., str]


def test_files_are_cut_at_the_last_place(run: Run, maps: Run, caplog: pytest.LogCaptureFixture) -> None:
    path = maps("in", ("n1", "/d.x/image32.x.y"), ("n2", "/plain"), ("n3", "/b.x", True))
    assert run("trimMapfile", mapfile_in=path, trim=".x") == (
        "[{'host': 'n1', 'file': '/d.x/image32', 'skip': False}, {'host': 'n3', 'file': '/b', 'skip': True}]"
    )
    assert "trimMapfile: /plain is left out: there is no '.x' in it" in caplog.text


@pytest.mark.parametrize(
    ("counter", "file"), [("0", "/a/image32"), ("-1", "/a/image32"), ("2", "/a/image42")]
)
def test_the_counter(run: Run, maps: Run, counter: str, file: str) -> None:
    path = maps("in", ("h", "/a/image32-MFS"))
    assert f"'{file}'" in run("trimMapfile", mapfile_in=path, trim="-", counter=counter)


def test_nothing_left(run: Run, maps: Run, caplog: pytest.LogCaptureFixture) -> None:
    path = maps("in", ("h", ".x"))
    with pytest.raises(
        GenericPipeError, match=f"^trimMapfile: mapfile_in: nothing is left of '.x', entry 1 of {path}"
    ):
        run("trimMapfile", mapfile_in=path, trim=".x")
    assert run("trimMapfile", mapfile_in=path, trim="-") == "[]"
    assert f"no file of {path} has '-' in it" in caplog.text


def test_a_counter_that_is_none(run: Run, maps: Run) -> None:
    with pytest.raises(GenericPipeError, match=r"^trimMapfile: counter = 'x' is no whole number"):
        run("trimMapfile", mapfile_in=maps("in", ("h", "/a")), trim="-", counter="x")
