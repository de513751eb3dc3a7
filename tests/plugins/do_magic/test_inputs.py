"""What the first argument of do_magic may be (image contract 3)."""

from __future__ import annotations

from pathlib import Path

import pytest
from genericpipe_plugins.do_magic.inputs import input_files

from genericpipe import GenericPipeError, MapfileError


@pytest.mark.parametrize(
    "given", [["/d/a.MS", "/d/b.MS"], "[/d/a.MS,/d/b.MS]", "['/d/a.MS', '/d/b.MS']", " [/d/a.MS, /d/b.MS] "]
)
def test_lists(given: list[str] | str) -> None:
    assert input_files(given) == ["/d/a.MS", "/d/b.MS"]


def test_one_set() -> None:
    assert input_files("/d/a.MS") == ["/d/a.MS"]


def test_a_mapfile_in_each_spelling(tmp_path: Path) -> None:
    path = tmp_path / "combined.mapfile"
    path.write_text(
        "[{'host': 'localhost', 'file': '[/d/a.MS,/d/b.MS]', 'skip': False},"
        " {'host': 'localhost', 'file': '/d/skipped.MS', 'skip': True},"
        " {'host': 'localhost', 'file': ['/d/c.MS'], 'skip': False},"
        " {'host': 'localhost', 'file': '/d/e.MS', 'skip': False}]"
    )
    assert input_files(str(path)) == ["/d/a.MS", "/d/b.MS", "/d/c.MS", "/d/e.MS"]


@pytest.mark.parametrize("given", ["", "[]", [], "[ ]"])
def test_nothing(given: list[str] | str) -> None:
    with pytest.raises(GenericPipeError, match="names no measurement set"):
        input_files(given)


@pytest.mark.parametrize("name", ["dummy.ms", "dummy", "Dummy_12.MS/"])
def test_dummies_are_refused(name: str) -> None:
    with pytest.raises(GenericPipeError, match="stands for no data"):
        input_files(["/d/a.MS", f"/d/{name}"])


def test_a_file_that_is_no_mapfile(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("hello")
    with pytest.raises(MapfileError):
        input_files(str(path))
