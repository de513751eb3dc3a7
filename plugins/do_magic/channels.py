"""Into how many channels the band is imaged."""

from __future__ import annotations

#: Subbands in a band, as the script of prefactor counts them.
_SUBBANDS = 10
#: WSClean joins channels only where there are two, and makes an image of the full band only then.
LEAST = 2


def bands(frequencies: int) -> int:
    """Return the number of bands of ten subbands: the whole tens of a number of frequencies."""
    return frequencies // _SUBBANDS


def output_channels(frequencies: int, averaged: int | None = None) -> int:
    """Return the number of channels for WSClean's ``-channels-out``.

    Source: image contract 3.2. About a fortieth of the frequencies, at least two; it does not grow
    steadily.

    Parameters
    ----------
    frequencies
        Number of sets with different reference frequency.
    averaged
        Number of channels of all of them together once they are averaged; None for enough. There are never
        more output channels than these, but two all the same: WSClean refuses to join a single one.
    """
    number = bands(frequencies)
    if number > 8:
        number //= 4
    elif number > 4:
        number //= 2
    number = max(number, LEAST)
    return number if averaged is None else max(LEAST, min(number, averaged))
