"""How far data are averaged in frequency and time before they are imaged."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .faults import fault

#: What is aimed at, whatever the size of the image (image contract 3.2).
TARGET_WIDTH, TARGET_TIME = 0.2e6, 16.0
_DAY = 86400.0


@dataclass(frozen=True)
class Averaging:
    """How many channels and time slots become one, and what they are then.

    Parameters
    ----------
    channels
        Channels that become one: a divisor of their number.
    slots
        Time slots that become one.
    width
        Width of the averaged channel in Hz.
    time
        Length of the averaged slot in s.
    """

    channels: int
    slots: int
    width: float
    time: float


def averaging(channels: int, channel_width: float, interval: float) -> Averaging:
    """Return how far a set is averaged: to about 0.2 MHz and 16 s.

    Source: image contract 3.2. Of two divisors equally close to the target the larger is taken; halves are
    rounded to even.

    Parameters
    ----------
    channels
        Number of channels of the set.
    channel_width
        Width of one in Hz; its sign tells only the order of the channels.
    interval
        Sampling interval in s.

    Raises
    ------
    GenericPipeError
        If one of them is no positive number.
    """
    channel_width = abs(channel_width)
    if not (channels > 0 and 0 < channel_width < math.inf and 0 < interval < math.inf):
        raise fault(
            f"{channels} channels of {channel_width:g} Hz every {interval:g} s cannot be averaged",
            "SPECTRAL_WINDOW or MAIN::INTERVAL of the set is wrong",
        )
    wanted = max(1, min(round(TARGET_WIDTH / channel_width), channels))
    divisors = (one for one in range(1, channels + 1) if channels % one == 0)
    step = min(divisors, key=lambda one: (abs(one - wanted), -one))
    slots = max(1, round(TARGET_TIME / interval))
    return Averaging(step, slots, float(step * channel_width), float(slots * interval))


def baseline_wavelengths(cell: float, time: float) -> int:
    """Return up to how many wavelengths WSClean may average baselines, so that sources stay what they are.

    Source: image contract 3.2: ``1 / (3 cell) * 2 pi * time / day / 4``, cut off.

    Parameters
    ----------
    cell
        Degrees a pixel.
    time
        Length of a slot after averaging in s.
    """
    return int(1 / (3 * cell * math.pi / 180) * 2 * math.pi * time / _DAY / 4)
