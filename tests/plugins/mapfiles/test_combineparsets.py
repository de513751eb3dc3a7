from __future__ import annotations

import os
from pathlib import Path

import pytest
from genericpipe_plugins.mapfiles import combineParsets

from genericpipe import GenericPipeError


def combine(tmp_path: Path, first: str, second: str) -> str:
    (tmp_path / "first").write_text(first)
    (tmp_path / "second").write_text(second)
    combineParsets.plugin_main(
        [],
        first_parset=str(tmp_path / "first"),
        second_parset=str(tmp_path / "second"),
        result_parset=str(tmp_path / "result"),
    )
    return (tmp_path / "result_feedback_file").read_text()


def test_the_second_wins_and_all_is_sorted_by_bytes(tmp_path: Path) -> None:
    """contract 9.4 and 4.4: upper case first, no blanks around =, values raw."""
    made = combine(
        tmp_path, "b.x = 1\na = [1, 2]  # note\nq = \"it's = # 'x'\"\n", "b.x = 2\nB = x\n! o = ü\n"
    )
    assert made == "! o=ü\nB=x\na=[1, 2]\nb.x=2\nq=\"it's = # 'x'\"\n"
    assert sorted(os.listdir(tmp_path)) == ["first", "result_feedback_file", "second"]


def test_it_is_the_same_when_made_again(tmp_path: Path) -> None:
    assert combine(tmp_path, "a=1\n", "b=2\n") == combine(tmp_path, "a=1\n", "b=2\n") == "a=1\nb=2\n"


def test_empty_parsets(tmp_path: Path) -> None:
    assert combine(tmp_path, "", "") == ""


def test_the_result_of_the_step_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("a=1\n")
    path = str(tmp_path / "p")
    # contract 9.4: None; not the {'mapfile': ...} of the others.
    result = combineParsets.plugin_main([], first_parset=path, second_parset=path, result_parset=path)  # type: ignore[func-returns-value]
    assert result is None


@pytest.mark.parametrize("key", ["first_parset", "second_parset", "result_parset"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    keywords = dict.fromkeys(["first_parset", "second_parset", "result_parset"], str(tmp_path / "p"))
    del keywords[key]
    with pytest.raises(GenericPipeError, match=f"combineParsets: the key '{key}' is missing"):
        combineParsets.plugin_main([], **keywords)


def test_a_missing_parset_is_named(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("a=1\n")
    with pytest.raises(GenericPipeError, match="/no/second"):
        combineParsets.plugin_main(
            [],
            first_parset=str(tmp_path / "first"),
            second_parset="/no/second",
            result_parset=str(tmp_path / "r"),
        )
    assert os.listdir(tmp_path) == ["first"]


def test_a_result_in_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("a=1\n")
    path = str(tmp_path / "p")
    with pytest.raises(GenericPipeError, match="/no/folder/r_feedback_file"):
        combineParsets.plugin_main([], first_parset=path, second_parset=path, result_parset="/no/folder/r")
