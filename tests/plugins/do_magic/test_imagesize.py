"""Image sizes against image contract 3.2 and the table of 3.5 d."""

from __future__ import annotations

import math

import pytest
from genericpipe_plugins.do_magic.imagesize import image_size, optimal
from hypothesis import given
from hypothesis import strategies as st

from genericpipe import GenericPipeError

SIZES = {
    1: 2,
    11: 12,
    23: 24,
    101: 108,
    242: 250,
    1001: 1008,
    2003: 2016,
    3001: 3024,
    3479.9: 3500,
    4001: 4032,
    5017: 5040,
    7001: 7056,
    8193: 8232,
    10007: 10080,
}


@pytest.mark.parametrize(("size", "expected"), list(SIZES.items()))
def test_optimal(size: float, expected: int) -> None:
    assert optimal(size) == expected


@pytest.mark.parametrize("size", [0, 0.9, -3, math.nan, math.inf])
def test_less_than_a_pixel_is_refused(size: float) -> None:
    with pytest.raises(GenericPipeError, match="is none"):
        optimal(size)


def is_smooth(number: int) -> bool:
    for prime in (2, 3, 5, 7):
        while number % prime == 0:
            number //= prime
    return number == 1


@given(st.integers(2, 100_000))
def test_optimal_is_the_next_even_number_of_small_primes(size: int) -> None:
    start = size + size % 2
    assert optimal(size) == next(one for one in range(start, 4 * start, 2) if is_smooth(one))


# Width in degrees, cell, field, size, y for stretches of 1.2 and 0.8, sides padded by 1.2 and 1.4.
TABLE = [
    (5.810015725, 0.00208, 1.5, 4200, (5040, 3360), (5040, 5880)),
    (7.115786962, 0.00208, 1.5, 5184, (6250, 4200), (6250, 7290)),
    (4.270010668, 0.00208, 1.5, 3136, (3780, 2520), (3780, 4410)),
    (10.063242428, 0.00208, 2.5, 12096, (14580, 9720), (14580, 17010)),
    (8.923268080, 0.00416, 1.5, 3240, (3888, 2592), (3888, 4536)),
    (6.390759615, 0.00324, 1.5, 3000, (3600, 2400), (3600, 4200)),
    (22.506003895, 0.00416, 1.5, 8192, (10000, 6720), (10000, 11520)),
]


@pytest.mark.parametrize(("width", "cell", "field", "size", "stretched", "padded"), TABLE)
def test_the_table(
    width: float, cell: float, field: float, size: int, stretched: tuple[int, int], padded: tuple[int, int]
) -> None:
    for stretch, y in zip((1.2, 0.8), stretched, strict=True):
        made = image_size(width, cell, field, y_stretch=stretch)
        assert (made.x, made.y, made.padded_x, made.padded_y) == (size, y, size, y)
        assert made.text == f"{size} {y}"
    for padding, side in zip((1.2, 1.4), padded, strict=True):
        made = image_size(width, cell, field, padding)
        assert (made.x, made.y, made.padded_x, made.padded_y) == (size, size, side, side)
        assert made.padded_text == f"{side} {side}"


def test_raw_sizes_of_the_examples() -> None:
    """The sizes before rounding of 3.5 a, b and c."""
    for width, cell, raw in (
        (4.924464170, 0.00208, 3551.296276),
        (8.705798677, 0.00208, 6278.220),
        (13.370734112, 0.00416, 4821.178),
    ):
        assert width / cell * 1.5 == pytest.approx(raw, abs=1e-3)
