"""Builds pipelines from text, without the environment and the configuration of whoever runs the tests."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from genericpipe.config import Config, Settings, load
from genericpipe.parset import parse
from genericpipe.pipeline import Pipeline, Step, build


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Return the configuration of a job ``job`` without any pipeline.cfg; paths start in `tmp_path`."""
    monkeypatch.chdir(tmp_path)
    return load(Settings("job"))


Build = Callable[..., Pipeline]


@pytest.fixture
def pipeline_of(tmp_path: Path, config: Config) -> Build:
    """Return a builder: ``pipeline_of(text, {"sub.parset": text}, options=..., environ=...)``."""

    def make(
        text: str,
        files: Mapping[str, str] = {},
        options: Mapping[str, str] | None = None,
        replacements: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Pipeline:
        for name, content in files.items():
            (tmp_path / name).write_text(textwrap.dedent(content), encoding="utf-8")
        return build(
            parse(textwrap.dedent(text), "main.parset"),
            config,
            options=options,
            replacements=replacements,
            environ=environ or {},
        )

    return make


@pytest.fixture
def step_of(pipeline_of: Build) -> Callable[..., Step]:
    """Return a maker of one step from its lines, which must be right: ``step_of("control.type = dppp")``."""

    def make(lines: str, files: Mapping[str, str] = {}) -> Step:
        own = "\n".join(f"run.{line.strip()}" for line in lines.strip().splitlines())
        built = pipeline_of(f"pipeline.steps = [run]\n{own}\n", files)
        assert [str(finding) for finding in built.findings] == []
        return built.steps[0]

    return make
