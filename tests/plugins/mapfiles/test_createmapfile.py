from __future__ import annotations

import ast
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.mapfiles import createMapfile
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from genericpipe import DataMap, GenericPipeError

Make = Callable[[Iterable[str]], Path]

NAMES = ["L1_SB000_uv.MS", "L1_SB001_uv.MS", "L22_SB000_uv.MS", "L1_SB000_uvxMS", "other.txt", ".hidden"]


def files(text: str) -> list[str]:
    """Return the files of a map's text, which has to be a plain literal of unskipped local entries."""
    entries = ast.literal_eval(text)
    assert {(entry["host"], entry["skip"]) for entry in entries} <= {("localhost", False)}
    return [entry["file"] for entry in entries]


def chosen(create: Callable[..., str], path: Path, **keywords: str) -> list[str]:
    """Return the names that mapfile_from_folder takes."""
    made = files(create(method="mapfile_from_folder", folder=str(path), **keywords))
    assert all(file.startswith(f"{path}/") for file in made)
    return [file.removeprefix(f"{path}/") for file in made]


def test_a_folder_is_listed_sorted_on_localhost(folder: Make, create: Callable[..., str]) -> None:
    path = folder(["b", "a", "B", ".c", "a10", "a9"])
    assert create(method="mapfile_from_folder", folder=str(path)) == (
        "["
        + ", ".join(
            f"{{'host': 'localhost', 'file': '{path}/{name}', 'skip': False}}"
            for name in [".c", "B", "a", "a10", "a9", "b"]
        )
        + "]"
    )


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.MS", [0, 1, 2]),
        ("  *.MS ", [0, 1, 2]),
        ("L?_SB*", [0, 3, 1]),
        ("L[0-9]+*.MS", [0, 1, 2]),
        ("L1_SB000_uv.MS", [0]),  # the dot is a dot
        ("L1_SB000_uv?MS", [0, 3]),
        ("SB000", []),  # the whole name counts
        ("*SB000*", [0, 3, 2]),
        ("**.MS", [0, 1, 2]),
        ("[[L1]+_*", [0, 3, 1]),
        (r"L1_SB00\d_uv\.MS", [0, 1]),
        ("(other|L22)*", [2, 4]),
        ("other.txt|.hidden", [5, 4]),
        ("", [5, 0, 3, 1, 2, 4]),
        ("   ", [5, 0, 3, 1, 2, 4]),
    ],
)
def test_patterns(folder: Make, create: Callable[..., str], pattern: str, names: list[int]) -> None:
    path = folder(NAMES)
    wanted = [NAMES[number] for number in names]
    assert sorted(wanted) == chosen(create, path, pattern=pattern)


@pytest.mark.parametrize(
    ("value", "excludes"), [("True", True), ("yes", True), ("x", True), ("False", False), ("", False)]
)
def test_exclude_pattern(folder: Make, create: Callable[..., str], value: str, excludes: bool) -> None:
    path = folder(["a.MS", "b"])
    assert chosen(create, path, pattern="*.MS", exclude_pattern=value) == (["b"] if excludes else ["a.MS"])


def test_exclude_pattern_means_nothing_alone(folder: Make, create: Callable[..., str]) -> None:
    assert chosen(create, folder(["a", "b"]), exclude_pattern="True") == ["a", "b"]


@pytest.mark.parametrize("value", ["false", "no", "0"])
def test_a_no_that_counts_as_yes_is_told(
    folder: Make, create: Callable[..., str], caplog: pytest.LogCaptureFixture, value: str
) -> None:
    """contract 9.1: true is any text but False."""
    assert chosen(create, folder(["a.MS", "b"]), pattern="*.MS", exclude_pattern=value) == ["b"]
    assert f"exclude_pattern = {value} counts as true" in caplog.text


def test_add_suffix(folder: Make, create: Callable[..., str]) -> None:
    assert chosen(create, folder(["a", "b"]), add_suffix="/instrument") == ["a/instrument", "b/instrument"]


def test_the_folder_stays_as_it_is_written(
    folder: Make, create: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """contract 9.1: a trailing slash gives two, a relative folder stays relative."""
    path = folder(["a"])
    assert files(create(method="mapfile_from_folder", folder=f"{path}/")) == [f"{path}//a"]
    monkeypatch.chdir(path.parent)
    assert files(create(method="mapfile_from_folder", folder="in")) == ["in/a"]


def test_a_map_in_the_folder_does_not_list_itself(folder: Make) -> None:
    path = folder(["a.MS"])
    keywords = {"method": "mapfile_from_folder", "mapfile_dir": str(path), "filename": "all.mapfile"}
    texts = []
    for _ in range(2):
        result = createMapfile.plugin_main([], folder=str(path), **keywords)
        texts.append(Path(result["mapfile"]).read_text())
    assert files(texts[0]) == [f"{path}/a.MS"]
    assert texts[0] == texts[1]
    assert sorted(os.listdir(path)) == ["a.MS", "all.mapfile"]


ODD = [
    "a b",
    " a",
    "it's",
    'say "x"',
    "a,b",
    "a#b",
    "a=b",
    "[a]",
    "{{ x }}",
    "a\\nb",
    "a\nb",
    "ü-é",
    "…",
    "$HOME",
]


def test_odd_names_come_back(folder: Make, create: Callable[..., str], tmp_path: Path) -> None:
    path = folder(ODD)
    create(method="mapfile_from_folder", folder=str(path))
    loaded = DataMap.load(tmp_path / "made.mapfile")
    assert [entry.file for entry in loaded] == [f"{path}/{name}" for name in sorted(ODD)]
    create(method="mapfile_all_to_one", mapfile_in=str(tmp_path / "made.mapfile"))
    (entry,) = ast.literal_eval((tmp_path / "made.mapfile").read_text())
    assert entry["file"] == [f"{path}/{name}" for name in sorted(ODD)]


def test_names_that_are_no_utf8_come_back(folder: Make, create: Callable[..., str], tmp_path: Path) -> None:
    path = folder([])
    name = os.fsencode(path) + b"/caf\xe9.MS"
    with open(name, "wb"):
        pass
    create(method="mapfile_from_folder", folder=str(path), pattern="caf?.MS")
    (entry,) = DataMap.load(tmp_path / "made.mapfile")
    assert os.fsencode(entry.file) == name


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text("ab.*?+[](|)\\-^$", max_size=8))
def test_any_pattern_is_used_or_refused(create: Callable[..., str], folder: Make, text: str) -> None:
    path = folder(["a", "b.a", "ab"])
    try:
        names = chosen(create, path, pattern=text)
    except GenericPipeError as error:
        names, message = [], error.message
        event("refused")
    else:
        message = "cannot be understood"
    assert "cannot be understood" in message
    assert set(names) <= {"a", "b.a", "ab"}


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"pattern": "*.MS"}, "there is nothing that matches the pattern '*.MS' in the folder '{folder}'"),
        (
            {"pattern": "*", "exclude_pattern": "True"},
            "there is nothing but matches of the pattern '*' in the folder '{folder}'",
        ),
    ],
)
def test_an_empty_map_is_saved_with_a_warning(
    folder: Make,
    create: Callable[..., str],
    caplog: pytest.LogCaptureFixture,
    keywords: dict[str, str],
    said: str,
) -> None:
    """contract 15, 12."""
    path = folder(["a"])
    assert create(method="mapfile_from_folder", folder=str(path), **keywords) == "[]"
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.name == "genericpipe_plugins.mapfiles.saving"
    assert said.format(folder=path) in record.getMessage()


def test_an_empty_folder(folder: Make, create: Callable[..., str], caplog: pytest.LogCaptureFixture) -> None:
    path = folder([])
    assert create(method="mapfile_from_folder", folder=str(path)) == "[]"
    assert f"the folder '{path}' is empty" in caplog.text


def test_all_to_one_has_an_entry_for_each_host(
    mapfile: Callable[..., str], create: Callable[..., str]
) -> None:
    assert create(method="mapfile_all_to_one", mapfile_in=mapfile()) == (
        "[{'host': 'n1', 'file': ['/d/a.MS', '/d/dd.MS'], 'skip': False}, "
        "{'host': 'n2', 'file': ['/e/c'], 'skip': False}]"
    )


@pytest.mark.parametrize(
    ("size", "lists"),
    [
        ("1", [("n1", ["/d/a.MS"]), ("n1", ["/d/dd.MS"]), ("n2", ["/e/c"])]),
        (" 2 ", [("n1", ["/d/a.MS", "/d/dd.MS"]), ("n2", ["/e/c"])]),
        ("99", [("n1", ["/d/a.MS", "/d/dd.MS"]), ("n2", ["/e/c"])]),
    ],
)
def test_split_list(
    mapfile: Callable[..., str], create: Callable[..., str], size: str, lists: list[Any]
) -> None:
    made = ast.literal_eval(create(method="mapfile_split_list", mapfile_in=mapfile(), listsize=size))
    assert made == [{"host": host, "file": names, "skip": False} for host, names in lists]


def test_split_list_leaves_the_rest_to_the_last(
    mapfile: Callable[..., str], create: Callable[..., str]
) -> None:
    text = str([{"host": "h", "file": f"/{n}", "skip": False} for n in range(5)])
    made = create(method="mapfile_split_list", mapfile_in=mapfile(text), listsize="2")
    assert [entry["file"] for entry in ast.literal_eval(made)] == [["/0", "/1"], ["/2", "/3"], ["/4"]]


@pytest.mark.parametrize("method", ["mapfile_all_to_one", "mapfile_split_list"])
@pytest.mark.parametrize(
    ("text", "said"),
    [("[{'host': 'h', 'file': 'f', 'skip': True}]", "skips all its entries"), ("[]", "has none")],
)
def test_nothing_to_combine(
    mapfile: Callable[..., str],
    create: Callable[..., str],
    caplog: pytest.LogCaptureFixture,
    method: str,
    text: str,
    said: str,
) -> None:
    path = mapfile(text)
    assert create(method=method, mapfile_in=path, listsize="2") == "[]"
    assert f"the mapfile {path} {said}" in caplog.text


def test_add_suffix_to_file_keeps_hosts_and_skips(
    mapfile: Callable[..., str], create: Callable[..., str]
) -> None:
    made = create(method="add_suffix_to_file", mapfile_in=mapfile(), add_suffix_to_file="_x.y")
    assert [tuple(entry.values()) for entry in ast.literal_eval(made)] == [
        ("n1", "/d/a.MS_x.y", False),
        ("n1", "/d/b.MS_x.y", True),
        ("n2", "/e/c_x.y", False),
        ("n1", "/d/dd.MS_x.y", False),
    ]


def test_dummy_works_from_a_parset(create: Callable[..., str], caplog: pytest.LogCaptureFixture) -> None:
    """contract 15, 28: the number is text there."""
    assert files(create(method="dummy", number="3")) == ["dummy"] * 3
    assert caplog.text == ""
    assert create(method="dummy", number="0") == "[]"
    assert "number is 0" in caplog.text


def test_from_parset_works(create: Callable[..., str], tmp_path: Path) -> None:
    """contract 15, 28."""
    parset = tmp_path / "obs.parset"
    parset.write_text(
        "DataProducts.id.locations = [n1:/d, n2:/e/]\n"
        "DataProducts.id.filenames = [a.MS, 'b c.MS']\n"
        "DataProducts.id.skip = [0, 1]\n"
    )
    assert create(method="mapfile_from_parset", parset=str(parset), identifier="id") == (
        "[{'host': 'n1', 'file': '/d/a.MS', 'skip': False}, "
        "{'host': 'n2', 'file': '/e/b c.MS', 'skip': True}]"
    )


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("mapfile_from_folder", "folder"),
        ("mapfile_all_to_one", "mapfile_in"),
        ("mapfile_split_list", "mapfile_in"),
        ("mapfile_split_list", "listsize"),
        ("add_suffix_to_file", "mapfile_in"),
        ("add_suffix_to_file", "add_suffix_to_file"),
        ("mapfile_from_parset", "parset"),
        ("mapfile_from_parset", "identifier"),
        ("dummy", "number"),
        ("dummy", "mapfile_dir"),
        ("dummy", "filename"),
    ],
)
def test_a_missing_key_is_named(mapfile: Callable[..., str], tmp_path: Path, method: str, key: str) -> None:
    keywords = {
        "mapfile_dir": str(tmp_path),
        "filename": "made.mapfile",
        "folder": str(tmp_path),
        "mapfile_in": mapfile(),
        "listsize": "1",
        "add_suffix_to_file": "x",
        "parset": str(tmp_path / "p"),
        "identifier": "id",
        "number": "1",
    }
    del keywords[key]
    with pytest.raises(GenericPipeError) as caught:
        createMapfile.plugin_main([], method=method, **keywords)
    assert caught.value.message == f"createMapfile: method {method!r} needs the key {key!r}"
    assert f"<step>.control.{key} =" in caught.value.hint
    assert not (tmp_path / "made.mapfile").exists()


@pytest.mark.parametrize(
    ("keywords", "message", "hint"),
    [
        ({}, "createMapfile: the key 'method' is missing", "<step>.control.method"),
        ({"method": "mapfile_from_foldr"}, "unknown method 'mapfile_from_foldr'", "'mapfile_from_folder'"),
        ({"method": "zzz"}, "unknown method 'zzz'", "there are mapfile_from_folder, mapfile_all_to_one"),
        ({"method": "dummy", "number": "3.5"}, "number = '3.5' is no whole number from 0 on", ""),
        ({"method": "dummy", "number": "-1"}, "number = '-1' is no whole number from 0 on", ""),
        ({"method": "dummy", "number": ""}, "the key 'number' is empty", "<step>.control.number"),
        ({"method": "mapfile_split_list", "listsize": "0"}, "listsize = '0' is no whole number from 1", ""),
        ({"method": "mapfile_from_folder", "folder": "/no/such"}, "there is no folder '/no/such'", ""),
        ({"method": "mapfile_from_folder", "folder": "no such"}, "no folder 'no such'", "counts from /"),
        ({"method": "mapfile_from_folder", "folder": "/etc/passwd"}, "'/etc/passwd' is no folder", ""),
        ({"method": "mapfile_from_folder", "folder": "/a\0b"}, "no folder can have the name", ""),
        ({"method": "mapfile_from_folder", "folder": "/", "pattern": "("}, "the pattern '(' cannot", ""),
        ({"method": "mapfile_all_to_one", "mapfile_in": "/no/map"}, "cannot be read: No such file", ""),
    ],
)
def test_errors(
    keywords: dict[str, str], message: str, hint: str, tmp_path: Path, create: Callable[..., str]
) -> None:
    with pytest.raises(GenericPipeError) as caught:
        create(**keywords)
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert os.listdir(tmp_path) == []


def test_a_mapfile_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GenericPipeError, match="cannot be written: No such file"):
        createMapfile.plugin_main(
            [], method="dummy", number="1", mapfile_dir=str(tmp_path / "no"), filename="m"
        )


def test_a_failure_leaves_the_old_map(
    mapfile: Callable[..., str], create: Callable[..., str], tmp_path: Path
) -> None:
    create(method="dummy", number="1")
    with pytest.raises(GenericPipeError):
        create(method="mapfile_all_to_one", mapfile_in=mapfile("[{'host': 'h'}]"))
    assert files((tmp_path / "made.mapfile").read_text()) == ["dummy"]


def test_other_keys_of_the_step_do_not_matter(
    create: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    """contract 9: all control keys arrive, dotted ones and the environment as a dictionary too."""
    others: dict[str, Any] = {"environment": {"A": "1"}, "plotB.operation": "x", "mapfile_out": "m"}
    assert files(create(method="dummy", number="1", **others)) == ["dummy"]
    assert caplog.text == ""


def test_a_slip_of_the_finger_is_told(
    folder: Make, create: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    assert chosen(create, folder(["a"]), patern="*.MS") == ["a"]
    assert "the key 'patern' is not used; did you mean 'pattern'?" in caplog.text
