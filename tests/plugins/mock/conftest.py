"""Mock runs of small pipelines: what lies in the job folder afterwards."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

#: Two measurement sets that nobody has.
FILES = """
files.control.kind = plugin
files.control.type = addListMapfile
files.control.hosts = [localhost]
files.control.files = [/data/L1_SB000.MS, /data/L1_SB001.MS]
files.control.mapfile_dir = input.output.mapfile_dir
files.control.filename = files.mapfile
"""


@dataclass(frozen=True)
class Mocked:
    """The job folder of a mock run."""

    folder: Path

    def names(self, pattern: str = "*") -> set[str]:
        """Return the names of what the jobs left, and nothing of the run's own."""
        own = {"commands.jsonl", "journal.jsonl", "lock", "logs", "mapfiles", "mock", "parsets", "statefile"}
        return {path.name for path in self.folder.glob(pattern)} - own

    def map(self, name: str) -> list[Any]:
        """Return the files of a mapfile, that of a group as a list."""
        text = (self.folder / "mapfiles" / name).read_text("utf-8")
        return [entry["file"] for entry in ast.literal_eval(text)]

    def results(self, step: str) -> dict[str, str]:
        """Return what the first job of a step came to."""
        lines = map(json.loads, (self.folder / "commands.jsonl").read_text("utf-8").splitlines())
        found: dict[str, str] = next(line["results"] for line in lines if line["step"] == step)
        return found


Mock = Callable[..., Mocked]


@pytest.fixture
def mock(project: Callable[[Mapping[str, str]], Project]) -> Mock:
    """Return a maker of mock runs: the lines of steps -> the job folder. A step ``files`` can be used."""

    def make(lines: str, mock_file: str = "", status: int = 0) -> Mocked:
        steps = dict.fromkeys(
            line.partition(".")[0].strip() for line in (FILES + lines).splitlines() if ".control." in line
        )
        text = f"pipeline.steps = [{', '.join(steps)}]\n{FILES}\n{lines}\n"
        site = project({"job.parset": text, "mock.toml": mock_file})
        site.run("run", "--mock", "--mock-file", "mock.toml", "job.parset").expect(status)
        return Mocked(site.file("job"))

    return make


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a folder that is none of the job's."""
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder
