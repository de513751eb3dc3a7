"""Directions as astronomers write them, and triangles on the sphere."""

from __future__ import annotations

import math

import pytest
from genericpipe_plugins.simulate.angles import offset, read_declination, read_right_ascension, separation
from hypothesis import given
from hypothesis import strategies as st

RA = st.floats(0, 359.999)
DEC = st.floats(-89, 89)


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("212.5", 212.5),
        ("-10deg", 350.0),
        ("12:00:00", 180.0),
        ("14h11m20.5s", 15 * (14 + 11 / 60 + 20.5 / 3600)),
        ("0:0:4", 4 / 240),
    ],
)
def test_right_ascensions(text: str, degrees: float) -> None:
    assert read_right_ascension(text) == pytest.approx(degrees, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "degrees"),
    [("+52.2", 52.2), ("-0:30:00", -0.5), ("52d12m9s", 52.2025), ("-00d00m36s", -0.01), ("90", 90.0)],
)
def test_declinations(text: str, degrees: float) -> None:
    assert read_declination(text) == pytest.approx(degrees, abs=1e-12)


@pytest.mark.parametrize("text", ["", "x", "24:00:00", "12:60:00", "-12:00:00", "12d00m00s", "nan", "1_0"])
def test_no_right_ascension(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no|60 or more"):
        read_right_ascension(text)


@pytest.mark.parametrize("text", ["", "12h00m00s", "90.1", "-91", "52:12:60", "inf"])
def test_no_declination(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no|60 or more|pole"):
        read_declination(text)


@given(RA, DEC, st.floats(1e-6, 179), st.floats(0, 360))
def test_an_offset_is_as_far_away_as_was_asked_for(
    ra: float, dec: float, distance: float, angle: float
) -> None:
    there = offset(ra, dec, distance, angle)
    assert 0 <= there[0] < 360
    assert separation(ra, dec, *there) == pytest.approx(distance, abs=1e-5)


@given(RA, DEC, RA, DEC)
def test_a_separation_is_the_angle_between_vectors(ra: float, dec: float, to: float, at: float) -> None:
    def vector(ra: float, dec: float) -> tuple[float, float, float]:
        a, d = math.radians(ra), math.radians(dec)
        return math.cos(d) * math.cos(a), math.cos(d) * math.sin(a), math.sin(d)

    one, other = vector(ra, dec), vector(to, at)
    assert math.cos(math.radians(separation(ra, dec, to, at))) == pytest.approx(
        sum(x * y for x, y in zip(one, other, strict=True)), abs=1e-12
    )


def test_east_is_where_right_ascension_grows() -> None:
    north, east = offset(10.0, 40.0, 1.0, 0.0), offset(10.0, 40.0, 1.0, 90.0)
    assert north == pytest.approx((10.0, 41.0))
    assert east[0] > 11.0
    assert abs(east[1] - 40.0) < 0.01
