"""The classes that other plugins take from createMapfile (contract 9.1)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.mapfiles.createMapfile import MapfileManager, MultiDataMap, MultiDataProduct
from hypothesis import given
from hypothesis import strategies as st

from genericpipe import DataMap, DataProduct, GenericPipeError

Make = Callable[[Iterable[str]], Path]


def shown(data_map: DataMap) -> list[tuple[Any, Any, Any]]:
    return [(entry.host, entry.file, entry.skip) for entry in data_map.data]


def of(*entries: tuple[str, str, bool]) -> MapfileManager:
    manager = MapfileManager()
    for entry in entries:
        manager.append(entry)
    return manager


@pytest.mark.parametrize(
    ("file", "files"),
    [
        (["/a", "/b"], ["/a", "/b"]),
        ("['/a', '/b']", ["/a", "/b"]),
        ("[/a,/b]", ["/a", "/b"]),
        ("/a", ["/a"]),
        ([], []),
    ],
)
def test_a_product_of_several_files(file: object, files: list[str]) -> None:
    product = MultiDataProduct("h", file, False)
    assert (product.host, product.file, product.skip) == ("h", files, False)
    # contract 10.1: a real Python list in the file.
    assert repr(product) == f"{{'host': 'h', 'file': {files!r}, 'skip': False}}"
    assert MultiDataProduct("h", file).skip is True


def test_a_map_of_a_plain_one_has_one_entry_a_host() -> None:
    plain = DataMap([("b", "1", False), ("c", "2", True), ("a", "3", False), ("b", "4", False)])
    assert shown(MultiDataMap(plain)) == [("b", ["1", "4"], False), ("a", ["3"], False)]
    assert shown(plain)[1] == ("c", "2", True)


def test_the_ways_to_make_and_extend_a_map() -> None:
    one = MultiDataProduct("h", ["/a"], False)
    assert shown(MultiDataMap(MultiDataMap([one]))) == [("h", ["/a"], False)]
    made = MultiDataMap()
    made.data = one
    made.append(("h", ["/b"]))
    made.append(("h", "[/c,/d]", True))
    made.append(one)
    assert shown(made) == [
        ("h", ["/a"], False),
        ("h", ["/b"], False),
        ("h", ["/c", "/d"], True),
        ("h", ["/a"], False),
    ]
    for wrong in [DataProduct("h", "f"), ("h",), "text", ["h", "f"]]:
        with pytest.raises(GenericPipeError, match="Failed to append"):
            made.append(wrong)  # type: ignore[arg-type]


def test_maps_of_lists_are_saved_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "m"
    made = MultiDataMap([("h", ["it's", "/b"], False), {"host": "h", "file": ["/c"], "skip": True}][:1])
    made.append(("h", ["/c"], True))
    made.save(path)
    assert [entry["file"] for entry in ast.literal_eval(path.read_text())] == [["it's", "/b"], ["/c"]]
    assert MultiDataMap.load(path) == made
    # contract 10.1: to a plain map it is text.
    assert shown(DataMap.load(path)) == [("h", "[\"it's\", '/b']", False), ("h", "['/c']", True)]


@given(st.lists(st.lists(st.text("ab/[],'", min_size=1), min_size=1), max_size=4), st.integers(1, 5))
def test_split_list_keeps_all_files_in_order(lists: list[list[str]], size: int) -> None:
    made = MultiDataMap([MultiDataProduct(f"h{n}", files, n % 2) for n, files in enumerate(lists)])
    made.split_list(size)
    assert all(1 <= len(entry.file) <= size for entry in made)
    for number, files in enumerate(lists):
        parts = [entry for entry in made if entry.host == f"h{number}"]
        assert [file for part in parts for file in part.file] == files
        assert all(len(part.file) == size for part in parts[:-1])
        assert {part.skip for part in parts} == {bool(number % 2)}


def test_split_list_refuses_less_than_one() -> None:
    with pytest.raises(GenericPipeError, match="lists of 0 files"):
        MultiDataMap([("h", ["/a"], False)]).split_list(0)


def test_a_manager_of_a_folder(folder: Make) -> None:
    path = folder(["b.MS", "a.MS", "c"])
    assert shown(MapfileManager()) == []
    assert shown(MapfileManager(str(path), "*.MS")) == [
        ("localhost", f"{path}/a.MS", False),
        ("localhost", f"{path}/b.MS", False),
    ]
    assert shown(MapfileManager(str(path), "*.MS", True)) == [("localhost", f"{path}/c", False)]
    manager = of(("h", "old", False))
    manager.from_folder(str(path), exclude_pattern=True)
    assert [file.rpartition("/")[2] for _, file, _ in shown(manager)] == ["a.MS", "b.MS", "c"]
    with pytest.raises(GenericPipeError, match="there is no folder"):
        MapfileManager("/no/such")


def test_managers_are_saved_and_loaded(tmp_path: Path) -> None:
    manager = of(("h", "f", True))
    manager.save(tmp_path / "m")
    loaded = MapfileManager.load(tmp_path / "m")
    assert type(loaded) is MapfileManager
    assert loaded == manager


def test_expand() -> None:
    manager = of(("h", "old", False))
    manager.expand(2)
    assert shown(manager) == [("localhost", "dummy", False)] * 2
    manager.expand(2, ["a", "b"], ["/1", "/2"])
    assert shown(manager) == [("a", "/1", False), ("b", "/2", False)]
    manager.expand(1, filelist=["/x"])
    assert shown(manager) == [("localhost", "/x", False)]
    with pytest.raises(GenericPipeError, match="1 hosts for 2 entries"):
        manager.expand(2, ["a"])
    with pytest.raises(GenericPipeError, match="3 files for 2 entries"):
        manager.expand(2, None, ["a", "b", "c"])


def test_insert_and_append() -> None:
    manager = of(("h", "2", False))
    manager.insert(0, ("h", "1"))
    manager.append({"host": "h", "file": "3", "skip": True})
    manager.append(DataProduct("h", "4", False))
    manager.insert(1, DataProduct("g", "x", True))
    assert shown(manager) == [
        ("h", "1", False),
        ("g", "x", True),
        ("h", "2", False),
        ("h", "3", True),
        ("h", "4", False),
    ]
    for wrong in ["text", ("h",), {"host": "h"}]:
        with pytest.raises(GenericPipeError):
            manager.append(wrong)  # type: ignore[arg-type]
        with pytest.raises(GenericPipeError):
            manager.insert(0, wrong)  # type: ignore[arg-type]
    assert len(manager) == 5


@pytest.mark.parametrize(
    ("keywords", "left"),
    [
        ({"host": "a"}, ["/x/3.MS", "/x/4"]),  # neighbours too, which LOFAR left every second of
        ({"data": "/x/2"}, ["/x/1.MS", "/x/3.MS", "/x/4"]),
        ({"skip": True}, ["/x/1.MS", "/x/2"]),
        ({"skip": False}, ["/x/3.MS", "/x/4"]),
        ({"pattern": "*.MS"}, ["/x/2", "/x/4"]),
        ({"pattern": "?.MS"}, ["/x/2", "/x/4"]),
        ({"pattern": "/x/?"}, ["/x/1.MS", "/x/3.MS"]),
        ({"host": "a", "data": "/x/4"}, ["/x/3.MS"]),
        ({}, ["/x/1.MS", "/x/2", "/x/3.MS", "/x/4"]),
    ],
)
def test_delete(keywords: dict[str, Any], left: list[str]) -> None:
    manager = of(("a", "/x/1.MS", False), ("a", "/x/2", False), ("b", "/x/3.MS", True), ("b", "/x/4", True))
    data = manager.data
    manager.delete(**keywords)
    assert [entry.file for entry in manager] == left
    assert manager.data is data


def test_from_parts() -> None:
    manager = MapfileManager()
    manager.from_parts()
    assert shown(manager) == [("localhost", "dummy", False)]
    manager.from_parts("h", ["1", "2", "3"], [True, False])
    assert shown(manager) == [("h", "1", True), ("h", "2", False), ("h", "3", False)]
    manager.from_parts(["a", "b"], "f", ntimes=2)
    assert shown(manager) == [("a", "f", False), ("b", "f", False)] * 2
    with pytest.raises(GenericPipeError, match="empty list"):
        manager.from_parts("h", [])


def test_set_data_from_parset(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("DataProducts.i.locations=[h:/d]\nDataProducts.i.filenames=[f]\n")
    manager = of(("h", "old", False))
    manager.set_data_from_parset(str(tmp_path / "p"), "i")
    assert shown(manager) == [("h", "/d/f", False)]
