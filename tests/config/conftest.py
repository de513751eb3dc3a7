"""A folder with configuration files, and loading from within it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from genericpipe.config import Config, Settings, load

Load = Callable[..., Config]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, which is the current one."""
    path = tmp_path / "here"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def loaded(folder: Path) -> Load:
    """Return a function that writes a pipeline.cfg (and tasks.cfg files) and loads it with ``-c``."""

    def function(
        text: str,
        tasks: str | Sequence[str] = (),
        sources: Sequence[tuple[str, Mapping[str, Mapping[str, str]]]] = (),
        remote_methods: Sequence[str] | None = None,
        **settings: Any,
    ) -> Config:
        path = folder / "given.cfg"
        path.write_text(dedent(text))
        files = []
        for number, task in enumerate([tasks] if isinstance(tasks, str) else tasks):
            files.append(folder / f"tasks{number}.cfg")
            files[-1].write_text(dedent(task))
        if files:
            settings.setdefault("task_files", tuple(files))
        settings = {"job_name": "myjob", "start_time": "2020-01-02T03:04:05", "config": path, **settings}
        methods = {} if remote_methods is None else {"remote_methods": remote_methods}
        return load(Settings(**settings), sources, **methods)

    return function
