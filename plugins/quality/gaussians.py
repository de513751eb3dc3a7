"""A Gaussian is fitted to pixels by least squares."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 60
# The fit has ended when a round improves the sum of squares by a smaller part.
_SMALL = 1e-10

Values = NDArray[np.float64]


class NoFitError(ValueError):
    """Why no Gaussian fits."""


@dataclass(frozen=True, eq=False)
class Gaussian:
    """An elliptical Gaussian.

    Parameters
    ----------
    peak
        Its height.
    x, y
        Where it is, 0-based pixels.
    covariance
        Its shape in pixels (x, y), shape (2, 2).
    """

    peak: float
    x: float
    y: float
    covariance: Values

    @property
    def volume(self) -> float:
        """The integral over all pixels: ``2 pi peak sqrt(det covariance)``."""
        return 2 * math.pi * self.peak * math.sqrt(float(np.linalg.det(self.covariance)))


def fit(x: Values, y: Values, values: Values, start: Gaussian) -> Gaussian:
    """Return the Gaussian that is nearest to values, by least squares.

    Source: Levenberg 1944 and Marquardt 1963; the shape is that of the inverse covariance, in which the
    model is smooth for round sources too, other than in axes and an angle.

    Parameters
    ----------
    x, y
        The pixels, shape (n,).
    values
        What is there, shape (n,).
    start
        Where to begin.

    Raises
    ------
    NoFitError
        If there are too few pixels, or the best shape is no Gaussian.
    """
    if len(values) <= 6:
        raise NoFitError(f"{len(values)} pixels are too few")
    inverse = np.linalg.inv(start.covariance)
    best = np.array([start.peak, start.x, start.y, inverse[0, 0], inverse[0, 1], inverse[1, 1]])
    model, slopes = _model(best, x, y)
    rest = values - model
    squares, damping = float(rest @ rest), 1e-3
    for _ in range(_ROUNDS):
        normal = slopes.T @ slopes
        scale = np.diag(normal).copy()
        scale[scale == 0] = 1.0
        try:
            step = np.linalg.solve(normal + damping * np.diag(scale), slopes.T @ rest)
        except np.linalg.LinAlgError:
            raise NoFitError("the fit has no solution") from None
        tried = best + step
        # Beyond these bounds the model would grow with distance.
        if tried[3] > 0 and tried[5] > 0 and tried[3] * tried[5] > tried[4] ** 2:
            model, new_slopes = _model(tried, x, y)
            new_rest = values - model
            new_squares = float(new_rest @ new_rest)
        else:
            new_squares = math.inf
        if new_squares < squares:
            is_done = squares - new_squares <= _SMALL * squares
            best, slopes, rest, squares = tried, new_slopes, new_rest, new_squares
            damping = max(damping / 10, 1e-12)
            if is_done:
                break
        elif damping > 1e10:
            break  # nothing better is near
        else:
            damping *= 10
    peak, middle_x, middle_y, xx, xy, yy = (float(value) for value in best)
    return Gaussian(peak, middle_x, middle_y, np.linalg.inv(np.array([[xx, xy], [xy, yy]])))


def _model(values: Values, x: Values, y: Values) -> tuple[Values, Values]:
    """Return the model at pixels, shape (n,), and its derivatives, shape (n, 6)."""
    peak, middle_x, middle_y, xx, xy, yy = values
    east, north = x - middle_x, y - middle_y
    shape = np.exp(-0.5 * (xx * east**2 + 2 * xy * east * north + yy * north**2))
    model = peak * shape
    slopes = np.stack(
        [
            shape,
            model * (xx * east + xy * north),
            model * (xy * east + yy * north),
            -0.5 * model * east**2,
            -model * east * north,
            -0.5 * model * north**2,
        ],
        axis=1,
    )
    return model, slopes
