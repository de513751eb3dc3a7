"""Writing mapfiles: the exact text, every name back again, old or new content but no part (contract 10.1)."""

from __future__ import annotations

import ast
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.errors import MapfileError
from genericpipe.mapfile import (
    DataMap,
    DataProduct,
    MapfileIOError,
    MissingMapfileError,
    MultiDataMap,
    MultiDataProduct,
    read,
    write,
)

# Names as file systems allow them and worse: surrogates stand for bytes that are not UTF-8.
names = st.text(st.characters(exclude_categories=()) | st.sampled_from("'\"\\\n\r\0,#=[]{}\udc80\udcff"))
products = st.builds(DataProduct, names, names, st.booleans())
multi_products = st.builds(MultiDataProduct, names, st.lists(names), st.booleans())

TWO = [DataProduct("localhost", "/data/a.MS", False), DataProduct("n1", "/data/b.MS", True)]
TWO_WRITTEN = (
    "[{'host': 'localhost', 'file': '/data/a.MS', 'skip': False}, "
    "{'host': 'n1', 'file': '/data/b.MS', 'skip': True}]"
)


def test_the_written_form_is_one_line_without_end(tmp_path: Path) -> None:
    write(DataMap(TWO), tmp_path / "out.mapfile")
    assert (tmp_path / "out.mapfile").read_text() == TWO_WRITTEN


def test_an_empty_map_is_written(tmp_path: Path) -> None:
    write(DataMap(), tmp_path / "out.mapfile")
    assert (tmp_path / "out.mapfile").read_text() == "[]"
    assert len(read(tmp_path / "out.mapfile")) == 0


@given(entries=st.lists(products))
def test_what_was_written_is_read(
    entries: list[DataProduct], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "identity.mapfile"
    write(DataMap(entries), path)
    assert read(path) == DataMap(entries)
    # Scripts of sites read mapfiles with Python's own parser.
    literal = ast.literal_eval(path.read_text(encoding="utf-8"))
    assert literal == [{"host": p.host, "file": p.file, "skip": p.skip} for p in entries]


@given(entries=st.lists(multi_products))
def test_a_multi_map_is_read_by_both_classes(
    entries: list[MultiDataProduct], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "multi.mapfile"
    MultiDataMap(entries).save(path)
    assert MultiDataMap.load(path) == MultiDataMap(entries)
    assert [p.file for p in DataMap.load(path)] == [str(p.file) for p in entries]


@pytest.mark.parametrize(
    "name",
    [b"/d\xff\xfe.MS", b"/it's", b'/"q"', b"/a\nb", b"/a,b", b"/a#b", b"/a=b", "/é€𝄞".encode(), b"/\\x"],
)
def test_names_that_file_systems_allow_survive(name: bytes, tmp_path: Path) -> None:
    path = tmp_path / "out.mapfile"
    write(DataMap([DataProduct("localhost", os.fsdecode(name), False)]), path)
    assert os.fsencode(read(path)[0].file) == name


def test_a_list_that_a_plugin_assigned_is_written_as_a_list(tmp_path: Path) -> None:
    product = DataProduct("localhost", "", False)
    product.file = ["/a", "/it's"]
    write(DataMap([product]), tmp_path / "out.mapfile")
    text = (tmp_path / "out.mapfile").read_text()
    assert text == "[{'host': 'localhost', 'file': ['/a', \"/it's\"], 'skip': False}]"
    assert read(tmp_path / "out.mapfile")[0].file == "['/a', \"/it's\"]"


def test_foreign_bytes_from_a_sites_own_text_are_kept(tmp_path: Path) -> None:
    class Raw(DataProduct):
        def __repr__(self) -> str:
            return "{'host': '" + self.host + "', 'file': '" + self.file + "', 'skip': False}"

    path = tmp_path / "out.mapfile"
    write(DataMap([Raw("h", "/d\udcff"), Raw("h", "/e\ud800")]), path)
    assert path.read_bytes().startswith(b"[{'host': 'h', 'file': '/d\xff'")
    assert [p.file for p in read(path)] == ["/d\udcff", "/e\ud800"]


def test_a_failure_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    class Broken(DataProduct):
        def __repr__(self) -> str:
            raise ValueError("no text")

    path = tmp_path / "out.mapfile"
    path.write_text("[]")
    with pytest.raises(ValueError, match="no text"):
        write(DataMap([*TWO, Broken("h", "f")]), path)
    assert path.read_text() == "[]"
    assert os.listdir(tmp_path) == ["out.mapfile"]


def test_the_old_content_is_there_until_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.mapfile"
    path.write_text("[]")
    seen = []

    class Looking(DataProduct):
        def __repr__(self) -> str:
            seen.append(path.read_text())
            return super().__repr__()

    write(DataMap([Looking("h", "f"), Looking("h", "g")]), path)
    assert seen == ["[]", "[]"]
    assert len(read(path)) == 2


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "real.mapfile", tmp_path / "out.mapfile"
    link.symlink_to(target)
    for entries in (TWO, []):  # the target is made, then replaced
        write(DataMap(entries), link)
        assert link.is_symlink()
        assert not target.is_symlink()
        assert read(target) == DataMap(entries)
    assert os.listdir(target.parent) == ["real.mapfile"]


@pytest.fixture
def umask() -> Iterator[int]:
    """Yield an unusual umask that is in force."""
    before = os.umask(0o027)
    yield 0o027
    os.umask(before)


def test_the_umask_decides_who_may_read_a_new_file(tmp_path: Path, umask: int) -> None:
    write(DataMap(TWO), tmp_path / "out.mapfile")
    assert stat.S_IMODE((tmp_path / "out.mapfile").stat().st_mode) == 0o666 & ~umask


def test_an_old_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out.mapfile"
    path.write_text("[]")
    path.chmod(0o664)
    write(DataMap(TWO), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(path.read_text()))
    reader.start()
    write(DataMap(TWO), path)
    reader.join()
    assert got == [TWO_WRITTEN]
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_missing_folder_is_an_oserror_too(tmp_path: Path) -> None:
    path = tmp_path / "none" / "out.mapfile"
    with pytest.raises(MissingMapfileError, match="the mapfile cannot be written: No such file") as caught:
        write(DataMap(TWO), path)
    assert isinstance(caught.value, FileNotFoundError)
    assert caught.value.filename == str(path)


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(MapfileIOError, match="cannot be written: Is a directory"):
        write(DataMap(TWO), tmp_path)
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_named() -> None:
    """Linux has a file that is always full."""
    with pytest.raises(MapfileIOError, match="No space left on device"):
        write(DataMap(TWO), "/dev/full")


def test_links_in_a_circle_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(MapfileError, match="the mapfile cannot be written"):
        write(DataMap(TWO), tmp_path / "a" / "c")
    with pytest.raises(MapfileError, match="the mapfile cannot be read"):
        read(tmp_path / "a")


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_name_that_no_file_can_have(name: str) -> None:
    with pytest.raises(MapfileError, match="no file can have this name"):
        write(DataMap(TWO), name)
