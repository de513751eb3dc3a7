"""What files look like, which are there, and what jobs do to them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe.engine.folder.atomic import write_atomically
from genericpipe.engine.journal.jobfiles import FileWatch
from genericpipe.engine.journal.stamps import FileStamp, Presence, Stamp, paths_in, stamp_of
from genericpipe.recipes.job import Job

Make = Callable[..., Job]


def test_a_file_is_its_size_and_time(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"12345")
    os.utime(file, ns=(7, 123_456_789))
    assert stamp_of(str(file)) == Stamp(5, 123_456_789)
    assert stamp_of(str(tmp_path / "none")) is None
    assert stamp_of("no\0name") is None


def test_writing_a_column_of_a_measurement_set_shows(tmp_path: Path) -> None:
    """The folder's own time stays when a file in it is written; reading touches its lock file."""
    ms = tmp_path / "a.MS"
    ms.mkdir()
    (ms / "table.f1").write_bytes(b"123")
    (ms / "table.lock").write_bytes(b"0000")
    os.utime(ms / "table.f1", ns=(1, 1))
    os.utime(ms, ns=(2, 2))
    assert stamp_of(str(ms)) == Stamp(3, 2)
    (ms / "table.lock").write_bytes(b"1111")
    os.utime(ms, ns=(2, 2))
    assert stamp_of(str(ms)) == Stamp(3, 2)
    (ms / "table.f1").write_bytes(b"456")
    after = stamp_of(str(ms))
    assert after is not None
    assert (after.size, after.mtime_ns > 2) == (3, True)


def test_entries_that_are_lists_are_taken_apart() -> None:
    assert paths_in(["/a", "['/b', '/c']", "[/d,/a]", ""]) == ["/a", "/b", "/c", "/d"]


@pytest.mark.parametrize("count", [1, 30])
def test_presence_tells_files_folders_and_dead_links(tmp_path: Path, count: int) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "dead").symlink_to("nowhere")
    names = {"file": True, "folder": True, "dead": True, "none": False, "folder/": True, ".": True}
    present = Presence()
    for _ in range(count):
        assert {name: f"{tmp_path}/{name}" in present for name in names} == names
        assert f"{tmp_path}/none/file" not in present
        assert "relative-none" not in present
        assert "no\0name" not in present


def test_many_names_of_a_folder_are_one_listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = os.path.lexists
    monkeypatch.setattr(os.path, "lexists", lambda path: asked.append(path) or real(path))
    present = Presence()
    assert not any(f"{tmp_path}/{number}" in present for number in range(1000))
    assert len(asked) < 10


def test_products_inputs_and_what_changed(tmp_path: Path, job: Make) -> None:
    raw, mine, out = (str(tmp_path / name) for name in ("raw", "mine", "out"))
    for path in (raw, mine):
        Path(path).write_text("1")
    one = job(inputs=(raw, mine, str(tmp_path / "none")), products=(out, str(tmp_path / "never")))
    watch = FileWatch([mine])
    before = watch.before(one)
    assert set(before) == {raw, mine}
    Path(out).write_text("out")
    Path(mine).write_text("22")
    files = watch.after(one, before)
    assert [(stamp.path, stamp.size) for stamp in files.products] == [(out, 3)]
    stamp = stamp_of(raw)
    assert stamp is not None
    assert files.inputs == (FileStamp(raw, *stamp), mine, str(tmp_path / "none"))
    assert [(path, old.size, new.size) for path, old, new in files.changed] == [(mine, 1, 2)]


def test_what_one_job_wrote_is_no_input_from_outside(tmp_path: Path, job: Make) -> None:
    out = str(tmp_path / "out")
    watch = FileWatch()
    Path(out).write_text("x")
    watch.after(job(products=(out,)), {})
    assert watch.after(job(inputs=(out,)), {}).inputs == (out,)


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("old")
    target.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomically(link, b"new", durable=True)
    assert (target.read_text(), target.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)
    with pytest.raises(OSError, match="No such file"):
        write_atomically(tmp_path / "none" / "file", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "folder", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "link"]
