"""The syntax of the files, their errors, and the line of every key (contract 2)."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from genericpipe.config import inifile
from genericpipe.config.inifile import IniFile
from genericpipe.config.lines import decode_lines
from genericpipe.errors import ConfigError


def parse(text: str | bytes) -> IniFile:
    content = text.encode() if isinstance(text, str) else text
    return inifile.parse(decode_lines(content, "a.cfg"), "a.cfg")


def plain(ini: IniFile) -> dict[str, dict[str, str]]:
    return {name: {key: value.text for key, value in keys.items()} for name, keys in ini.sections.items()}


def test_what_a_file_may_hold() -> None:
    ini = parse(
        "# comment\n; comment\n\n[DEFAULT]\nA = 1\nb:2\nc=x=y\n[Sec tion]\nempty =\n"
        "long = one,\n   two\n\n   three\n  # between\n   four\nlast = 1 ; no comment # here\n"
    )
    assert plain(ini) == {
        "DEFAULT": {"a": "1", "b": "2", "c": "x=y"},
        "Sec tion": {"empty": "", "long": "one,\ntwo\n\nthree\nfour", "last": "1 ; no comment # here"},
    }


def test_section_names_have_a_case_and_keys_have_none() -> None:
    ini = parse("[a]\nKey = 1\n[A]\nkEY = 2\n")
    assert plain(ini) == {"a": {"key": "1"}, "A": {"key": "2"}}
    assert ini.findings == ()


def test_the_line_of_every_key_and_header() -> None:
    ini = parse("\n[DEFAULT]\na = 1\n# x = 0\nb = 1\n  [no] = header\n  c = 2\n\n[s]\nd = 1\n")
    lines = {
        (name, key): str(value.location) for name, keys in ini.sections.items() for key, value in keys.items()
    }
    assert lines == {("DEFAULT", "a"): "a.cfg:3", ("DEFAULT", "b"): "a.cfg:5", ("s", "d"): "a.cfg:10"}
    assert {name: place.line for name, place in ini.headers.items()} == {"DEFAULT": 2, "s": 9}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    ini = parse(end.join(["[s]", "a = 1", "b = 2", "  3", ""]))
    assert plain(ini) == {"s": {"a": "1", "b": "2\n3"}}
    place = ini.sections["s"]["b"].location
    assert place is not None
    assert place.line == 3


def test_only_line_ends_end_a_line() -> None:
    # str.splitlines also splits at these; a path may hold them.
    assert plain(parse("[s]\na = x\x0cy\u2028z\x1cq\n")) == {"s": {"a": "x\x0cy\u2028z\x1cq"}}


def test_a_repeated_section_is_merged_and_the_last_wins() -> None:
    """As prefactor's tasks.cfg has it (contract 15 #23)."""
    ini = parse("[r]\nrecipe = old\nkeep = 1\n\n[x]\n[r]\nrecipe = new\nmore = 2\n")
    assert plain(ini)["r"] == {"recipe": "new", "keep": "1", "more": "2"}
    (finding,) = ini.findings
    assert finding.code == "duplicate-section"
    assert "[r] stands in line 1 and again in line 6" in finding.message
    assert "(recipe)" in finding.message
    assert str(finding.location) == "a.cfg:6"


def test_a_repeated_key_counts_as_its_last() -> None:
    ini = parse("[s]\na = 1\nb = 1\nA = 2\n")
    assert plain(ini)["s"] == {"a": "2", "b": "1"}
    (finding,) = ini.findings
    assert finding.code == "duplicate-key"
    assert "'a' of [s] stands in line 2 and again in line 4" in finding.message
    place = ini.sections["s"]["a"].location
    assert place is not None
    assert place.line == 4


def test_default_may_be_repeated_but_not_its_keys() -> None:
    assert parse("[DEFAULT]\na = 1\n[s]\n[DEFAULT]\nb = 1\n").findings == ()
    (finding,) = parse("[DEFAULT]\na = 1\n[s]\n[DEFAULT]\na = 2\n").findings
    assert (finding.code, str(finding.location)) == ("duplicate-key", "a.cfg:5")


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"\xef\xbb\xbf[s]\na = 1\n", 1, "byte-order mark"),
        (b"[s]\na = 1\nb = \xe9t\xe9\n", 3, r"not UTF-8 text: b'\\xe9"),
        (b"[s]\r\na = 1\r\nb = \xff\r\n", 3, "not UTF-8"),
        (b"[s]\na = \0\n", 2, "NUL"),
        (b"# hello\na = 1\n[s]\n", 2, r"before the first \[section\]: 'a = 1'"),
        (b"[s]\na = 1\nnonsense\nb = 2\n", 3, "no 'key = value': 'nonsense'"),
        (b"[s]\na = 1\n= 2\n", 3, "no 'key = value': '= 2'"),
        (b"[s]\n  first\n", 2, "no 'key = value': 'first'"),
    ],
)
def test_what_cannot_be_read(content: bytes, line: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        parse(content)
    assert str(caught.value.location) == f"a.cfg:{line}"
    assert caught.value.hint


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        inifile.read(tmp_path / "none.cfg")
    with pytest.raises(ConfigError, match="directory"):
        inifile.read(tmp_path)
    with pytest.raises(ConfigError, match="impossible file name"):
        inifile.read(Path("a\0b"))


pieces = st.sampled_from(
    [
        "[DEFAULT]",
        "[s]",
        "[",
        "]",
        "\n",
        "\n  ",
        "\r",
        "a",
        "b",
        "=",
        ":",
        " ",
        "#",
        ";",
        "%",
        "\t",
        "\x0c",
        "\x1c",
    ]
)


@given(st.one_of(st.binary(), st.text().map(str.encode), st.lists(pieces).map(lambda p: "".join(p).encode())))
@example(b"[s]\na\n  b\n")
@example(b"[s]\n=\n =\n")
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    try:
        ini = parse(content)
    except ConfigError:
        return
    lines = decode_lines(content, "a.cfg")
    for name, keys in ini.sections.items():
        for key, value in keys.items():
            assert value.location is not None
            assert value.location.line is not None
            # The key really stands at that line, in a section whose header stands above it.
            assert lines[value.location.line - 1].strip().lower().startswith(key), (name, key)
    # What is read is what the standard parser reads.
    plainly = configparser.RawConfigParser(strict=False, interpolation=None)
    plainly.read_file([f"{line}\n" for line in lines])
    assert {name: plain(ini)[name] for name in plainly.sections()} == {
        name: {key: plainly[name][key] for key in plain(ini)[name]} for name in plainly.sections()
    }
    assert plain(ini).get("DEFAULT", {}) == dict(plainly.defaults())
