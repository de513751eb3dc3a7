"""Each run has a folder of its own below -temp-dir."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from genericpipe_plugins.wsclean.tempdir import own_folder

from genericpipe import GenericPipeError


def test_two_at_once_have_two_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "of-somebody-else").mkdir()
    with own_folder(tmp_path) as first, own_folder(tmp_path) as second:
        assert first != second
        assert first.parent == second.parent == tmp_path
        (first / "part0").write_bytes(b"x")
        (second / "part0").write_bytes(b"y")
    assert os.listdir(tmp_path) == ["of-somebody-else"]


def test_it_goes_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), own_folder(tmp_path):
        raise RuntimeError
    assert os.listdir(tmp_path) == []


KILLED = """
import sys, time
from pathlib import Path
from genericpipe_plugins.wsclean.tempdir import own_folder
with own_folder(Path(sys.argv[1])) as folder:
    (folder / "part0").write_bytes(b"x" * 1000)
    print(folder, flush=True)
    time.sleep(60)
"""


def test_what_a_killed_run_left_is_removed_by_the_next_and_no_sooner(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        left = Path(child.stdout.readline().strip())
        with own_folder(tmp_path):
            assert (left / "part0").exists(), "its owner lives"
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate()
    assert left.exists()
    with own_folder(tmp_path) as mine:
        assert os.listdir(tmp_path) == [mine.name]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(GenericPipeError, match=r"-temp-dir .*nowhere: no folder can be made"),
        own_folder(tmp_path / "nowhere"),
    ):
        pass
