"""Which measurement sets are of one frequency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .headers import Header


@dataclass(frozen=True)
class Group:
    """The sets of one frequency, in the order in which they are given.

    Parameters
    ----------
    frequency
        The reference frequency in whole Hz, the rest cut off.
    headers
        Their headers; the first supplies frequency, diameter and interval, all of them elevations.
    """

    frequency: int
    headers: tuple[Header, ...]

    @property
    def first(self) -> Header:
        """The header that counts for the whole group."""
        return self.headers[0]

    @property
    def files(self) -> list[str]:
        """The paths."""
        return [header.path for header in self.headers]

    @property
    def elevation(self) -> float:
        """The mean of all elevations sampled in the group in rad; NaN where there are none."""
        sampled = [elevation for header in self.headers for elevation in header.elevations]
        return sum(sampled) / len(sampled) if sampled else float("nan")


def grouped(headers: Iterable[Header]) -> list[Group]:
    """Return sets in groups of one frequency, lowest first.

    Frequencies that differ by 1 Hz are different ones; gaps are left as they are (image contract 3.3).

    Parameters
    ----------
    headers
        Of all sets.
    """
    groups: dict[int, list[Header]] = {}
    for header in headers:
        groups.setdefault(int(header.frequency), []).append(header)
    return [Group(frequency, tuple(groups[frequency])) for frequency in sorted(groups)]
