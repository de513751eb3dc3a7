"""Contract 4.1, sentence by sentence."""

from __future__ import annotations

import pytest

from genericpipe.errors import Location, ParsetError, Severity
from genericpipe.parset import parse, read


def raw(text):
    return {key: entry.raw for key, entry in parse(text).items()}


def codes(text):
    return [finding.code for finding in parse(text).findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # White space around lines, carriage returns, empty lines, comments.
        ("  a = 1 \t\n", {"a": "1"}),
        ("a=1\r\n\r\nb=2\r\n", {"a": "1", "b": "2"}),
        ("\v\fa=1\v\f", {"a": "1"}),
        ("  # c=2\na=1\n", {"a": "1"}),
        ("# it's a comment\na=1", {"a": "1"}),
        ("a=1", {"a": "1"}),
        # '#' ends a line anywhere, except in quotes.
        ("a=foo#bar", {"a": "foo"}),
        ("a=foo##bar", {"a": "foo"}),
        ("a='x#y'#z", {"a": "'x#y'"}),
        ('a="x#y" d # z', {"a": '"x#y" d'}),
        ("a=x # it's", {"a": "x"}),
        ("a=# it's", {"a": ""}),
        # Keys.
        ("! name = 1", {"! name": "1"}),
        ("key 1 = x", {"key 1": "x"}),
        ("\"a b\" c = 'x'", {"a b c": "'x'"}),
        ("'a=b'=1", {"a=b": "1"}),
        ("'a#b'=1", {"a#b": "1"}),
        ("a\\=1", {"a\\": "1"}),
        ("' '=1", {" ": "1"}),
        ("a.b.=1", {"a.b.": "1"}),
        ("A=1\na=2", {"A": "1", "a": "2"}),
        ("h =", {"h": ""}),
        # FIX: only the first '=' splits.
        ("b = x=y", {"b": "x=y"}),
        ("a=http://h?x=1", {"a": "http://h?x=1"}),
        ("b==c", {"b": "=c"}),
        ('b="x=y"', {"b": '"x=y"'}),
        # No escape: the backslash does not keep the quote open.
        ("a='x\\'", {"a": "'x\\'"}),
        # Continuations.
        ("a=[1,\n2]", {"a": "[1, 2]"}),
        ("a=x\n'y'\nz", {"a": "x'y' z"}),
        ('a="1"\\\n"2"', {"a": '"1""2"'}),
        ("a=\n\n\nb", {"a": "b"}),
        ("a=\n'b'", {"a": "'b'"}),
        ("c = [1,\n 2]  # x\n\n 4", {"c": "[1, 2] 4"}),
        ("a=1\n  # it's\n 2", {"a": "1 2"}),
        ("a=[1,\nb=2", {"a": "[1,", "b": "2"}),
        # One backslash at the end is dropped, also before a comment.
        ("a=1\\\n2", {"a": "1 2"}),
        ("a=1 \\ # c\n 2", {"a": "1 2"}),
        ("a=1\\\\", {"a": "1\\"}),
        ("a=1 \\ x", {"a": "1 \\ x"}),
        ("a=\\", {"a": ""}),
        ("\\\na=1", {"a": "1"}),
        # Blanks of other alphabets and other line ends are text.
        ("a\xa0=\xa01\xa0", {"a\xa0": "\xa01\xa0"}),
        ("a=1\x85\nb=2\u2028c", {"a": "1\x85", "b": "2\u2028c"}),
        ("a=1\x002", {"a": "1\x002"}),
        ("a=1\vb", {"a": "1\vb"}),
        # Nothing at all.
        ("", {}),
        ("#only", {}),
        ("no equals sign\nanywhere\n", {}),
    ],
)
def test_lines(text, expected):
    assert raw(text) == expected


def test_a_duplicate_keeps_the_first_place_and_the_last_value():
    parset = parse("a=1\nb=2\na=3")
    assert [(key, entry.raw, entry.line) for key, entry in parset.items()] == [("a", "3", 3), ("b", "2", 2)]
    (finding,) = parset.findings
    assert (finding.code, finding.severity, finding.location) == (
        "duplicate-key",
        Severity.WARNING,
        Location("<text>", 3),
    )
    assert "line 1" in finding.message
    assert "line 3" in finding.message


@pytest.mark.parametrize("text", ["b = x=y", "b = 'q' x=y", "b=="])
def test_a_second_equals_sign_is_told(text):
    assert codes(text) == ["second-equals"]


@pytest.mark.parametrize("text", ["b = 'x=y'", "b = x # a=1", "b = x\nc = y", "'a=b' = c"])
def test_other_equals_signs_are_not_told(text):
    assert codes(text) == []


def test_going_on_after_a_complete_value_is_told():
    parset = parse("a=[1,\n 2]\n4\n5", "p")
    (finding,) = parset.findings
    assert (finding.code, finding.location) == ("continued-balanced", Location("p", 3))
    assert "4" in finding.message


@pytest.mark.parametrize("text", ["a=[1,\n2]", "a=x\ny", "a='['\nx", "a=\n[1]", "a={b:[1,\n2]\n}"])
def test_other_continuations_are_not_told(text):
    assert codes(text) == []


@pytest.mark.parametrize("text", ["", "\n\n", "# a=1\n", "foo\nbar"])
def test_no_key_at_all_is_told(text):
    parset = parse(text, "empty.parset")
    (finding,) = parset.findings
    assert (finding.code, finding.location) == ("no-keys", Location("empty.parset"))


def test_a_byte_order_mark_is_left_out():
    parset = parse("\ufeffa=1", "p")
    assert parset["a"].raw == "1"
    (finding,) = parset.findings
    assert (finding.code, finding.location) == ("byte-order-mark", Location("p", 1))


def test_byte_order_marks_of_files_put_together():
    parset = parse("a=1\n\ufeffb=2 \ufeff\n", "p")
    assert {key: entry.raw for key, entry in parset.items()} == {"a": "1", "b": "2 \ufeff"}
    assert [(found.code, found.location) for found in parset.findings] == [
        ("byte-order-mark", Location("p", 2))
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("foo\na=1", 1, "text before the first key: foo"),
        ("# c\n[x]\na=1", 2, "text before the first key: [x]"),
        ("key: value\nmore\na=1", 1, "text before the first key: key: value"),
        ("a=1\n=5", 2, "Empty key given in line =5"),
        ("==c=1", 1, "Empty key given in line ==c=1"),
        ("'' = 2", 1, "Empty key given in line '' = 2"),
        ("\n  a='it", 2, "Unbalanced quoted string at position 4 in   a='it"),
        ('a="x\ny"', 1, 'Unbalanced quoted string at position 2 in a="x'),
        ("a=b\nit's", 2, "Unbalanced quoted string at position 2 in it's"),
        ("it's", 1, "Unbalanced quoted string at position 2 in it's"),
    ],
)
def test_refusals(text, line, message):
    with pytest.raises(ParsetError) as caught:
        parse(text, "p")
    assert caught.value.message == message
    assert caught.value.location == Location("p", line)
    assert caught.value.hint


def test_the_hint_of_an_open_quote_speaks_of_apostrophes():
    with pytest.raises(ParsetError) as caught:
        parse("a=it's")
    assert "apostrophe" in caught.value.hint


def test_read(tmp_path):
    path = tmp_path / "a.parset"
    path.write_bytes("a=é\r\n".encode())
    for name in (path, str(path)):
        parset = read(name)
        assert parset.file == str(path)
        assert parset["a"] == ("a", "é", str(path), 1, ())


def test_a_missing_file(tmp_path):
    with pytest.raises(ParsetError, match="Unable to open file") as caught:
        read(tmp_path / "none.parset")
    assert caught.value.hint
    with pytest.raises(ParsetError) as caught:
        read(tmp_path / "nofolder" / "none.parset")
    assert "nofolder does not exist" in caught.value.hint


def test_a_directory(tmp_path):
    with pytest.raises(ParsetError, match="is a directory") as caught:
        read(tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize("line", [b"a = caf\xe9", b"a = 'caf\xe9", b"caf\xe9 = 'x'"])
def test_bytes_that_are_not_utf8_are_shown_as_they_are(tmp_path, line):
    """Also where a quote is open: a file that is no text at all is full of them."""
    path = tmp_path / "latin"
    path.write_bytes(b"b = 1\n" + line)
    with pytest.raises(ParsetError, match=r"caf\\xe9 is not UTF-8 text") as caught:
        read(path)
    assert caught.value.location == Location(str(path), 2)


def test_a_file_without_a_name():
    with pytest.raises(ParsetError, match="Unable to open a file without a name"):
        read("")


def test_a_name_that_cannot_be():
    with pytest.raises(ParsetError, match="Unable to open file"):
        read("a\0b")


def test_an_unreadable_file(tmp_path):
    """What nobody may read, not even root: links that lead to themselves, a file taken for a folder."""
    path, file = tmp_path / "circle", tmp_path / "file"
    path.symlink_to(path)
    file.write_text("a=1")
    for name, reason in ((path, "Too many levels of symbolic links"), (file / "below", "Not a directory")):
        with pytest.raises(ParsetError, match=f"Unable to open file {name}: {reason}") as caught:
            read(name)
        assert caught.value.hint


def test_a_file_whose_reading_fails():
    """Linux has this one: opened it can be, and its first byte not read."""
    with pytest.raises(ParsetError, match="Unable to open file /proc/self/mem: "):
        read("/proc/self/mem")


def test_bytes_that_are_not_utf8_may_stand_in_comments(tmp_path):
    path = tmp_path / "p"
    path.write_bytes(b"# caf\xe9\na=1 # \xff\n")
    assert read(path)["a"].raw == "1"


@pytest.mark.parametrize(("data", "line"), [(b"a=1\nb=\xe9", 2), (b"\xe9=1", 1), (b"a=[x,\n y,\n \xff]", 3)])
def test_bytes_that_are_not_utf8_elsewhere_are_refused(tmp_path, data, line):
    path = tmp_path / "p"
    path.write_bytes(data)
    with pytest.raises(ParsetError, match="not UTF-8") as caught:
        read(path)
    assert caught.value.location == Location(str(path), line)
    assert caught.value.hint
    str(caught.value).encode()


def test_a_lone_surrogate_in_text_is_refused():
    with pytest.raises(ParsetError, match="not UTF-8"):
        parse("a=\ud800")
