"""Files are written whole or not at all; what a killed writer left is found and removed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from genericpipe.engine.folder.atomic import remove_unfinished, write_atomically

#: Each writer of small files, killed just before its file gets its name.
WRITERS = {
    "any": "from genericpipe.engine.folder.atomic import write_atomically as w; w(path, b'new')",
    "mapfile": "from genericpipe.mapfile.files import write_text as w; w(path, ['new'])",
    "parset": "from genericpipe.parset.writer import write as w; w({'a': 'new'}, path)",
}
KILLED = """\
import os, pathlib, signal, sys
path = sys.argv[1]
os.replace = os.rename = pathlib.Path.replace = lambda *names, **more: os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("writer", WRITERS)
def test_what_a_killed_writer_left_is_removed(writer: str, tmp_path: Path) -> None:
    kept = {".hidden", ".x-1-abc", "a-12-0123456789ab", ".s.mapfile"}
    for name in ("file.txt", *kept):
        (tmp_path / name).write_text("old")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED + WRITERS[writer], tmp_path / "file.txt"], check=False
    )
    assert killed.returncode == -9
    assert len(list(tmp_path.iterdir())) == len(kept) + 2
    assert (tmp_path / "file.txt").read_text() == "old"
    remove_unfinished(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"file.txt", *kept}


def test_a_folder_that_is_not_there_has_nothing_unfinished(tmp_path: Path) -> None:
    remove_unfinished(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    write_atomically(link, b"new", durable=True)
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640
