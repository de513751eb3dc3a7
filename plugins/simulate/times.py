"""When: dates as text, as casacore counts seconds, and when a direction is highest at LOFAR."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# casacore counts the seconds of the modified Julian day.
_EPOCH = datetime(1858, 11, 17, tzinfo=UTC)
_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_LONGITUDE = 6.869  # deg east, of the middle of the core

# The night in which an observation takes place that was given no start. Earth's orientation is known for it.
NIGHT = datetime(2018, 11, 26, tzinfo=UTC)


def seconds_of(moment: datetime) -> float:
    """Return a moment in seconds since the modified Julian day 0, UTC."""
    return (moment - _EPOCH).total_seconds()


def text_of(seconds: float) -> str:
    """Return a moment that casacore counts as ISO text, UTC, to the millisecond."""
    return (_EPOCH + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_moment(text: str) -> datetime:
    """Return a moment from ISO text, in UTC where the text names no zone.

    Raises
    ------
    ValueError
        If it is no date.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def transit(ra: float, day: datetime = NIGHT) -> datetime:
    """Return when a direction is highest over the core, to within a minute, on a day or shortly after.

    Parameters
    ----------
    ra
        Its right ascension, deg.
    day
        When to start looking.

    Notes
    -----
    Greenwich mean sidereal time as the US Naval Observatory gives it, GMST = 18.697374558 h +
    24.06570982441908 h per day since J2000; it is not more precise than the difference between UTC and UT1.
    """
    days = (day - _J2000) / timedelta(days=1)
    sidereal = (18.697374558 + 24.06570982441908 * days) * 15 + _LONGITUDE
    wait = (ra - sidereal) % 360.0 / 15 / 24.06570982441908
    return (day + timedelta(days=wait)).replace(microsecond=0)
