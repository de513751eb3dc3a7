"""Reading mapfiles: what is accepted, what it becomes, and what is said of the rest (contract 10.1)."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from genericpipe.errors import MapfileError
from genericpipe.mapfile import DataMap, DataProduct, MapfileIOError, MissingMapfileError, read
from genericpipe.mapfile.products import product_of
from genericpipe.mapfile.reader import scan

Fields = tuple[str, str, bool]


def fields(data: bytes) -> list[Fields]:
    """Return the host, file and skip of all entries of a mapfile's text."""
    return [(p.host, p.file, p.skip) for p in scan(data, "x.mapfile", DataProduct, product_of)]


A = ("localhost", "/data/a.MS", False)
B = ("node1", "/data/b.MS", True)
A_DICT = b"{'host': 'localhost', 'file': '/data/a.MS', 'skip': False}"
B_DICT = b"{'host': 'node1', 'file': '/data/b.MS', 'skip': True}"
A_TUPLE = b"('localhost', '/data/a.MS', False)"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"[" + A_DICT + b", " + B_DICT + b"]", [A, B], id="written form"),
        pytest.param(b"[]", [], id="empty list"),
        pytest.param(b"()", [], id="empty tuple"),
        pytest.param(b" \t [ ]", [], id="leading blanks"),
        pytest.param(b"[" + A_DICT + b",]", [A], id="comma at the end"),
        pytest.param(b"[" + A_DICT + b", ]", [A], id="comma and blank at the end"),
        pytest.param(b"[\n" + A_DICT + b",\n" + B_DICT + b"\n]\n", [A, B], id="several lines"),
        pytest.param(b"\n  [" + A_DICT + b"]", [A], id="indented second line"),
        pytest.param(b"[" + A_DICT + b",\r\n\t" + B_DICT + b"]\r\n", [A, B], id="other line ends"),
        pytest.param(b"# a, [b\n[ # c]\n" + A_DICT + b"# d\n,\n" + B_DICT + b"] # e", [A, B], id="comments"),
        pytest.param(b"(" + A_DICT + b", " + B_DICT + b")", [A, B], id="outer tuple"),
        pytest.param(b"(" + A_DICT + b",)", [A], id="outer tuple of one"),
        pytest.param(b"[(" + A_DICT + b"), " + B_DICT + b"]", [A, B], id="entry in parentheses"),
        pytest.param(b"[{'skip': 0,'host':\"localhost\",\n'file':'/data/a.MS'}]", [A], id="another order"),
        pytest.param(b"[" + A_TUPLE + b", ('node1', '/data/b.MS', True)]", [A, B], id="tuples of three"),
        pytest.param(b"[('localhost', '/data/a.MS')]", [A], id="a pair in a file is not skipped"),
        pytest.param(b"[{'host': 'h', 'file': 'f'}]", [("h", "f", True)], id="no skip is skipped"),
        pytest.param(
            b"[{'host': 'h', 'file': 'f', 'skip': 'False'}]", [("h", "f", True)], id="'False' is true"
        ),
        pytest.param(
            b"[('h', 'f', None), ('h', 'g', [])]", [("h", "f", False), ("h", "g", False)], id="falsy"
        ),
        pytest.param(b"[('h', 3), (None, -1.5)]", [("h", "3", False), ("None", "-1.5", False)], id="numbers"),
        pytest.param(
            b"[{'host': 'h', 'file': ['/a', '/b'], 'skip': False}]", [("h", "['/a', '/b']", False)], id="list"
        ),
        pytest.param(
            b"[{'host': 'h', 'file': '[/a,/b]', 'skip': False}]", [("h", "[/a,/b]", False)], id="bare"
        ),
        pytest.param(b"[(u'h', 'a' \"b\", False)]", [("h", "ab", False)], id="prefix, adjacent texts"),
        pytest.param(rb"[('h', r'\d', False)]", [("h", "\\d", False)], id="raw text"),
        pytest.param(rb"[('h', 'a\d', False)]", [("h", "a\\d", False)], id="backslash that is no escape"),
        pytest.param(b"[('''h''', \"\"\"a\n'b'\"\"\", False)]", [("h", "a\n'b'", False)], id="triple quotes"),
        pytest.param(
            b"[{'host': 'h',  'skip': False, 'file': \"['a']\", 'file_skip' : [False]}]",
            [("h", "['a']", False)],
            id="what a MultiDataMap wrote",
        ),
        pytest.param("[('h', '/d/é€', False)]".encode(), [("h", "/d/é€", False)], id="UTF-8"),
        pytest.param(
            b"[{'host': 'h', 'file': '/d\xff', 'skip': False}]", [("h", "/d\udcff", False)], id="not UTF-8"
        ),
        pytest.param(b"[('h', '/d\xff', False)]", [("h", "/d\udcff", False)], id="not UTF-8 in a tuple"),
        pytest.param(b"[('h', ['r\xff'])]", [("h", "['r\\udcff']", False)], id="not UTF-8 in a list"),
    ],
)
def test_accepted(data: bytes, expected: list[Fields]) -> None:
    assert fields(data) == expected


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (b"['/a', '/b']", "['/a', '/b']"),
        (b"['/a']", "['/a']"),
        (b"[\"it's\", '/b']", "[\"it's\", '/b']"),
        (b"['/a#b', '/c,d']", "['/a#b', '/c,d']"),
        (b"['/\xff', '/b']", "['/\udcff', '/b']"),
    ],
)
def test_a_list_that_lofar_wrote_between_single_quotes_is_its_text(field: bytes, text: str) -> None:
    damaged = b"{'host': 'h', 'file': '" + field + b"', 'skip': True}"
    assert fields(b"[" + damaged + b"]") == [("h", text, True)]
    assert fields(b"[" + A_DICT + b", " + damaged + b",\n" + damaged + b", " + B_DICT + b"]") == [
        A,
        ("h", text, True),
        ("h", text, True),
        B,
    ]


def test_what_is_a_literal_is_not_taken_for_damaged() -> None:
    # Python joins texts that stand side by side.
    joined = b"""[{'host': 'h', 'file': '['"/a"', '"/b"']', 'skip': False}]"""
    assert fields(joined) == [("h", "[/a, /b]", False)]
    assert fields(b"[{'host': 'h', 'file': '['']', 'skip': False}]") == [("h", "[]", False)]
    assert fields(rb"[{'host': 'h', 'file': '[\'a\']', 'skip': False}]") == [("h", "['a']", False)]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"", 1, "the mapfile is empty"),
        (b" \n# nothing\n", 1, "the mapfile is empty"),
        (A_DICT, 1, "a mapfile is a list that starts with '[', not with \"{'host'"),
        (b"'text'", 1, "a mapfile is a list that starts with '['"),
        (b"\xef\xbb\xbf[]", 1, "a mapfile is a list that starts with '['"),
        (b"hello", 1, "not with 'hello'"),
        (b"(" + A_DICT + b")", 1, "a mapfile is a list of entries, not a single one in parentheses"),
        (b"('h', 'f')", 1, "entry 1: Failed to validate data map: neither a dictionary nor a tuple"),
        (b"[" + A_DICT + b"", 1, "entry 2: the file ends before its list does"),
        (b"[" + A_DICT + b", ", 1, "entry 2: the file ends before its list does"),
        (b"[\n" + A_DICT + b",\n{'host': 'h'", 3, "entry 2: the text ends inside a bracket"),
        (b"[" + A_DICT + b")", 1, "entry 2: a comma or the closing bracket is missing before ')'"),
        (b"[" + A_DICT + b"\n" + B_DICT + b"]", 2, "entry 2: a comma or the closing bracket is missing"),
        (b"[" + A_DICT + B_DICT + b"]", 1, "entry 2: a comma or the closing bracket is missing"),
        (b"[" + A_DICT + b",, " + B_DICT + b"]", 1, "entry 2: an entry is missing before"),
        (b"[,]", 1, "entry 1: an entry is missing before ',"),
        (b"[" + A_DICT + b"]\n+ []", 2, "nothing may follow the list of entries, but here is '+ []'"),
        (
            b"[" + A_DICT + b", " + A_TUPLE + b"]",
            1,
            "entry 2: Failed to validate data map: dictionaries and tuples",
        ),
        (
            b"[" + A_TUPLE + b", " + A_DICT + b"]",
            1,
            "entry 2: Failed to validate data map: dictionaries and tuples",
        ),
        (b"[['h', 'f']]", 1, "entry 1: Failed to validate data map: neither a dictionary nor a tuple"),
        (b"['f']", 1, "entry 1: Failed to validate data map: neither a dictionary nor a tuple"),
        (b"[{'h', 'f'}]", 1, "entry 1: Failed to validate data map: neither a dictionary nor a tuple"),
        (b"[\n('h',)]", 2, "entry 1: Failed to validate data map: a tuple of 1"),
        (b"[('h', 'f', True, 4)]", 1, "entry 1: Failed to validate data map: a tuple of 4"),
        (b"[{'host': 'h'}]", 1, "entry 1: Failed to validate data map: 'file' is missing"),
        (b"[{'file': 'h'}]", 1, "entry 1: Failed to validate data map: 'host' is missing"),
        (
            b"[{'host': 'h', 'file': 'f', 'skp': True}]",
            1,
            "'skp' is no field of a mapfile (host, file, skip)",
        ),
        (b"[{'host': 'h', 'file': 'f', 3: True}]", 1, "3 is no field of a mapfile"),
        (b"[{'host': 'h', 'file': 'f}]", 1, 'entry 1: a quote is not closed: "\'f}]"'),
        (
            b"[{'host': 'h',\n 'file': os.getcwd()}]",
            2,
            "entry 1: only literals (text, numbers, lists) may stand here",
        ),
        (b"[{'host': 'h', 'file': np.str_('/a'), 'skip': False}]", 1, "not \"np.str_('/a'), 'skip'"),
        (b"[('h', 'f', np.float64(1.5))]", 1, "not 'np.float64(1.5))]'"),
        (b"[('h', 'f', true)]", 1, "not 'true)]'"),
        (b"[('h', f'{1}')]", 1, "entry 1: only literals"),
        (b"[('h', 'a' + 'b')]", 1, "entry 1: only literals"),
        (b"[('h', 1-1)]", 1, "entry 1: this is no Python literal"),
        (b"[('h' 1)]", 1, "entry 1: this is no Python literal"),
        (b"[('h', 1 for)]", 1, "entry 1: only literals"),
        (rb"[('h', '\x')]", 1, "entry 1: this is no Python literal"),
        (b"[({[]: 1}, 'f')]", 1, "entry 1: this is no Python literal"),
        (b"[('h', '/d\xff\\n')]", 1, "entry 1: bytes that are not UTF-8 stand beside escapes"),
        (b"[('h', 'a\0b')]", 1, "entry 1: a quote is not closed"),
        (b"[{'host': 'h', 'file': '[oops'a']', 'skip': True}]", 1, "entry 1: only literals"),
    ],
)
def test_refused_in_one_line_with_place_and_reason(data: bytes, line: int, message: str) -> None:
    with pytest.raises(MapfileError) as caught:
        fields(data)
    error = caught.value
    assert message in error.message
    assert "\n" not in error.message
    assert error.location is not None
    assert (error.location.file, error.location.line) == ("x.mapfile", line)


@pytest.mark.parametrize("text", ["np.str_('/a')", "numpy.float64(1.5)"])
def test_numpys_text_forms_are_explained(text: str) -> None:
    with pytest.raises(MapfileError) as caught:
        fields(f"[('h', {text})]".encode())
    assert "numpy's own text" in caught.value.hint


def test_an_error_shows_what_a_mapfile_looks_like() -> None:
    with pytest.raises(MapfileError) as caught:
        fields(b"[oops]")
    example = caught.value.hint.partition("reads ")[2].replace(", ...", "")
    assert fields(example.encode()) == [A]


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b"[" * 1000 + b"]" * 1000,
        b"[('h', " + b"(" * 5000 + b")" * 5000 + b")]",
        b"[('h', " + b"-" * 100_000 + b"1)]",
        b"[('h', " + b"1+" * 100_000 + b"1)]",
        b"[('h', " + b"9" * 5000 + b")]",
        b"[('h', '''" + b"'x" * 200_000,
        b"[{'host': '" + b"\\'" * 200_000,
        b"[{'host': 'h', 'file': '[" + b"(" * 5000 + b"'x'" + b")" * 5000 + b"]', 'skip': True}]",
    ],
    ids=range(9),
)
def test_nothing_exhausts_the_parser(data: bytes) -> None:
    with pytest.raises(MapfileError, match="entry 1: "):
        fields(data)


def test_what_stands_inside_a_damaged_list_is_text() -> None:
    for name in ("-" * 100_000 + "1", "(" * 5000 + "1" + ")" * 5000):
        entry = "{'host': 'h', 'file': '['" + name + "']', 'skip': True}"
        assert fields(f"[{entry}]".encode()) == [("h", f"['{name}']", True)]


def test_an_entry_with_too_many_words_is_refused() -> None:
    with pytest.raises(MapfileError, match="entry 1: one entry has more than 2000000 words"):
        fields(b"[('h', [" + b"0," * 1_000_001 + b"])]")


def test_damaged_entries_without_end_are_found_out_at_once() -> None:
    # The time must not grow with the square of the number of entries.
    entry = rb"{'host': 'h', 'file': '[x\'', 'skip': False}, "
    assert len(fields(b"[" + entry * 20_000 + b"]")) == 20_000


@given(st.binary() | st.binary().map(lambda data: b"[('h', '" + data + b"')]"))
@example(b"\x80\x04\x95")
def test_any_bytes_give_a_map_or_a_clear_error(data: bytes) -> None:
    problem = None
    try:
        scan(data, "x.mapfile", DataProduct, product_of)
    except MapfileError as error:
        problem = error
    assert problem is None or (problem.location is not None and "\n" not in problem.message)


PIECES = [
    "{'host': 'h', 'file': 'f', 'skip': False}",
    "{'host': 'h', 'file': 'f', 'skip': True}, ",
    "{'host': 'n', 'file': '",
    "{'host':'h','file':'f'}",
    "['a', 'b']",
    "', 'skip': False}",
    "('h', 'f')",
    "('h', \"f'\", True), ",
    ", ",
    ",",
    "[",
    "]",
    "(",
    ")",
    "'",
    '"',
    "\n",
    " ",
    "# c\n",
    "é",
    "None",
    "3",
]


def by_ast(text: str) -> list[Fields] | None:
    """Return what Python's own parser makes of a text, or None if that is no list of entries."""
    try:
        value = ast.literal_eval(text.lstrip())
    except (ValueError, SyntaxError, TypeError):
        return None
    if not isinstance(value, list) or len({type(entry) for entry in value}) > 1:
        return None
    found = []
    for entry in value:
        if isinstance(entry, tuple) and len(entry) in (2, 3):
            host, file, skip = (*entry, False)[:3]
        elif isinstance(entry, dict) and {"host", "file"} <= entry.keys() <= {"host", "file", "skip"}:
            host, file, skip = entry["host"], entry["file"], entry.get("skip", True)
        else:
            return None
        found.append((str(host), str(file), bool(skip)))
    return found


def damaged(text: str) -> bool:
    """Return whether a text holds LOFAR's damaged lists, which Python's parser refuses."""
    return "'['" in text


texts = st.lists(st.sampled_from(PIECES)).map("".join)


# What starts with a parenthesis may be a tuple without any of its own, which we do not take.
@given(texts.map("[{}]".format) | texts.filter(lambda text: not text.lstrip().startswith("(")))
def test_reading_agrees_with_pythons_own_parser(text: str) -> None:
    expected = by_ast(text)
    try:
        found: Any = fields(text.encode())
    except MapfileError:
        found = None
    assert found == expected or (expected is None and damaged(text))


def test_a_file_is_read_with_all_entries_in_their_places(tmp_path: Path) -> None:
    path = tmp_path / "in.mapfile"
    path.write_bytes(b"[" + B_DICT + b", " + A_DICT + b"]")
    data_map = read(path)
    assert type(data_map) is DataMap
    assert data_map[0] == DataProduct(*B)
    assert data_map[1] == DataProduct(*A)
    assert read(str(path)) == data_map


def test_a_missing_file_is_also_an_oserror_that_says_which(tmp_path: Path) -> None:
    path = tmp_path / "none.mapfile"
    with pytest.raises(
        MissingMapfileError, match=r"none\.mapfile: the mapfile cannot be read: No such file"
    ) as caught:
        read(path)
    assert isinstance(caught.value, MapfileError)
    assert isinstance(caught.value, FileNotFoundError)
    assert caught.value.filename == str(path)
    assert caught.value.errno == 2


def test_a_folder_is_no_mapfile(tmp_path: Path) -> None:
    with pytest.raises(MapfileIOError, match="Is a directory"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_name_that_no_file_can_have(name: str) -> None:
    with pytest.raises(MapfileError, match="no file can have this name"):
        read(name)


def test_a_binary_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "table.f0"
    path.write_bytes(b"[\0")
    os.truncate(path, 1 << 40)
    with pytest.raises(MapfileError, match="a binary file is no mapfile"):
        read(path)


def test_another_text_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "big.log"
    path.write_bytes(b"x" * 100_000)
    os.truncate(path, 1 << 40)
    with pytest.raises(MapfileError, match=r"big\.log:1: a mapfile is a list"):
        read(path)


def test_recorded_mapfiles_are_read_and_written_as_lofar_wrote_them(reference: Path, tmp_path: Path) -> None:
    recorded = sorted((reference / "golden" / "expected").glob("*/mapfiles/*"))
    assert len(recorded) > 50
    for path in recorded:
        literal = ast.literal_eval(path.read_text())
        data_map = read(path)
        assert [(p.host, p.file, p.skip) for p in data_map] == [
            (entry["host"], str(entry["file"]), entry["skip"]) for entry in literal
        ]
        if all(isinstance(entry["file"], str) for entry in literal):
            data_map.save(tmp_path / "again")
            assert (tmp_path / "again").read_bytes() == path.read_bytes()
