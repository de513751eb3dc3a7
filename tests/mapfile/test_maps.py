"""DataMap and MultiDataMap in memory (contract 10.2)."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from genericpipe.errors import MapfileError
from genericpipe.mapfile import DataMap, DataProduct, MultiDataMap, MultiDataProduct

A = DataProduct("h1", "/a", False)
B = DataProduct("h2", "/b", True)
C = DataProduct("h3", "/c", False)


def abc() -> DataMap:
    """Return a map of three entries, the second skipped."""
    return DataMap(copy.deepcopy([A, B, C]))


def test_a_list_of_products_is_taken_by_reference() -> None:
    given = [A]
    data_map = DataMap(given)
    given.append(B)
    assert data_map.data is given
    assert list(data_map) == [A, B]


def test_other_iterables_of_products_become_a_list() -> None:
    for data in ((A, B), iter([A, B]), (p for p in [A, B])):
        data_map = DataMap(data)
        data_map.append(C)
        assert data_map.data == [A, B, C]


def test_another_map_shares_its_entries_whatever_its_iterator() -> None:
    first = abc()
    first.iterator = DataMap.TupleIterator
    second = DataMap(first)
    assert second.data is first.data
    assert list(second) == [A, B, C]


def test_maps_without_entries_share_nothing() -> None:
    first, second = DataMap(), DataMap()
    first.append(A)
    assert len(second) == 0
    assert len(DataMap()) == 0


def test_dictionaries_and_tuples_become_products() -> None:
    assert DataMap([{"host": "h1", "file": "/a", "skip": False}]).data == [A]
    assert DataMap([("h1", "/a", False)]).data == [A]
    assert DataMap([{"host": "h1", "file": "/a", "skip": False, "file_skip": [False]}]).data == [A]


def test_in_the_constructor_a_pair_is_skipped() -> None:
    assert DataMap([("h", "f")])[0].skip is True
    assert DataMap([{"host": "h", "file": "f"}])[0].skip is True


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([{"host": "h"}], "entry 1: 'file' is missing"),
        (
            [{"host": "h", "file": "f"}, {"host": "h", "file": "f", "x": 1}],
            "entry 2: 'x' is no field of a mapfile",
        ),
        ([("h", "f"), ("h",)], "entry 2: a tuple of 1"),
        ([("h", "f"), {"host": "h", "file": "f"}], "entry 2: .* where a tuple or DataProduct should be"),
        ([A, ("h", "f")], "entry 1: .* where a tuple or DataProduct should be"),
        ([["h", "f"]], "entry 1: .* where a tuple or DataProduct should be"),
        ({"host": "h", "file": "f"}, "entry 1: 'host' where a tuple or DataProduct should be"),
        ("text", "entry 1: 't' where a tuple"),
        (3, "not a list: 3"),
        (None, "not a list: None"),
        (A, "not a list: {'host': 'h1'"),
    ],
)
def test_anything_else_is_refused(data: Any, message: str) -> None:
    with pytest.raises(MapfileError, match=f"Failed to validate data map: {message}"):
        DataMap(data)


def test_the_data_property_validates_and_can_be_set() -> None:
    data_map = DataMap([A])
    data_map.data = [("h2", "/b", True)]
    assert data_map.data == [B]
    with pytest.raises(MapfileError, match="Failed to validate data map"):
        data_map.data = ["x"]
    assert data_map.data == [B]


def test_appending_to_data_changes_the_map() -> None:
    data_map = DataMap([])
    data_map.data.append(DataProduct("h1", "/a", False))
    assert list(data_map) == [A]


def test_append_takes_products_and_tuples() -> None:
    data_map = DataMap()
    data_map.append(A)
    data_map.append(("h", "f"))
    data_map.append(("h", "f", True))
    assert [p.skip for p in data_map] == [False, False, True]
    assert data_map[0] is A


@pytest.mark.parametrize(
    "item", [{"host": "h", "file": "f"}, ["h", "f"], "hf", ("h",), ("h", "f", True, 4), None]
)
def test_append_refuses_anything_else(item: Any) -> None:
    data_map = DataMap()
    with pytest.raises(MapfileError, match="Failed to append item: "):
        data_map.append(item)
    assert len(data_map) == 0


def test_length_index_and_slice_mean_all_entries() -> None:
    data_map = abc()
    data_map.iterator = DataMap.SkipIterator
    assert len(data_map) == 3
    assert data_map[1] == B
    assert data_map[-1] == C
    assert data_map[1:] == [B, C]
    with pytest.raises(IndexError):
        data_map[3]


def test_entries_cannot_be_assigned() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        abc()[0] = A  # type: ignore[index]


def test_iteration_goes_through_the_chosen_iterator() -> None:
    data_map = abc()
    assert list(data_map) == [A, B, C]
    data_map.iterator = DataMap.SkipIterator
    assert list(data_map) == [A, C]
    assert B not in data_map
    assert C in data_map
    assert list(zip(data_map, "xy", strict=True)) == [(A, "x"), (C, "y")]
    data_map.iterator = DataMap.TupleIterator
    assert list(data_map) == [("h1", "/a"), ("h2", "/b"), ("h3", "/c")]
    data_map.iterator = reversed
    assert list(data_map) == [C, B, A]


def test_the_iterator_may_be_given_and_used_by_itself() -> None:
    assert list(DataMap([A, B], DataMap.SkipIterator)) == [A]
    assert list(DataMap([A, B], iterator=DataMap.TupleIterator)) == [("h1", "/a"), ("h2", "/b")]
    skipping = DataMap.SkipIterator(abc())
    assert next(skipping) == A
    assert next(skipping) == C
    assert next(skipping, None) is None


def test_the_iterator_is_kept_by_deepcopy_but_not_saved(tmp_path: Path) -> None:
    data_map = abc()
    data_map.iterator = DataMap.SkipIterator
    other = copy.deepcopy(data_map)
    assert list(other) == [A, C]
    assert other[0] is not data_map[0]
    data_map.save(tmp_path / "m")
    assert list(DataMap.load(tmp_path / "m")) == [A, B, C]


def test_a_map_is_true_when_it_has_entries() -> None:
    assert DataMap([B])
    assert not DataMap()


def test_equality_looks_at_type_entries_and_length() -> None:
    assert abc() == abc()
    assert DataMap([A]) != DataMap([A, B])
    assert DataMap() != DataMap([A])
    assert DataMap([A]) != DataMap([B])
    assert DataMap() != MultiDataMap()
    assert DataMap() != []
    other = abc()
    other.iterator = DataMap.SkipIterator
    assert other == abc()


def test_maps_are_unhashable() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(DataMap())


def test_the_text_of_a_map_is_what_is_written(tmp_path: Path) -> None:
    data_map = abc()
    data_map.save(str(tmp_path / "m"))
    assert repr(data_map) == str(data_map) == (tmp_path / "m").read_text()


def test_a_multi_map_loads_every_form(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_text(
        "[{'host': 'h',  'skip': False, 'file': \"['a', 'b']\", 'file_skip' : [False, True]},"
        " {'host': 'h', 'file': ['c', 'd'], 'skip': False}, {'host': 'h', 'file': '[e,f]', 'skip': True},"
        " {'host': 'h', 'file': 'g'}]"
    )
    loaded = MultiDataMap.load(path)
    assert type(loaded) is MultiDataMap
    assert [(p.file, p.skip, p.file_skip) for p in loaded] == [
        (["a", "b"], False, [False, True]),
        (["c", "d"], False, [False, False]),
        (["e", "f"], True, [True, True]),
        (["g"], True, [True]),
    ]


def test_a_multi_map_loads_tuples(tmp_path: Path) -> None:
    (tmp_path / "m").write_text("[('h', ['a']), ('h', ['a'], True), ('h', ['a', 'b'], False, [True, False])]")
    assert [p.file_skip for p in MultiDataMap.load(tmp_path / "m")] == [[False], [True], [True, False]]


def test_a_multi_map_says_which_entry_and_file_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "m").write_text("[{'host': 'h', 'file': ['a', 'b'], 'skip': False, 'file_skip': [True]}]")
    message = r"m: Failed to validate data map: entry 1: 2 files, but file_skip has 1"
    with pytest.raises(MapfileError, match=message):
        MultiDataMap.load(tmp_path / "m")


def test_append_to_a_multi_map() -> None:
    data_map = MultiDataMap([])
    data_map.append(("h", ["a"]))
    data_map.append(("h", ["a"], False))
    data_map.append(("h", ["a", "b"], False, [True, False]))
    data_map.append(MultiDataProduct("h", "[c]", False))
    assert [p.skip for p in data_map] == [True, False, False, False]
    assert data_map[3].file == ["c"]


@pytest.mark.parametrize("item", [A, ("h",), ("h", ["a"], True, [True, False]), ["h", ["a"]], {"host": "h"}])
def test_append_to_a_multi_map_refuses_anything_else(item: Any) -> None:
    with pytest.raises(MapfileError, match="Failed to append item: "):
        MultiDataMap().append(item)


def test_a_multi_map_of_plain_products_is_refused() -> None:
    with pytest.raises(MapfileError, match="where a tuple or MultiDataProduct should be"):
        MultiDataMap([A])
