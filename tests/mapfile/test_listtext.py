"""File fields that hold several files (contract 10.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.mapfile import entries_of


@pytest.mark.parametrize(
    ("field", "files"),
    [
        ("['/a', '/b']", ["/a", "/b"]),
        ('["/a", "/it\'s"]', ["/a", "/it's"]),
        ("['/a,b', '/c d']", ["/a,b", "/c d"]),
        ("[/a,/b]", ["/a", "/b"]),
        ("[ /a , /b ]", ["/a", "/b"]),
        ("['/a',/b]", ["/a", "/b"]),
        ("[/a,,/b,]", ["/a", "/b"]),
        ("[/a]", ["/a"]),
        ("[]", []),
        ("", []),
        ("/a", ["/a"]),
        ("/a,/b", ["/a,/b"]),
        ("3", ["3"]),
        ("[3]", ["3"]),
        ("('/a', '/b')", ["('/a', '/b')"]),
        ("/data/[x]/a", ["/data/[x]/a"]),
        ("[__import__('os').getcwd()]", ["__import__('os').getcwd()"]),
        ("[/d\udcff,/e\ud800]", ["/d\udcff", "/e\ud800"]),
        (["/a", "/b"], ["/a", "/b"]),
        (("/a", 3), ["/a", "3"]),
    ],
)
def test_a_file_field_names_these_files(field: object, files: list[str]) -> None:
    assert entries_of(field) == files


@given(st.lists(st.text()))
def test_the_text_of_a_list_gives_back_the_list(files: list[str]) -> None:
    assert entries_of(str(files)) == files


@given(st.text() | st.text("[]'\"\\,/a \n#{}(").map(lambda text: f"[{text}]"))
def test_any_text_gives_texts(text: str) -> None:
    assert all(type(item) is str for item in entries_of(text))


def test_nesting_beyond_any_limit_is_read_as_a_bare_list() -> None:
    assert entries_of("[" * 100_000 + "]" * 100_000) == ["[" * 99_999 + "]" * 99_999]
