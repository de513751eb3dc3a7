"""``control.timeout`` and ``control.retries``: how long a job may take, and how often it is tried."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ParsetError
from ..parset import as_float, as_int
from ..pipeline.binding import BoundStep
from .job import Limits


def limits_of(bound: BoundStep) -> Limits:
    """Return the limits that a step sets for its jobs.

    Raises
    ------
    ParsetError
        If one is no number, or negative; with its line.
    """
    timeout = _number(bound, "timeout", as_float)
    retries = _number(bound, "retries", as_int)
    return Limits(timeout, int(retries or 0))


def _number(bound: BoundStep, key: str, read: Callable[[str], float]) -> float | None:
    text = bound.control.get(key, "").strip()
    if not text:
        return None
    location = bound.step.control[key].location
    try:
        number = read(text)
    except ParsetError as error:
        raise ParsetError(f"step {bound.step.name!r}: {key}: {error.message}", location, error.hint) from None
    if not number >= 0:
        raise ParsetError(f"step {bound.step.name!r}: {key} = {text!r} is negative", location)
    return number
