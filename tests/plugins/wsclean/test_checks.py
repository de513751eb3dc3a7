"""What WSClean left is looked at: there, new, finite, not zero, with a beam, and not diverged."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.wsclean.checks import look_at, rms
from genericpipe_plugins.wsclean.images import Products
from genericpipe_plugins.wsclean.options import CommandLine

START = time.time()


def products(folder: Path, options: str = "-niter 100") -> Products:
    return Products(CommandLine.parse(["wsclean", "-name", "a", *options.split(), "a.MS"]), folder)


def write(path: Path, value: Any, beam: float = 0.01) -> None:
    from astropy.io import fits

    image = fits.PrimaryHDU(np.full((1, 1, 8, 6), value, np.float32))
    image.header["BMAJ"] = beam
    image.writeto(path, overwrite=True)


def found(made: Products) -> list[tuple[str, str]]:
    return [(one.severity.value, one.code) for one in look_at(made, START)]


@pytest.fixture
def good(tmp_path: Path) -> Products:
    """Return a call that left all that it should."""
    write(tmp_path / "a-image.fits", 1.0)
    write(tmp_path / "a-dirty.fits", 2.0)
    write(tmp_path / "a-residual.fits", 0.5)
    return products(tmp_path)


def test_nothing_is_wrong(good: Products) -> None:
    assert found(good) == []


def test_no_image(good: Products) -> None:
    (good.folder / "a-image.fits").unlink()
    assert found(good) == [("error", "no-image")]


def test_an_image_of_an_earlier_run(good: Products) -> None:
    os.utime(good.folder / "a-image.fits", (START - 60, START - 60))
    assert found(good) == [("error", "old-image")]


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_an_empty_image(value: float, good: Products) -> None:
    write(good.folder / "a-image.fits", value)
    assert found(good) == [("error", "empty-image")]


def test_one_pixel_is_enough(good: Products) -> None:
    from astropy.io import fits

    write(good.folder / "a-image.fits", np.nan)
    with fits.open(good.folder / "a-image.fits", mode="update") as opened:
        opened[0].data[0, 0, 7, 5] = 1.0
    assert found(good) == []


def test_no_beam(good: Products) -> None:
    write(good.folder / "a-image.fits", 1.0, beam=0.0)
    assert found(good) == [("error", "no-beam")]
    assert found(products(good.folder, "-niter 0")) == [("warning", "no-beam")]


def test_something_that_is_no_image(good: Products) -> None:
    (good.folder / "a-image.fits").write_bytes(b"x" * 100)
    assert found(good) == [("error", "bad-image")]


@pytest.mark.parametrize("residual", [2.1, np.inf])
def test_a_residual_that_grew(residual: float, good: Products) -> None:
    write(good.folder / "a-residual.fits", residual)
    assert found(good) == [("error", "clean-diverged")]
    # There it says nothing: not the whole sky was in what it began with.
    assert found(products(good.folder, "-niter 100 -continue")) == []


def test_rms_leaves_out_what_has_no_value(tmp_path: Path) -> None:
    from astropy.io import fits

    data = np.array([[3.0, np.nan], [4.0, np.nan]], np.float32)
    fits.PrimaryHDU(data).writeto(tmp_path / "a.fits")
    assert rms(tmp_path / "a.fits") == pytest.approx(np.sqrt(12.5))


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ("", ["a-image"]),
        ("-pol iquv", ["a-I-image", "a-Q-image", "a-U-image", "a-V-image"]),
        ("-channels-out 2", ["a-MFS-image", "a-0000-image", "a-0001-image"]),
        ("-channels-out 1 -pol xx,yy", ["a-XX-image", "a-YY-image"]),
        (
            "-intervals-out 2 -channels-out 2 -pol V",
            [
                "a-t0000-MFS-image",
                "a-t0000-0000-image",
                "a-t0000-0001-image",
                "a-t0001-MFS-image",
                "a-t0001-0000-image",
                "a-t0001-0001-image",
            ],
        ),
        ("-predict", []),
    ],
)
def test_the_names(options: str, names: list[str], tmp_path: Path) -> None:
    missing = [one.message for one in look_at(products(tmp_path, options), START)]
    assert missing == [f"WSClean left no image {tmp_path}/{name}.fits" for name in names]
