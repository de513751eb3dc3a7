"""Which source of one list is which of another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .catalogues import CatalogueSource

# So many pairs are looked at in one go.
_PAIRS = 4_000_000


def match(
    ones: Sequence[CatalogueSource], others: Sequence[CatalogueSource], radius: float
) -> list[tuple[int, int]]:
    """Return pairs of indices of sources that are each other's nearest.

    Parameters
    ----------
    ones, others
        Two lists.
    radius
        How far apart the two of a pair may be, deg.
    """
    if not ones or not others:
        return []
    first, second = _vectors(ones), _vectors(others)
    nearest, chord = _nearest(first, second)
    back, _ = _nearest(second, first)
    bound = 2 * np.sin(np.radians(min(radius, 180.0)) / 2)
    return [
        (index, int(other))
        for index, other in enumerate(nearest)
        if chord[index] <= bound and back[other] == index
    ]


def _vectors(sources: Sequence[CatalogueSource]) -> NDArray[np.float64]:
    ra, dec = np.radians([[source.ra, source.dec] for source in sources]).T
    return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1)


def _nearest(
    ones: NDArray[np.float64], others: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the nearest of the others for each, and the chord to it."""
    at_a_time = max(1, _PAIRS // len(others))
    found = np.concatenate(
        [
            np.argmax(ones[start : start + at_a_time] @ others.T, axis=1)
            for start in range(0, len(ones), at_a_time)
        ]
    )
    # The product's arc cosine would lose the small angles.
    return found, np.linalg.norm(ones - others[found], axis=1)
