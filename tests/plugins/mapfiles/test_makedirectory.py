"""makeDirectory against image contract 4.2."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from genericpipe_plugins.mapfiles import makeDirectory

from genericpipe import GenericPipeError


def test_a_folder_and_those_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "inspection"
    umask = os.umask(0o002)
    try:
        assert makeDirectory.plugin_main([], directory=str(folder)) == {}
    finally:
        os.umask(umask)
    assert folder.stat().st_mode & 0o777 == 0o755
    (folder / "plot.png").touch()
    assert makeDirectory.plugin_main([], directory=f"{folder}/") == {}
    assert os.listdir(folder) == ["plot.png"]


def test_a_link_to_a_folder_is_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert makeDirectory.plugin_main([], directory=str(tmp_path / "link")) == {}


@pytest.mark.parametrize("above", [False, True])
def test_a_file_in_its_place(tmp_path: Path, above: bool) -> None:
    file = tmp_path / "results"
    file.write_text("precious")
    path = str(file / "plots" if above else file)
    with pytest.raises(GenericPipeError, match=f"^makeDirectory: directory = '{path}' "):
        makeDirectory.plugin_main([], directory=path)
    assert file.read_text() == "precious"


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({}, "makeDirectory: the key 'directory' is missing"),
        ({"directory": ""}, "makeDirectory: the key 'directory' is empty"),
        ({"directory": "a\0b"}, "makeDirectory: directory: no folder can have the name"),
        ({"directory": "/proc/none/x"}, "makeDirectory: directory = '/proc/none/x' cannot be made: "),
    ],
)
def test_errors(keywords: dict[str, str], message: str) -> None:
    with pytest.raises(GenericPipeError) as caught:
        makeDirectory.plugin_main([], **keywords)
    assert str(caught.value).startswith(message)
