"""Cubic splines as matrices: from values on a coarse grid to any positions on it."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def matrix(nodes: int, positions: Array) -> Array:
    """Return the matrix that turns values at 0, 1, ... into those of the spline through them.

    The spline is the one whose third derivative does not change at the second node and at the last but one
    (de Boor 2001, A Practical Guide to Splines, chapter IV): it goes through cubic polynomials exactly.

    Parameters
    ----------
    nodes
        How many values there are, four or more.
    positions
        Where the spline is wanted, between 0 and nodes - 1.

    Returns
    -------
    array
        Of shape (positions, nodes).
    """
    # Second derivatives at the nodes are a linear function of the values.
    left, right = np.zeros((nodes, nodes)), np.zeros((nodes, nodes))
    for node in range(1, nodes - 1):
        left[node, node - 1 : node + 2] = 1.0, 4.0, 1.0
        right[node, node - 1 : node + 2] = 6.0, -12.0, 6.0
    left[0, :3] = 1.0, -2.0, 1.0
    left[-1, -3:] = 1.0, -2.0, 1.0
    second = np.linalg.solve(left, right)
    below = np.clip(np.floor(positions).astype(int), 0, nodes - 2)
    after = positions - below
    before = 1.0 - after
    rows = np.arange(len(positions))
    found = np.zeros((len(positions), nodes))
    found[rows, below] += before
    found[rows, below + 1] += after
    found += ((before**3 - before) / 6.0)[:, np.newaxis] * second[below]
    found += ((after**3 - after) / 6.0)[:, np.newaxis] * second[below + 1]
    return found
