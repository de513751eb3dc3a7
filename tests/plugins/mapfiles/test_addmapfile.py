from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from genericpipe_plugins.mapfiles import addMapfile

from genericpipe import DataMap, GenericPipeError, entries_of

Make = Callable[[Iterable[str]], Path]
Text = Callable[..., str]


def entry(file: str) -> str:
    return f"[{{'host': 'localhost', 'file': {file!r}, 'skip': False}}]"


def test_a_folder(folder: Make, add: Text) -> None:
    path = folder(["b", "a"])
    made = ast.literal_eval(add("mapfile_from_folder", folder=f"{path}/"))
    assert [(one["host"], one["file"], one["skip"]) for one in made] == [
        ("localhost", f"{path}/a", False),
        ("localhost", f"{path}/b", False),
    ]


def test_a_list_separated_by_blanks_ends_in_one(folder: Make, add: Text) -> None:
    path = folder(["b", "a"])
    assert add("mapfile_list_ms", folder=str(path)) == entry(f"{path}/a {path}/b ")


def test_a_list_without_quotes(folder: Make, add: Text) -> None:
    path = folder(["b", "a"])
    assert add("mapfile_pythonlist_ms", folder=str(path)) == entry(f"[{path}/a,{path}/b]")


def test_all_to_one_entry_over_all_hosts(mapfile: Text, add: Text) -> None:
    assert add("mapfile_all_to_one", mapfile_in=mapfile()) == entry("[/d/a.MS,/e/c,/d/dd.MS]")


def test_split_list_gives_lists_with_double_quotes(mapfile: Text, add: Text, tmp_path: Path) -> None:
    add("mapfile_split_list", mapfile_in=mapfile(), listsize="2")
    # LOFAR's own could not be loaded.
    loaded = DataMap.load(tmp_path / "made.mapfile")
    assert [(one.host, one.file, one.skip) for one in loaded] == [
        ("localhost", '["/d/a.MS", "/e/c"]', False),
        ("localhost", '["/d/dd.MS"]', False),
    ]


ODD = ["it's", 'say "x"', "a,b", "back\\slash", "new\nline", "ü", "caf\udce9", " a ", "[x]", "a#b=c"]


def test_split_lists_of_odd_names_can_be_read(mapfile: Text, add: Text, tmp_path: Path) -> None:
    text = str([{"host": "h", "file": name, "skip": False} for name in ODD])
    add("mapfile_split_list", mapfile_in=mapfile(text), listsize="3")
    loaded = DataMap.load(tmp_path / "made.mapfile")
    assert [entries_of(one.file) for one in loaded] == [ODD[:3], ODD[3:6], ODD[6:9], ODD[9:]]


def test_from_parset(add: Text, tmp_path: Path) -> None:
    parset = tmp_path / "p"
    parset.write_text(
        "DataProducts.i.locations=[h:/d]\nDataProducts.i.filenames=[f]\nDataProducts.i.skip=[T]\n"
    )
    made = add("mapfile_from_parset", parset=str(parset), identifier="i")
    assert made == "[{'host': 'h', 'file': '/d/f', 'skip': True}]"


def test_an_empty_map_that_is_wanted(add: Text, caplog: pytest.LogCaptureFixture) -> None:
    assert add("mapfile_empty") == "[]"
    assert caplog.text == ""


@pytest.mark.parametrize("method", ["mapfile_from_folder", "mapfile_list_ms", "mapfile_pythonlist_ms"])
def test_an_empty_folder(folder: Make, add: Text, caplog: pytest.LogCaptureFixture, method: str) -> None:
    path = folder([])
    assert add(method, folder=str(path)) == "[]"
    assert f"has no entries: the folder '{path}' is empty" in caplog.text


@pytest.mark.parametrize("method", ["mapfile_all_to_one", "mapfile_split_list"])
def test_nothing_but_skipped(mapfile: Text, add: Text, caplog: pytest.LogCaptureFixture, method: str) -> None:
    path = mapfile("[{'host': 'h', 'file': 'f', 'skip': True}]")
    assert add(method, mapfile_in=path, listsize="1") == "[]"
    assert f"the mapfile {path} skips all its entries" in caplog.text


@pytest.mark.parametrize(("method", "name"), [("mapfile_list_ms", "a b"), ("mapfile_pythonlist_ms", "a,b")])
def test_names_that_cannot_be_told_apart(
    folder: Make, add: Text, caplog: pytest.LogCaptureFixture, method: str, name: str
) -> None:
    path = folder([name, "c"])
    assert name in add(method, folder=str(path))
    (record,) = caplog.records
    assert f"cannot tell '{path}/{name}' apart" in record.getMessage()


def test_a_list_in_its_own_folder_is_the_same_when_made_again(folder: Make) -> None:
    path = folder(["a"])
    texts = []
    for _ in range(2):
        result = addMapfile.plugin_main(
            ["mapfile_list_ms"], folder=str(path), mapfile_dir=str(path), filename="m"
        )
        texts.append(Path(result["mapfile"]).read_text())
    assert texts == [entry(f"{path}/a ")] * 2


@pytest.mark.parametrize(
    ("words", "keywords", "message", "hint"),
    [
        ([], {}, "addMapfile: the method is missing", "<step>.control.cmdline.method"),
        (["mapfile_lst_ms"], {}, "unknown method 'mapfile_lst_ms'", "'mapfile_list_ms'"),
        (["changed_mapfile_from_parset"], {}, "unknown method", "'mapfile_from_parset'"),
        (["mapfile_list_ms"], {}, "the key 'folder' is missing", "<step>.control.folder"),
        (["mapfile_all_to_one"], {}, "the key 'mapfile_in' is missing", "<step>.control.mapfile_in"),
        (["mapfile_split_list"], {"mapfile_in": "m"}, "the key 'listsize' is missing", ""),
        (["mapfile_split_list"], {"listsize": "two", "mapfile_in": "m"}, "listsize = 'two'", ""),
        (["mapfile_from_parset"], {"parset": "p"}, "the key 'identifier' is missing", ""),
        (["mapfile_from_folder"], {"folder": "/no/such"}, "there is no folder '/no/such'", ""),
    ],
)
def test_errors(words: list[str], keywords: dict[str, str], message: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(GenericPipeError) as caught:
        addMapfile.plugin_main(words, mapfile_dir=str(tmp_path), filename="m", **keywords)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("key", ["mapfile_dir", "filename"])
def test_where_to_write_has_to_be_said(tmp_path: Path, key: str) -> None:
    keywords = {"mapfile_dir": str(tmp_path), "filename": "m"}
    del keywords[key]
    with pytest.raises(GenericPipeError, match=f"the key '{key}' is missing"):
        addMapfile.plugin_main(["mapfile_empty"], **keywords)
