"""Changing one value leaves every other byte of the file alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.config import inifile
from genericpipe.config.editing import change, changed, write_starter
from genericpipe.config.lines import decode_lines
from genericpipe.errors import ConfigError, GenericPipeError

FILE = """\
; a comment of semicolons
# and one of a number sign

[DEFAULT]
a=1
; about b

b  :   two
long = one,
   two,
  # within
   three

# about none

[remote]
method = local
# max_per_node = 4


; the end
"""


def set_in(text: str, section: str, key: str, value: str) -> str:
    return changed(text.encode(), "a.cfg", section, key, value).decode()


@pytest.mark.parametrize(
    ("section", "key", "value", "old", "new"),
    [
        ("remote", "method", "ssh", "method = local", "method = ssh"),
        ("remote", "METHOD", "ssh", "method = local", "method = ssh"),
        ("DEFAULT", "a", "x y", "a=1", "a=x y"),
        ("DEFAULT", "b", "%(a)s", "b  :   two", "b  :   %(a)s"),
        ("DEFAULT", "a", "", "a=1", "a="),
        ("remote", "method", "", "method = local", "method ="),
        (
            *("DEFAULT", "long", "short"),
            "long = one,\n   two,\n  # within\n   three\n",
            "long = short\n  # within\n",
        ),
        ("DEFAULT", "a", "1,\n2", "a=1", "a=1,\n    2"),
        ("remote", "max_per_node", "8", "method = local\n", "method = local\nmax_per_node = 8\n"),
        ("DEFAULT", "c", "3", "   three\n", "   three\nc = 3\n"),
        ("remote", "a", "own", "method = local\n", "method = local\na = own\n"),
        ("new", "key", "v", "; the end\n", "; the end\n\n[new]\nkey = v\n"),
    ],
)
def test_one_place_changes(section: str, key: str, value: str, old: str, new: str) -> None:
    assert FILE.count(old) == 1
    assert set_in(FILE, section, key, value) == FILE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "section", "key", "result"),
    [
        ("", "s", "k", "[s]\nk = v\n"),
        ("[s]", "s", "k", "[s]\nk = v\n"),
        ("[s]\na=1", "s", "k", "[s]\na=1\nk=v\n"),
        ("[s]\na: 1\n", "s", "k", "[s]\na: 1\nk: v\n"),
        ("[s]\na =\n", "s", "a", "[s]\na = v\n"),
        ("[s]\na=\n", "s", "a", "[s]\na=v\n"),
        ("[s]\n  a = 1\n[t]\n", "s", "k", "[s]\n  a = 1\n  k = v\n[t]\n"),
        ("[s]\r\na = 1\r\n", "t", "k", "[s]\r\na = 1\r\n\r\n[t]\r\nk = v\r\n"),
        ("[s]\r\na = 1\r\nb = 2", "s", "a", "[s]\r\na = v\r\nb = 2"),
        # The last one wins, so the last one is changed.
        ("[s]\na = 1\n[t]\n[s]\na = 2\n", "s", "a", "[s]\na = 1\n[t]\n[s]\na = v\n"),
        ("[s]\na = 1\n[t]\n[s]\n", "s", "k", "[s]\na = 1\n[t]\n[s]\nk = v\n"),
    ],
)
def test_other_files(text: str, section: str, key: str, result: str) -> None:
    assert set_in(text, section, key, "v") == result


@pytest.mark.parametrize(
    ("section", "key", "value", "message"),
    [
        ("s", "k", "50%", "a '%' that belongs to no"),
        ("s", "k=x", "v", "cannot be written"),
        ("s", "# k", "v", "cannot be written"),
        ("s", "[k]", "v", "cannot be written"),
        ("s", "k", "a\n# b", "cannot be written"),
        ("a\nb", "k", "v", "cannot be written"),
        ("s", "a\nb", "v", "cannot be written"),
        ("s", "k", "a\0b", "cannot be written"),
    ],
)
def test_what_would_not_be_read_back_is_refused(section: str, key: str, value: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        set_in(FILE, section, key, value)


def test_log_formats_hold_percent_signs() -> None:
    assert "datefmt = %H:%M\n" in set_in(FILE, "logging", "datefmt", "%H:%M")


names = st.sampled_from(["DEFAULT", "s", "t", "a", "b", "method", "long key", "k.l"])
texts = st.one_of(st.text(st.sampled_from("ab =:#;[]\n%()s,"), max_size=12), st.text(max_size=8))
files = st.lists(
    st.sampled_from(
        [
            "[DEFAULT]",
            "[s]",
            " [t]",
            "a = 1",
            "b=2",
            "  a: 3",
            "    more",
            "# note",
            "  ; note",
            "",
            "   ",
            "long key =",
        ]
    ),
    max_size=12,
)


@given(files, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), names, names, texts)
def test_the_value_and_nothing_else(
    lines: list[str], end: str, is_ended: bool, section: str, key: str, value: str
) -> None:
    content = (end.join(lines) + (end if is_ended else "")).encode()
    try:
        before = inifile.parse(decode_lines(content, "a"), "a")
        result = changed(content, "a", section, key, value)
    except GenericPipeError:
        return
    after = inifile.parse(decode_lines(result, "a"), "a")
    values = {(name, k): v.text for name, keys in before.sections.items() for k, v in keys.items()}
    values[section, key.lower()] = "\n".join(part.strip() for part in value.strip().split("\n"))
    assert {(name, k): v.text for name, keys in after.sections.items() for k, v in keys.items()} == values
    comments = [line for line in lines if line.strip().startswith(("#", ";"))]
    assert [line for line in decode_lines(result, "a") if line.strip().startswith(("#", ";"))] == comments


def test_a_file_is_replaced_with_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "real.cfg"
    file.write_text("[s]\na = 1\n")
    file.chmod(0o640)
    link = tmp_path / "pipeline.cfg"
    link.symlink_to(file)
    change(link, "s", "a", "2")
    assert link.is_symlink()
    assert file.read_text() == "[s]\na = 2\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pipeline.cfg", "real.cfg"]


def test_a_refused_change_leaves_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.cfg"
    file.write_text(FILE)
    with pytest.raises(ConfigError):
        change(file, "s", "a", "50%")
    assert file.read_text() == FILE
    assert [path.name for path in tmp_path.iterdir()] == ["a.cfg"]


def test_files_that_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        change(tmp_path / "none.cfg", "s", "a", "1")
    with pytest.raises(ConfigError, match="No such file"):
        write_starter(tmp_path / "none" / "pipeline.cfg")
