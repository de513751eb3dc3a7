"""A step of a small parset, prepared as a run would prepare it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from genericpipe.config import Settings, load
from genericpipe.mapfile import DataMap, DataProduct, write
from genericpipe.parset import parse
from genericpipe.pipeline import build
from genericpipe.pipeline.binding import bind_step
from genericpipe.recipes.executable_args import Folders, Work, prepare

Prepare = Callable[..., Work]
MakeMap = Callable[..., str]


@pytest.fixture
def make_map(tmp_path: Path) -> MakeMap:
    """Write a mapfile of (host, file, skip) or plain file names; return its path."""

    def make(name: str, entries: Sequence[str | tuple[str, str, bool]]) -> str:
        products = [
            DataProduct("localhost", one, False) if isinstance(one, str) else DataProduct(*one)
            for one in entries
        ]
        path = tmp_path / f"{name}.mapfile"
        write(DataMap(products), path)
        return str(path)

    return make


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prepare:
    """Prepare step ``s`` of a parset; its data root is ``<tmp>/j``, its mapfiles go to ``<tmp>/maps``."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "maps").mkdir()

    def make(
        text: str, results: Mapping[str, Mapping[str, object]] | None = None, tasks: str = "", name: str = "s"
    ) -> Work:
        files = None
        if tasks:
            (tmp_path / "tasks.cfg").write_text(tasks)
            files = (tmp_path / "tasks.cfg",)
        config = load(Settings("j", task_files=files, working_directory=str(tmp_path)))
        full = f"pipeline.steps = [{name}]\n{text}"
        pipeline = build(parse(full, "p.parset"), config, environ={})
        step = next(step for step in pipeline.walk() if step.name == name)
        task = config.tasks[step.type]
        bound = bind_step(step, {**pipeline.dictionaries, **(results or {})}, task.settings.get("parset", ""))
        folders = Folders(tmp_path / "maps", tmp_path / "parsets", tmp_path / "logs")
        return prepare(bound, task, config, folders)

    return make
