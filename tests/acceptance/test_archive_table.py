"""The page about archived parsets says what is found now."""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("archive_table.py")
PAGE = Path(__file__).resolve().parents[2] / "docs/reference/archive.md"


@pytest.fixture
def archive(reference: Path) -> Path:
    """Return the folder of the archived parsets."""
    folder = reference / "archive"
    if not (folder / "index.tsv").is_file():
        pytest.skip(f"no archived parsets in {folder}")
    return folder


def made(archive: Path, folder: Path, *words: str) -> str:
    """Return the page as the script writes it."""
    page = folder / "archive.md"
    given = ("--archive", archive, "--output", page, *words)
    done = subprocess.run([sys.executable, SCRIPT, *given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return page.read_text("utf-8")


@pytest.mark.slow
def test_the_page_is_what_the_script_writes(archive: Path, tmp_path: Path) -> None:
    now = made(archive, tmp_path)
    before = PAGE.read_text("utf-8")
    changes = difflib.unified_diff(before.splitlines(), now.splitlines(), "the page", "now", "", "", 0, "")
    assert now == before, "run tests/acceptance/archive_table.py:\n" + "\n".join(changes)


def test_the_page_does_not_depend_on_the_machine(archive: Path, tmp_path: Path) -> None:
    """Two folders, and an environment in which programs would be found, make no difference."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("NDPPP", "DP3", "wsclean", "losoto"):
        (programs / name).write_text("#!/bin/sh\nexit 1\n")
        (programs / name).chmod(0o755)
    words = ("--only", "V3.2/Pre-Facet-Calibrator")
    plain = made(archive, tmp_path, *words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(programs), os.environ["PATH"]]))
        patch.setenv("LOFARROOT", str(tmp_path))
        patch.chdir(programs)
        assert made(archive, tmp_path, *words) == plain
    assert len(re.findall(r"^\| V3\.2 \|", plain, re.MULTILINE)) == 1


def test_no_folder_of_a_machine_is_on_the_page(archive: Path) -> None:
    text = PAGE.read_text("utf-8")
    for folder in (archive, Path.home(), PAGE.parents[2]):
        assert str(folder) not in text
    assert "archived-" not in text
