"""The width of a station's beam against image contract 3.2 and the table of 3.5 d."""

from __future__ import annotations

import math

import pytest
from genericpipe_plugins.do_magic.beam import width

from genericpipe import GenericPipeError

# nu in MHz, D in m, elevation in degrees, width in degrees.
TABLE = [
    (120.2, 31.26253314, 60, 5.810015725),
    (120.2, 31.26253314, 45, 7.115786962),
    (144.0, 30.75, 90, 4.270010668),
    (120.2, 31.26253314, 30, 10.063242428),
    (30.08, 81.34, 60, 8.923268080),
    (42.0, 81.34, 60, 6.390759615),
    (30.08, 32.25, 60, 22.506003895),
    # the real set and the synthetic observations of 3.5 a, b, c
    (134.375, 31.26253314, math.degrees(1.1529779067), 4.924464170),
    (120.2, 31.26253314, 35.30733109, 8.705798677),
    (30.08, 81.34, 35.30733109, 13.370734112),
]


@pytest.mark.parametrize(("megahertz", "diameter", "elevation", "expected"), TABLE)
def test_the_table(megahertz: float, diameter: float, elevation: float, expected: float) -> None:
    found = width(megahertz * 1e6, diameter, math.radians(elevation))
    assert found == pytest.approx(expected, abs=2e-9)


@pytest.mark.parametrize("diameter", [0.0, -1.0, math.nan, math.inf, 4.9, 200.1])
def test_a_diameter_that_no_station_has(diameter: float) -> None:
    with pytest.raises(GenericPipeError, match=r"DISH_DIAMETER is .* m, which no station has"):
        width(150e6, diameter, 1.0)


@pytest.mark.parametrize("elevation", [5.0, 0.0, -10.0, math.nan])
def test_an_elevation_at_which_there_is_no_beam(elevation: float) -> None:
    with pytest.raises(GenericPipeError, match="mean elevation of the phase centre"):
        width(150e6, 30.0, math.radians(elevation))


@pytest.mark.parametrize("frequency", [0.0, math.nan, math.inf])
def test_a_frequency_that_is_none(frequency: float) -> None:
    with pytest.raises(GenericPipeError, match="the reference frequency is"):
        width(frequency, 30.0, 1.0)
