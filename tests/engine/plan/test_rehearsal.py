"""A built-in plugin called for a plan writes into the scratch folder, and changes nothing else."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from genericpipe.engine.plan.rehearsal import Rehearsed, rehearse


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder.resolve()


def call(function: Callable[..., Any], scratch: Path, *words: str, **keys: str) -> Rehearsed:
    return rehearse(function, words, keys, str(scratch))


def test_what_it_returns_is_text(scratch: Path) -> None:
    def plugin(args: Sequence[str], **kwargs: str) -> dict[str, object]:
        return {"mapfile": kwargs["name"], "number": len(args), "none": None}

    done = call(plugin, scratch, "a", "b", name="x.mapfile")
    assert done == Rehearsed({"mapfile": "x.mapfile", "number": "2", "none": "None"}, (), "", "")


def test_what_is_no_mapping_is_no_result(scratch: Path) -> None:
    assert call(lambda args: 0, scratch).results == {}


def test_files_in_the_scratch_folder_are_told(scratch: Path) -> None:
    def plugin(args: Sequence[str]) -> None:
        (scratch / "deep").mkdir()
        (scratch / "deep/first").write_text("a")
        (scratch / "deep/first").rename(scratch / "deep/second")

    done = call(plugin, scratch)
    assert done.failure == ""
    assert str(scratch / "deep/second") in done.written
    assert (scratch / "deep/second").read_text() == "a"


def write(path: Path) -> None:
    path.write_text("changed")


CHANGES: dict[str, Callable[[Path], object]] = {
    "write": write,
    "append": lambda path: path.open("a"),
    "low level": lambda path: os.open(path, os.O_WRONLY),
    "remove": lambda path: path.unlink(),
    "rename": lambda path: path.rename(path.with_name("other")),
    "mode": lambda path: path.chmod(0o600),
    "folder": lambda path: path.with_name("folder").mkdir(),
    "link": lambda path: path.with_name("link").symlink_to(path),
    "time": lambda path: os.utime(path, (0, 0)),
    "cut": lambda path: os.truncate(path, 0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_files_elsewhere_stay_as_they_are(scratch: Path, tmp_path: Path, change: str) -> None:
    target = tmp_path / "data"
    target.write_text("here")
    before = target.stat()

    def plugin(args: Sequence[str]) -> dict[str, str]:
        try:
            CHANGES[change](target)
        except PermissionError:
            pass  # one that does not mind is not foretold either
        return {"mapfile": "x"}

    done = call(plugin, scratch)
    assert done.failure.startswith(f"it would change {tmp_path}/")
    assert target.read_text() == "here"
    after = target.stat()  # reading it has changed its time of access
    assert (after.st_mode, after.st_size, after.st_mtime_ns) == (
        before.st_mode,
        before.st_size,
        before.st_mtime_ns,
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "scratch"]


def test_a_link_out_of_the_scratch_folder_is_no_way_out(scratch: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (scratch / "link").symlink_to(outside)
    done = call(lambda args: (scratch / "link/new").write_text(""), scratch)
    assert "it would change" in done.failure
    assert list(outside.iterdir()) == []


def test_no_program_is_started(scratch: Path, tmp_path: Path) -> None:
    done = call(lambda args: subprocess.run(["touch", str(tmp_path / "made")], check=False), scratch)
    assert done.failure == "it would start a program, which no plan does"
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("status", [0, 1])
def test_an_exit_is_a_failure_of_the_plugin_alone(scratch: Path, status: int) -> None:
    assert call(lambda args: sys.exit(status), scratch).failure == str(status)
    assert call(lambda args: os._exit(status), scratch).failure == "it ended its process"


def test_what_it_says_does_not_reach_the_terminal(scratch: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def plugin(args: Sequence[str]) -> None:
        print("to people")
        logging.getLogger("plugin").warning("odd")
        os.write(1, b"low level\n")

    done = call(plugin, scratch)
    assert sorted(done.said.splitlines()) == ["WARNING: odd", "low level", "to people"]
    assert capfd.readouterr() == ("", "")


def test_our_own_process_stays_as_it_is(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def plugin(args: Sequence[str]) -> None:
        os.chdir("/")
        os.environ["PLUGIN_WAS_HERE"] = "1"

    here = os.getcwd()
    assert call(plugin, scratch).failure == ""
    assert os.getcwd() == here
    assert "PLUGIN_WAS_HERE" not in os.environ
