"""The noise of an image: the numbers of image contract 5.3, and what hypothesis thinks of."""

from __future__ import annotations

import math

import pytest

np = pytest.importorskip("numpy")

from genericpipe_plugins.feedback.noise import (  # noqa: E402
    NoiseError,
    clipped,
    dispersion,
    rms_noise,
    usable,
)
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 100], 1.681442317761131),
        (range(10), 3.180062595505271),
        ([0.0] * 7, 0.0),
        ([5.0] * 3, 0.0),
    ],
)
def test_the_dispersion(values: list[float], expected: float) -> None:
    assert dispersion(np.array(values, float)) == pytest.approx(expected, rel=1e-14)


def image() -> np.ndarray:
    made = np.random.default_rng(1).normal(0, 2e-4, (480, 400)).astype(np.float32)
    made[240, 200] = 1.5
    return made


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", ">f8"])
def test_the_whole_estimator(dtype: str) -> None:
    """A source of 7500 sigma moves the plain deviation to 3.429e-3, and not this."""
    assert float(np.std(image().astype(float))) == pytest.approx(3.429e-3, rel=1e-3)
    assert rms_noise(image().astype(dtype)) == pytest.approx(2.014033e-4, rel=5e-7)


def test_pixels_without_data_do_not_count() -> None:
    padded = np.zeros((600, 500), np.float32)
    padded[60:540, 50:450] = image()
    padded[0, :5] = [np.nan, np.inf, -np.inf, np.nan, -0.0]
    assert rms_noise(padded) == rms_noise(image())


def test_the_image_stays_as_it_is() -> None:
    given_image = image()
    given_image.setflags(write=False)
    rms_noise(given_image)
    assert np.array_equal(given_image, image())


@pytest.mark.parametrize("value", [np.nan, 0.0, np.inf])
def test_an_image_without_anything(value: float) -> None:
    with pytest.raises(NoiseError, match="no pixel"):
        rms_noise(np.full((8, 8), value, np.float32))


def test_too_few_pixels() -> None:
    with pytest.raises(NoiseError, match="cannot be told from 2 pixels"):
        rms_noise(np.array([[1.0, 2.0]]))


def test_an_even_image_has_no_noise() -> None:
    assert rms_noise(np.full((8, 8), 3.0, np.float32)) == 0.0


def reference(values: np.ndarray) -> float:
    """The recipe of image contract 5.3, word by word, without any thrift."""
    for _ in range(10):
        med, s = np.median(values), np.std(values)
        if s == 0:
            break
        kept = values[np.abs(values - med) < 4 * s]
        rejected, before, values = len(values) - len(kept), len(values), kept
        if rejected < 0.001 * before:
            break
    y0 = np.median(values)
    mad = np.median(np.abs(values - y0)) / 0.6745
    if mad < 1e-20:
        mad = np.mean(np.abs(values - y0)) / 0.8
        if mad < 1e-20:
            return 0.0
    u = (values - y0) / (6 * mad)
    near = np.abs(u) <= 1
    u, away = u[near], (values - y0)[near]
    d = np.sum((1 - u**2) * (1 - 5 * u**2))
    return math.sqrt(len(values) * np.sum(away**2 * (1 - u**2) ** 4) / (d * (d - 1)))


@given(
    seed=st.integers(0, 10**6),
    number=st.integers(30, 3000),
    sources=st.integers(0, 20),
    scale=st.sampled_from([1e-9, 2e-4, 1.0, 1e6]),
    offset=st.sampled_from([0.0, 3.0]),
)
def test_it_is_the_recipe_of_the_contract(
    seed: int, number: int, sources: int, scale: float, offset: float
) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(offset, 1, number)
    values[:sources] += random.pareto(1.5, sources) * 10
    pixels = (values * scale).astype(np.float32)
    assert rms_noise(pixels) == pytest.approx(reference(pixels.astype(np.float64)), rel=1e-9)


@given(st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=50))
def test_clipping_keeps_the_middle(body: list[float]) -> None:
    values = usable(np.array(body, np.float32))
    kept = clipped(values)
    assert set(kept.tolist()) <= set(values.tolist())
    assert bool(len(kept)) is bool(len(values))
