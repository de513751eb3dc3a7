from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.mapfiles import changeMapfile

from genericpipe import GenericPipeError

Change = Callable[..., list[Any]]
Text = Callable[..., str]


@pytest.mark.parametrize(
    ("keywords", "file"),
    [
        ({"join_files": "sub/x"}, "{}/sub/x"),
        ({"add_name": ".y"}, "{}.y"),
        ({"join_files": "sub", "add_name": ".y"}, "{}/sub.y"),
        ({"join_files": "/abs"}, "/abs"),
        ({"join_files": "a b'c"}, "{}/a b'c"),
        ({"join_files": "", "add_name": ""}, "{}"),
        ({}, "{}"),
    ],
)
def test_every_file_changes_and_nothing_else(
    change: Change, mapfile: Text, tmp_path: Path, keywords: dict[str, str], file: str
) -> None:
    given = mapfile()
    before = Path(given).read_text()
    path, entries = change(mapfile_in=given, newname="new.mapfile", **keywords)
    assert path == str(tmp_path / "new.mapfile")
    assert entries == [
        ("n1", file.format("/d/a.MS"), False),
        ("n1", file.format("/d/b.MS"), True),
        ("n2", file.format("/e/c"), False),
        ("n1", file.format("/d/dd.MS"), False),
    ]
    assert Path(given).read_text() == before
    assert change(mapfile_in=given, newname="new.mapfile", **keywords) == [path, entries]


def test_without_a_new_name_the_input_changes(change: Change, mapfile: Text) -> None:
    """contract 9.3."""
    given = mapfile("[{'host': 'h', 'file': 'f', 'skip': True}]")
    assert change(mapfile_in=given, add_name=".z") == [given, [("h", "f.z", True)]]


def test_the_new_name_counts_from_the_inputs_folder(
    change: Change, mapfile: Text, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mapfile()
    monkeypatch.chdir(tmp_path)
    assert change(mapfile_in="given.mapfile", newname="new.mapfile")[0] == "new.mapfile"
    assert (tmp_path / "new.mapfile").exists()


def test_an_empty_map_is_saved(change: Change, mapfile: Text, caplog: pytest.LogCaptureFixture) -> None:
    given = mapfile("[]")
    path, entries = change(mapfile_in=given, newname="new", add_name="x")
    assert entries == []
    assert f"{path} has no entries: the mapfile {given} has none" in caplog.text


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({}, "changeMapfile: the key 'mapfile_in' is missing"),
        ({"mapfile_in": ""}, "changeMapfile: the key 'mapfile_in' is empty"),
        ({"mapfile_in": "/no/map"}, "/no/map: the mapfile cannot be read: No such file or directory"),
    ],
)
def test_errors(keywords: dict[str, str], message: str) -> None:
    with pytest.raises(GenericPipeError) as caught:
        changeMapfile.plugin_main([], **keywords)
    assert str(caught.value).startswith(message)


def test_an_empty_new_name_does_not_overwrite(mapfile: Text, tmp_path: Path) -> None:
    given = mapfile()
    before = Path(given).read_text()
    with pytest.raises(GenericPipeError, match="the key 'newname' is empty"):
        changeMapfile.plugin_main([], mapfile_in=given, newname="", add_name="x")
    assert Path(given).read_text() == before
    assert os.listdir(tmp_path) == ["given.mapfile"]


def test_a_misspelt_key_is_told(mapfile: Text, caplog: pytest.LogCaptureFixture) -> None:
    changeMapfile.plugin_main([], mapfile_in=mapfile(), join_file="x")
    assert "'join_file' is not used; did you mean 'join_files'?" in caplog.text
