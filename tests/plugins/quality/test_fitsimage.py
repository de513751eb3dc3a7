"""Images: what is read of them, their noise, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from genericpipe_plugins.quality.fitsimage import read_image, store_noise
from genericpipe_plugins.quality.keywords import QualityError

from genericpipe import GenericPipeError

Maker = Callable[..., Path]


def test_what_an_image_says(sky_image: Maker) -> None:
    image = read_image(sky_image(sources=[(212.9, 52.3, 2.0)], noise=5e-4))
    assert image.rms == pytest.approx(5e-4, rel=0.02)
    assert image.peak == pytest.approx(2.0, rel=0.02)  # at most half a pixel from the middle of one
    assert image.dynamic_range == pytest.approx(4000, rel=0.04)
    assert (image.unit, image.stokes, image.frequency) == ("Jy/beam", "I", 140e6)
    assert image.scales == pytest.approx((0.002, 0.002))
    assert image.reference == pytest.approx((212.835495, 52.20277))
    assert image.beam is not None
    assert (image.beam.major, image.beam.minor, image.beam.angle) == (0.012, 0.008, 30.0)


def test_the_noise_is_that_of_the_contract(sky_image: Maker) -> None:
    """The whole estimator, as the image contract (5.3) gives it."""
    pixels = np.random.default_rng(1).normal(0, 2e-4, (480, 400)).astype(np.float32)
    pixels[240, 200] = 1.5
    image = read_image(sky_image(data=pixels, shape=(480, 400)))
    assert image.rms == pytest.approx(2.014033e-4, rel=1e-6)


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 160.0])
def test_the_beam_in_pixels(sky_image: Maker, angle: float) -> None:
    """East is to the left: a beam at 30 degrees leans to the left of north."""
    covariance = read_image(sky_image(beam=(0.012, 0.008, angle))).beam_covariance
    assert covariance is not None
    squares, axes = np.linalg.eigh(covariance)
    widths = np.sqrt(8 * math.log(2) * squares)
    assert widths == pytest.approx([4.0, 6.0])
    x, y = axes[:, 1] * np.sign(axes[1, 1] or 1)
    expected = -math.sin(math.radians(angle)), math.cos(math.radians(angle))
    assert abs(x * expected[0] + y * expected[1]) == pytest.approx(1.0)


def test_directions_outside_have_no_pixel(sky_image: Maker) -> None:
    image = read_image(sky_image())
    places = image.pixels_of([212.835495, 214.0, 32.835495], [52.20277, 52.2, -52.20277])
    assert places[0] == pytest.approx((200, 200))
    assert np.isnan(places[1:]).all()  # beside the image; on the far side of the sky


@pytest.mark.parametrize("beam", [{"BMAJ": None}, {"BMAJ": 0.0, "BMIN": 0.0}, {"BMIN": "none"}])
def test_an_image_without_a_beam(sky_image: Maker, beam: dict[str, object]) -> None:
    image = read_image(sky_image(**beam))
    assert image.beam is None
    assert image.beam_covariance is None


def test_meanrms_is_stored_only_on_demand(sky_image: Maker) -> None:
    fits = pytest.importorskip("astropy.io.fits")
    path = sky_image()
    before = path.read_bytes()
    image = read_image(path)
    assert image.rms > 0
    assert path.read_bytes() == before
    store_noise(image)
    assert fits.getval(path, "MEANRMS") == pytest.approx(image.rms, rel=1e-14)
    assert read_image(path).rms == image.rms


def test_what_is_no_image(sky_image: Maker, tmp_path: Path) -> None:
    text = tmp_path / "text.fits"
    text.write_text("no image\n")
    nothing = np.full((400, 400), np.nan)
    flat = {"CTYPE1": "LINEAR", "CTYPE2": "LINEAR"}
    cases = [
        (tmp_path / "missing.fits", "there is no image"),
        (text, "cannot be read as FITS"),
        (sky_image("nan.fits", data=nothing), "no pixel of the image is a number"),
        (sky_image("flat.fits", **flat), "no axes of right ascension and declination"),
    ]
    for path, message in cases:
        with pytest.raises(QualityError, match=message) as raised:
            read_image(path)
        assert str(path) in raised.value.message
        assert isinstance(raised.value, GenericPipeError)


def test_an_empty_image_has_no_noise(sky_image: Maker) -> None:
    image = read_image(sky_image(noise=0))
    with pytest.raises(QualityError, match="no pixel of the image is finite and not zero"):
        _ = image.rms
