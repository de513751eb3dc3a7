"""A run for observers: the real classes, in a temporary folder, without anything being executed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genericpipe import Job, JobIdentity, Run
from genericpipe.config import Settings
from genericpipe.pipeline.opening import open_pipeline
from genericpipe.pluginmanager import PluginManager

PARSET = """\
ObsSW.Observation.momID = 17
ObsSW.Observation.otdbID = "42"
pipeline.steps = [make, 3c196, rounds, last]
make.control.kind = plugin
make.control.type = createMapfile
3c196.control.type = dppp
rounds.control.kind = loop
rounds.control.loopcount = 2
rounds.control.loopsteps = [once]
once.control.type = pythonplugin
last.control.type = executable_args
"""


@pytest.fixture
def make_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Return a maker of runs: lines of a pipeline.cfg, and what the run shall be like."""

    def make(configuration: str = "", **settings: Any) -> Run:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "field.parset").write_text(PARSET)
        (tmp_path / "pipeline.cfg").write_text(
            f"[DEFAULT]\nruntime_directory = {tmp_path}\nworking_directory = {tmp_path}\n"
            f"[layout]\njob_directory = {tmp_path}/field\n[remote]\nmethod = local\n{configuration}"
        )
        job_name = settings.pop("job_name", "field")
        asked = Settings(job_name=job_name, start_time="2026-01-02T03:04:05")
        pipeline = open_pipeline("field.parset", asked, PluginManager(environment={}, entry_points=False))
        folder = pipeline.config.job_directory
        return Run(
            job_name,
            asked.start_time,
            pipeline,
            pipeline.config,
            folder,
            folder / "logs" / asked.start_time,
            **settings,
        )

    return make


@pytest.fixture
def make_job(tmp_path: Path) -> Callable[..., Job]:
    """Return a maker of jobs that have written these texts on stdout and stderr."""

    def make(step: str, index: int = 0, stdout: str = "", stderr: str = "", **settings: Any) -> Job:
        folder = tmp_path / "joblogs" / step
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{index}.log").write_text(stdout)
        if stderr:
            (folder / f"{index}.err").write_text(stderr)
        made: dict[str, Any] = {
            "identity": JobIdentity(step, index),
            "host": "localhost",
            "argv": ("/opt/DP3", "msin=/d/a.MS"),
            "environment": {},
            "working_directory": tmp_path,
            "stdout": folder / f"{index}.log",
            "stderr": folder / f"{index}.err",
            "inputs": ("/d/a.MS",),
        }
        return Job(**{**made, **settings})

    return make
