"""createMapfile as a program (contract 9.1)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Make = Callable[[Iterable[str]], Path]


@pytest.fixture
def run(tmp_path: Path, project: Any) -> Run:
    environment = project().environment()

    def call(*words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "genericpipe_plugins.mapfiles.createMapfile", *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stderr
        return done

    return call


def files(path: Path) -> list[Any]:
    return [entry["file"] for entry in ast.literal_eval(path.read_text())]


def test_a_folder_by_default(run: Run, folder: Make, tmp_path: Path) -> None:
    folder(["a.MS", "b.MS", "c"])
    done = run("out.mapfile", "-f", "in")
    assert (done.stdout, done.stderr) == ("", "")
    assert files(tmp_path / "out.mapfile") == ["in/a.MS", "in/b.MS", "in/c"]
    run("out.mapfile", "-f", "in", "-p", "*.MS", "-d", str(tmp_path / "in"))
    assert files(tmp_path / "in/out.mapfile") == ["in/a.MS", "in/b.MS"]
    run("out.mapfile", "-f", "in", "-p", "*.MS", "-e", "-m", "mapfile_from_folder")
    assert files(tmp_path / "out.mapfile") == ["in/c", "in/out.mapfile"]


def test_a_number_means_dummy(run: Run, tmp_path: Path) -> None:
    """contract 9.1: whatever the method."""
    run("out.mapfile", "-n", "2", "-m", "mapfile_from_folder", "-f", "in")
    assert files(tmp_path / "out.mapfile") == ["dummy", "dummy"]


def test_a_suffix_means_add_suffix_to_file(run: Run, mapfile: Callable[..., str], tmp_path: Path) -> None:
    run("out.mapfile", "-M", mapfile(), "-s", ".x", "-m", "mapfile_all_to_one")
    assert files(tmp_path / "out.mapfile") == ["/d/a.MS.x", "/d/b.MS.x", "/e/c.x", "/d/dd.MS.x"]


def test_every_method_can_be_used(run: Run, mapfile: Callable[..., str], tmp_path: Path) -> None:
    run("out.mapfile", "-m", "mapfile_all_to_one", "-M", mapfile())
    assert files(tmp_path / "out.mapfile") == [["/d/a.MS", "/d/dd.MS"], ["/e/c"]]
    run("out.mapfile", "-m", "mapfile_split_list", "-M", mapfile(), "--listsize", "1")
    assert files(tmp_path / "out.mapfile") == [["/d/a.MS"], ["/d/dd.MS"], ["/e/c"]]
    (tmp_path / "p").write_text("DataProducts.a.locations=[h:/d]\nDataProducts.a.filenames=[f]\n")
    run("out.mapfile", "-m", "mapfile_from_parset", "--parset", "p", "--identifier", "a")
    assert files(tmp_path / "out.mapfile") == ["/d/f"]


def test_an_empty_map_is_warned_about(run: Run, folder: Make, tmp_path: Path) -> None:
    folder([])
    assert "out.mapfile has no entries: the folder 'in' is empty" in run("out.mapfile", "-f", "in").stderr
    assert (tmp_path / "out.mapfile").read_text() == "[]"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([], 2, "name"),
        (["out"], 2, "mapfile_from_folder needs --folder"),
        (["out", "-m", "mapfile_split_list", "-M", "m"], 2, "mapfile_split_list needs --listsize"),
        (["out", "-s", "x"], 2, "add_suffix_to_file needs --mapfile-in"),
        (["out", "-n", "1", "-s", "x"], 2, "-n and -s exclude each other"),
        (["out", "-n", "x"], 2, "invalid int value: 'x'"),
        (["out", "-n", "-3"], 3, "number = '-3' is no whole number"),
        (["out", "-f", "nowhere"], 3, "there is no folder 'nowhere'"),
        (["out", "-m", "mapfile_al_to_one"], 3, "hint: did you mean 'mapfile_all_to_one'?"),
    ],
)
def test_errors_end_it(run: Run, tmp_path: Path, words: list[str], status: int, said: str) -> None:
    done = run(*words, status=status)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
