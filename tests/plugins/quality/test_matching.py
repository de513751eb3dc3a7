"""Sources of two lists that are each other's nearest."""

from __future__ import annotations

import random

from genericpipe_plugins.quality import CatalogueSource
from genericpipe_plugins.quality.matching import match
from hypothesis import given
from hypothesis import strategies as st


def at(*places: tuple[float, float]) -> list[CatalogueSource]:
    return [CatalogueSource(str(index), *place, 1.0) for index, place in enumerate(places)]


def test_pairs_are_mutual_and_near() -> None:
    ones = at((10.0, 0.0), (10.002, 0.0), (20.0, 0.0), (30.0, 0.0))
    others = at((20.001, 0.0), (10.0005, 0.0), (30.1, 0.0))
    # The second is near the same source as the first, which is nearer; the last ones are too far apart.
    assert match(ones, others, 0.01) == [(0, 1), (2, 0)]


def test_across_the_first_meridian_and_at_the_pole() -> None:
    ones, others = at((359.9999, 10.0), (0.0, 89.9999)), at((180.0, 89.9999), (0.0001, 10.0))
    assert match(ones, others, 0.001) == [(0, 1), (1, 0)]


def test_empty_lists() -> None:
    assert match([], at((1, 2)), 1.0) == []
    assert match(at((1, 2)), [], 1.0) == []


@given(
    cells=st.sets(st.tuples(st.integers(0, 359), st.integers(-60, 60)), min_size=1, max_size=60),
    seed=st.integers(0, 99),
)
def test_a_shuffled_list_is_found_again(cells: set[tuple[int, int]], seed: int) -> None:
    ones = at(*sorted((float(ra), float(dec)) for ra, dec in cells))
    chance = random.Random(seed)
    others = [
        CatalogueSource(one.name, one.ra + chance.uniform(-0.01, 0.01), one.dec + 0.005, 1.0) for one in ones
    ]
    chance.shuffle(others)
    found = match(ones, others, 0.05)
    assert len(found) == len(ones)
    assert all(ones[one].name == others[other].name for one, other in found)
