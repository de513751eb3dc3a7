"""Pictures of images: what is drawn where, and what is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.quality.fitsimage import read_image
from genericpipe_plugins.quality.imageplot import draw_sky, plot_sky

Maker = Callable[..., Path]


def ellipses(axes: Any) -> list[Any]:
    kind = pytest.importorskip("matplotlib.patches").Ellipse
    return [patch for patch in axes.patches if isinstance(patch, kind)]


def test_the_picture(sky_image: Maker, tmp_path: Path) -> None:
    image = read_image(sky_image(sources=[(212.835495, 52.20277, 1.0)]))
    path = plot_sky(image, tmp_path / "results" / "inspection" / "image.plot_im_high_i")
    assert path.name == "image.plot_im_high_i.png"
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    pixels = pytest.importorskip("matplotlib.image").imread(path)
    assert min(pixels.shape[:2]) > 600
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 100
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert plot_sky(image, tmp_path / "b.PNG").name == "b.PNG"


def test_the_beam_is_drawn_as_it_is(sky_image: Maker) -> None:
    figure = draw_sky(read_image(sky_image(beam=(0.06, 0.03, 30.0))))
    (drawn,) = ellipses(figure.axes[0])
    assert (drawn.width, drawn.height) == pytest.approx((30.0, 15.0))  # pixels of 0.002 deg
    turned = math.radians(drawn.angle)  # from x, anticlockwise; 30 degrees east of north is 120
    assert math.degrees(turned) % 180 == pytest.approx(120.0)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["beam"]


def test_a_small_beam_is_drawn_larger_and_says_so(sky_image: Maker) -> None:
    figure = draw_sky(read_image(sky_image(beam=(0.004, 0.002, 0.0))))
    (drawn,) = ellipses(figure.axes[0])
    assert (drawn.width, drawn.height) == pytest.approx((12.0, 6.0))
    assert [text.get_text() for text in figure.axes[0].texts] == ["beam \u00d7 6"]


def test_an_image_without_a_beam_is_drawn_without(sky_image: Maker) -> None:
    figure = draw_sky(read_image(sky_image(BMAJ=None)))
    assert ellipses(figure.axes[0]) == []
    assert "no beam" in figure.axes[0].get_title()


def test_what_stands_above_and_beside(sky_image: Maker) -> None:
    image = read_image(sky_image(sources=[(212.835495, 52.20277, 2.0)], noise=2e-3, CRVAL4=4.0))
    figure = draw_sky(image)
    sky, bar = figure.axes
    first, second = sky.get_title().split("\n")
    assert first == (
        f"rms {1e3 * image.rms:.4g} mJy/beam, peak {1e3 * image.peak:.4g} mJy/beam, "
        f"dynamic range {image.peak / image.rms:.0f}"
    )
    assert second == "beam 43.2\u2033 \u00d7 28.8\u2033, 30°, 140.00 MHz, Stokes V"
    assert bar.get_ylabel() == "flux density [mJy/beam]"
    (drawn,) = sky.images
    assert drawn.get_clim() == pytest.approx((-3e3 * image.rms, 20e3 * image.rms))
    assert figure.get_suptitle() == "fullband-MFS-I-image-pb.fits"


@pytest.mark.parametrize(
    ("noise", "unit"),
    [(0.2, "Jy/beam"), (2e-4, "mJy/beam"), (2e-5, "\u00b5Jy/beam"), (1e-9, "\u00b5Jy/beam")],
)
def test_the_unit_is_one_that_reads_well(sky_image: Maker, noise: float, unit: str) -> None:
    figure = draw_sky(read_image(sky_image(noise=noise)))
    assert figure.axes[1].get_ylabel() == f"flux density [{unit}]"


def test_a_large_image_keeps_its_sources_and_its_axes(sky_image: Maker) -> None:
    pixels = np.random.default_rng(1).normal(0, 1e-3, (1801, 1700)).astype(np.float32)
    pixels[1000, 400] = -5.0
    pixels[30, 20] = np.nan
    image = read_image(sky_image(data=pixels, shape=(1801, 1700)))
    figure = draw_sky(image)
    axes = figure.axes[0]
    (drawn,) = axes.images
    shown = drawn.get_array()
    assert shown.shape == (600, 566)
    assert shown[333, 133] == pytest.approx(-5.0e3)  # of Stokes V the negative ones count as much
    assert axes.wcs.wcs_pix2world([[133, 333]], 0)[0] == pytest.approx(
        image.wcs.wcs_pix2world([[400, 1000]], 0)[0], abs=1e-9
    )


def test_images_of_other_shapes(sky_image: Maker) -> None:
    wide = draw_sky(read_image(sky_image("wide.fits", shape=(100, 300))))
    tall = draw_sky(read_image(sky_image("tall.fits", shape=(300, 100))))
    assert wide.get_figwidth() > wide.get_figheight()
    assert tall.get_figwidth() < tall.get_figheight()


def test_no_state_is_shared(sky_image: Maker) -> None:
    """Nothing of pyplot, which keeps each figure and may want a display."""
    import subprocess
    import sys

    path = sky_image()
    code = (
        "import sys; from genericpipe_plugins.quality.plot_image import main; "
        f"assert 'matplotlib' not in sys.modules; main({str(path)!r}, {str(path)!r}); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "False"
