"""Every archived configuration can be read."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from genericpipe.config import Config, Settings, load
from genericpipe.config.editing import changed
from genericpipe.errors import Severity


@pytest.fixture(scope="module")
def archived(reference: Path) -> list[Path]:
    files = [*(reference / "archive").rglob("*.cfg"), *(reference / "archive").rglob("*.cfg.in")]
    assert files, f"no configuration in {reference / 'archive'}"
    return sorted(files)


def load_all(files: list[Path]) -> Iterator[tuple[Path, Config]]:
    for file in files:
        if file.name.startswith("pipeline"):
            yield file, load(Settings("myjob", "2020-01-01T00:00:00", config=file))
        else:
            yield (
                file,
                load(Settings("myjob", "2020-01-01T00:00:00", config=Path(os.devnull), task_files=(file,))),
            )


def test_every_one_is_read(archived: list[Path]) -> None:
    for file, config in load_all(archived):
        text = file.read_text()
        headers = {line.strip()[1:-1] for line in text.splitlines() if line.startswith("[")}
        found = {"DEFAULT", *config.sections, *config.tasks}
        assert headers <= found, file
        # Only what is not on this machine, and nothing of the text, is more than doubtful.
        assert {f.severity for f in config.findings} <= {Severity.WARNING, Severity.MISSING}, file
        for section, keys in config.sections.items():
            raw = {"format", "datefmt"} if section == "logging" else set()
            assert not [key for key, value in keys.items() if "%(" in value and key not in raw], (
                file,
                section,
            )
        assert str(config.job_directory).endswith("myjob"), file


def test_prefactors_task_file(archived: list[Path]) -> None:
    """LOFAR's own cannot read it under Python 3 (contract 15 #23)."""
    files = [file for file in archived if file.name == "tasks.cfg" and "V3." in str(file)]
    assert files
    for file, config in load_all(files):
        assert config.tasks["rficonsole"].recipe == "executable_args"
        assert "duplicate-section" in [finding.code for finding in config.findings]
        assert config.tasks["dppp"].settings["executable"].endswith("DPPP"), file
        assert config.tasks["dppp"].settings["nthreads"] == "8"


def test_a_value_can_be_set_in_every_one(archived: list[Path]) -> None:
    for file in archived:
        content = file.read_bytes()
        result = changed(content, str(file), "remote", "max_per_node", "3")
        steps = difflib.ndiff(content.decode().splitlines(), result.decode().splitlines())
        edits = [step for step in steps if step[0] in "+-"]
        assert {edit.strip("+- ").split("=")[0].strip() for edit in edits} <= {
            "max_per_node",
            "[remote]",
            "",
        }, file
        assert len(edits) <= 3, file
