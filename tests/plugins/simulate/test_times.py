"""Times: as casacore counts them, and when a field is highest."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from genericpipe_plugins.simulate import Simulated
from genericpipe_plugins.simulate.times import read_moment, seconds_of, text_of


def test_seconds_are_those_of_casacore() -> None:
    from casacore.quanta import quantity

    moment = datetime(2018, 11, 26, 8, 30, 15, tzinfo=UTC)
    assert seconds_of(moment) == pytest.approx(quantity("2018-11-26T08:30:15").get_value("s"), abs=1e-4)
    assert text_of(seconds_of(moment)) == "2018-11-26T08:30:15.000Z"


def test_a_moment_is_utc_unless_it_says_otherwise() -> None:
    assert read_moment("2018-11-26T09:30+01:00") == read_moment("2018-11-26T08:30")
    with pytest.raises(ValueError, match="tomorrow"):
        read_moment("tomorrow")


def test_the_field_is_highest_half_way_through(centre: Simulated) -> None:
    from casacore.tables import table, taql

    path = str(centre.measurement_sets[0])
    query = "select mscal.ha1() as angle from $1 where ANTENNA1 == ANTENNA2"
    with table(path, ack=False) as main, taql(query, tables=[main]) as found:
        angles = found.getcol("angle")
    # An hour angle is zero where it is highest: rad, and a minute is 0.0044 of them.
    assert abs(angles.mean()) < 0.0044
    assert angles.min() == pytest.approx(-angles.max(), abs=0.009)
