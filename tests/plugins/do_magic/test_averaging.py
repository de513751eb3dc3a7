"""Averaging against the tables of image contract 3.2."""

from __future__ import annotations

import math

import pytest
from genericpipe_plugins.do_magic.averaging import averaging, baseline_wavelengths

from genericpipe import GenericPipeError

# Channels, their width in Hz, interval in s; channels together, Hz, slots together, s.
TABLE = [
    ((4, 48828.125, 4.00556032), (4, 195312.5, 4, 16.02224128)),
    ((2, 97656.25, 8.01112064), (2, 195312.5, 2, 16.02224128)),
    ((20, 97656.25, 8.01112064), (2, 195312.5, 2, 16.02224128)),
    ((64, 3051.7578125, 1.00139008), (64, 195312.5, 16, 16.02224128)),
    ((8, 24414.0625, 10.0139008), (8, 195312.5, 2, 20.0278016)),
    ((1, 195312.5, 30.0), (1, 195312.5, 1, 30.0)),
    ((5, 48828.125, 4.0), (5, 244140.625, 4, 16.0)),
    ((6, 48828.125, 4.0), (3, 146484.375, 4, 16.0)),
    ((7, 48828.125, 4.0), (7, 341796.875, 4, 16.0)),
    ((4, 48828.125, 6.0), (4, 195312.5, 3, 18.0)),
]


@pytest.mark.parametrize(("given", "expected"), TABLE)
def test_the_table(given: tuple[int, float, float], expected: tuple[int, float, int, float]) -> None:
    found = averaging(*given)
    channels, width, slots, time = expected
    assert (found.channels, found.slots) == (channels, slots)
    assert (found.width, found.time) == (width, pytest.approx(time, rel=1e-12))
    assert type(found.width) is type(found.time) is float


def test_a_width_below_zero_tells_the_order_of_channels() -> None:
    assert averaging(4, -48828.125, 4.0) == averaging(4, 48828.125, 4.0)


@pytest.mark.parametrize(
    "given", [(0, 1e5, 4.0), (4, 0.0, 4.0), (4, 1e5, 0.0), (4, 1e5, math.nan), (4, math.inf, 4.0)]
)
def test_what_cannot_be_averaged(given: tuple[int, float, float]) -> None:
    with pytest.raises(GenericPipeError, match="cannot be averaged"):
        averaging(*given)


@pytest.mark.parametrize(
    ("cell", "time", "expected"),
    [(0.00208, 16.022, 2), (0.00208, 20.028, 3), (0.00416, 16.022, 1), (0.00694, 16.022, 0)],
)
def test_baseline_averaging(cell: float, time: float, expected: int) -> None:
    assert baseline_wavelengths(cell, time) == expected
