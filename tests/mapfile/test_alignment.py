"""Maps that belong together: same lengths, same hosts, skip flags joined (contract 10.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.errors import MapfileError
from genericpipe.mapfile import DataMap, DataProduct, align_data_maps, misfit, validate_data_maps


def on(*hosts: str, skip: tuple[bool, ...] = ()) -> DataMap:
    """Return a map with an entry on each host."""
    flags = skip or (False,) * len(hosts)
    return DataMap([DataProduct(host, f"/{n}", flags[n]) for n, host in enumerate(hosts)])


def skips(data_map: DataMap) -> list[bool]:
    """Return the skip flags of all entries."""
    return [product.skip for product in data_map.data]


def test_no_map_at_all_is_not_valid() -> None:
    assert validate_data_maps() is False


def test_one_map_and_empty_maps_are_valid() -> None:
    assert validate_data_maps(on("a", "b")) is True
    assert validate_data_maps(DataMap(), DataMap()) is True


def test_lengths_and_hosts_count_files_and_skips_do_not() -> None:
    assert validate_data_maps(on("a", "b"), on("a", "b", skip=(True, False)), on("a", "b")) is True
    assert validate_data_maps(on("a", "b"), on("a")) is False
    assert validate_data_maps(DataMap(), on("a")) is False
    assert validate_data_maps(on("a", "b"), on("a", "c")) is False
    assert validate_data_maps(on("a"), on("a"), on("b")) is False


def test_iterators_do_not_matter() -> None:
    first, second = on("a", "b", skip=(True, False)), on("a", "b")
    first.iterator, second.iterator = DataMap.SkipIterator, DataMap.TupleIterator
    assert validate_data_maps(first, second) is True
    align_data_maps(first, second)
    assert skips(second) == [True, False]


def test_misfit_says_how_maps_differ() -> None:
    assert misfit() is None
    assert misfit(on("a"), on("a")) is None
    assert misfit(on("a"), on("a"), on("a", "b")) == "map 1 has 1 entries, map 3 has 2"
    assert misfit(on("a", "b"), on("a", "c")) == "entry 2 is on 'b' in map 1, on 'c' in map 2"


def test_aligning_skips_an_entry_in_all_maps() -> None:
    maps = on("a", "b", "c", skip=(True, False, False)), on("a", "b", "c", skip=(False, False, True))
    align_data_maps(*maps)
    assert [skips(m) for m in maps] == [[True, False, True]] * 2


@given(st.integers(0, 5).flatmap(lambda n: st.lists(st.tuples(*[st.booleans()] * n), min_size=2, max_size=4)))
def test_aligned_flags_are_the_or_over_all_maps(flags: list[tuple[bool, ...]]) -> None:
    maps = [on(*["h"] * len(row), skip=row) for row in flags]
    align_data_maps(*maps)
    assert all(skips(m) == [any(column) for column in zip(*flags, strict=True)] for m in maps)


@pytest.mark.parametrize("maps", [(), (on("a"),)])
def test_aligning_needs_two_maps(maps: tuple[DataMap, ...]) -> None:
    with pytest.raises(MapfileError, match="needs two maps or more"):
        align_data_maps(*maps)


def test_maps_that_do_not_fit_are_not_aligned() -> None:
    first, second = on("a", "b", skip=(True, False)), on("a", "c")
    with pytest.raises(MapfileError, match="Validation of data maps failed in align_data_map: entry 2"):
        align_data_maps(first, second)
    assert skips(second) == [False, False]
