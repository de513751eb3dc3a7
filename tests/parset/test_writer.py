"""Contract 4.4."""

from __future__ import annotations

import os

import pytest

from genericpipe.errors import ParsetError
from genericpipe.parset import format, parse, read, write


def test_lines_are_sorted_by_the_bytes_of_their_keys():
    assert format({"b": "1", "B": "2", "! x": "3", "é": "4", "a.b": "5", "a": "6"}) == (
        "! x=3\nB=2\na=6\na.b=5\nb=1\né=4\n"
    )
    # By code units of another encoding these two would change places.
    assert format({"\U00010000": "1", "\uffff": "2"}) == "\uffff=2\n\U00010000=1\n"


def test_values_stand_as_they_are():
    assert format({"a": "'q' \"r\"", "b": "x # y", "c": "1\n2", "d": ""}) == (
        "a='q' \"r\"\nb=x # y\nc=1\n2\nd=\n"
    )
    assert format({}) == ""


def test_a_parset_can_be_written(tmp_path):
    path = tmp_path / "out.parset"
    parset = parse("b = [1,\n 2]\na = 'x y' # c\n")
    write(parset, path)
    assert path.read_bytes() == b"a='x y'\nb=[1, 2]\n"
    assert {key: entry.raw for key, entry in read(path).items()} == {"a": "'x y'", "b": "[1, 2]"}


def test_writing_replaces_a_file_whole_and_keeps_its_permissions(tmp_path):
    path = tmp_path / "out.parset"
    path.write_text("old")
    path.chmod(0o640)
    write({"a": "1"}, str(path))
    assert path.read_text() == "a=1\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["out.parset"]


def test_a_new_file_gets_the_usual_permissions(tmp_path):
    (tmp_path / "usual").touch()
    write({}, tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write({"a": "1"}, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "a=1\n"


def test_a_device_stays_a_device():
    write({"a": "1"}, os.devnull)
    assert not os.path.isfile(os.devnull)


def test_no_such_folder(tmp_path):
    with pytest.raises(ParsetError, match="Unable to open file") as caught:
        write({}, tmp_path / "none" / "p")
    assert caught.value.hint
    with pytest.raises(ParsetError, match="Unable to open file"):
        write({}, tmp_path)
    assert os.listdir(tmp_path) == []


def test_what_is_no_text_is_refused(tmp_path):
    with pytest.raises(ParsetError, match="Unable to write"):
        write({"a": "\ud800"}, tmp_path / "p")
    assert os.listdir(tmp_path) == []


def test_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write({"a": "1"}, "p")
    assert (tmp_path / "p").read_text() == "a=1\n"
