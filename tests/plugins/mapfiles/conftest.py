from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.mapfiles import addMapfile, changeMapfile, createMapfile

from genericpipe import DataMap

# contract 9.1 and 9.2: skipped entries, two hosts that take turns.
HOSTS = (
    "[{'host': 'n1', 'file': '/d/a.MS', 'skip': False}, {'host': 'n1', 'file': '/d/b.MS', 'skip': True}, "
    "{'host': 'n2', 'file': '/e/c', 'skip': False}, {'host': 'n1', 'file': '/d/dd.MS', 'skip': False}]"
)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Iterable[str]], Path]:
    """Return a maker of a folder that holds files of these names."""

    def make(names: Iterable[str]) -> Path:
        path = tmp_path / "in"
        path.mkdir(exist_ok=True)
        for name in names:
            (path / name).touch()
        return path

    return make


@pytest.fixture
def mapfile(tmp_path: Path) -> Callable[..., str]:
    """Return a writer of mapfiles: text -> path."""

    def make(text: str = HOSTS, name: str = "given.mapfile") -> str:
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return make


@pytest.fixture
def create(tmp_path: Path) -> Callable[..., str]:
    """Return createMapfile, writing to ``made.mapfile``: keywords -> the text of the map."""

    def call(**keywords: str) -> str:
        target = tmp_path / "made.mapfile"
        result = createMapfile.plugin_main([], mapfile_dir=str(tmp_path), filename=target.name, **keywords)
        assert result == {"mapfile": str(target)}
        return target.read_text()

    return call


@pytest.fixture
def add(tmp_path: Path) -> Callable[..., str]:
    """Return addMapfile, writing to ``made.mapfile``: method and keywords -> the text of the map."""

    def call(method: str, **keywords: str) -> str:
        target = tmp_path / "made.mapfile"
        result = addMapfile.plugin_main([method], mapfile_dir=str(tmp_path), filename=target.name, **keywords)
        assert result == {"mapfile": str(target)}
        return target.read_text()

    return call


@pytest.fixture
def change() -> Callable[..., list[Any]]:
    """Return changeMapfile: keywords -> its result's path and the entries there as (host, file, skip)."""

    def call(**keywords: str) -> list[Any]:
        (path,) = changeMapfile.plugin_main([], **keywords).values()
        return [path, [(entry.host, entry.file, entry.skip) for entry in DataMap.load(path)]]

    return call


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Return a caller of a plugin that writes ``made.mapfile``: name and keywords -> the text of the map.

    It is called twice, and has to leave the same both times.
    """

    def call(name: str, **keywords: str) -> str:
        target = tmp_path / "made.mapfile"
        plugin = import_module(f"genericpipe_plugins.mapfiles.{name}")
        texts = []
        for _ in range(2):
            result = plugin.plugin_main([], mapfile_dir=str(tmp_path), filename=target.name, **keywords)
            assert result == {"mapfile": str(target)}
            texts.append(target.read_bytes())
        assert texts[0] == texts[1]
        return texts[0].decode()

    return call


@pytest.fixture
def maps(tmp_path: Path) -> Callable[..., str]:
    """Return a writer of mapfiles of plain entries: name and (host, file[, skip]) -> path."""

    def make(name: str, *entries: tuple[Any, ...]) -> str:
        path = tmp_path / f"{name}.mapfile"
        path.write_text(
            repr([dict(zip(("host", "file", "skip"), (*entry, False), strict=False)) for entry in entries])
        )
        return str(path)

    return make
