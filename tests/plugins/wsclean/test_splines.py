"""Cubic splines as matrices."""

from __future__ import annotations

import numpy as np
import pytest
from genericpipe_plugins.wsclean.splines import matrix
from hypothesis import given
from hypothesis import strategies as st

COEFFICIENT = st.floats(-10, 10)


@given(st.lists(COEFFICIENT, min_size=4, max_size=4), st.integers(4, 40))
def test_a_cubic_polynomial_is_met_everywhere(coefficients: list[float], nodes: int) -> None:
    positions = np.linspace(0, nodes - 1, 101)
    values = np.polyval(coefficients, np.arange(nodes) / nodes)
    expected = np.polyval(coefficients, positions / nodes)
    assert matrix(nodes, positions) @ values == pytest.approx(expected, abs=1e-9)


def test_a_smooth_function_is_met_to_the_fourth_order() -> None:
    # de Boor: the error of the spline of step h is at most 5/384 h^4 max |f''''| inside.
    for nodes in (16, 32):
        step = np.pi / (nodes - 1)
        positions = np.linspace(2, nodes - 3, 500)
        error = matrix(nodes, positions) @ np.sin(np.arange(nodes) * step) - np.sin(positions * step)
        assert np.abs(error).max() < 5 / 384 * step**4 * 1.1


def test_the_nodes_are_met() -> None:
    assert matrix(7, np.arange(7.0)) == pytest.approx(np.eye(7))
