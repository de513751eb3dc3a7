"""Fluxes and positions of sources that are known."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from genericpipe_plugins.quality import CatalogueSource, measure_sources
from genericpipe_plugins.quality.check import main, table_of
from genericpipe_plugins.quality.gaussians import Gaussian, NoFitError, fit
from genericpipe_plugins.quality.keywords import QualityError
from hypothesis import given, settings
from hypothesis import strategies as st

Maker = Callable[..., Path]

# In and between pixels, near the middle and the edge; one is larger than the beam.
SKY = (
    (212.835495, 52.20277, 1.0),
    (213.2011, 52.4111, 0.5),
    (212.5017, 52.0713, 2.0, 60.0, 40.0),
    (212.61, 52.5503, 0.8),
)


def known(*sources: tuple[float, ...]) -> list[CatalogueSource]:
    return [CatalogueSource(f"S{index}", *one[:3]) for index, one in enumerate(sources)]


def test_fluxes_and_positions(sky_image: Maker) -> None:
    path = sky_image(sources=SKY, noise=5e-4)
    measured = measure_sources(path, known(*SKY))
    assert [one.source.name for one in measured] == ["S0", "S1", "S2", "S3"]
    for one in measured:
        assert one.trouble == ""
        assert one.ratio == pytest.approx(1.0, abs=0.01)
        assert one.offset < 0.1
        assert abs(one.flux - one.expected) < 5 * one.flux_error
        assert one.noise == pytest.approx(5e-4, rel=0.1)
    assert (measured[0].major, measured[0].minor) == pytest.approx((43.2, 28.8), rel=0.01)
    assert measured[0].angle == pytest.approx(30.0, abs=1.0)
    assert (measured[2].major, measured[2].minor) == pytest.approx((60.0, 40.0), rel=0.01)
    assert measured[2].peak == pytest.approx(2.0 * 43.2 * 28.8 / (60 * 40), rel=0.01)
    assert [one.distance for one in measured] == pytest.approx([0.0, 0.3054, 0.2436, 0.3743], abs=2e-3)


def test_the_uncertainty_of_a_flux(sky_image: Maker) -> None:
    """Condon 1997, eqs. 41 and 42, for a round source of the size of the beam: sqrt(3) / signal to noise."""
    path = sky_image(sources=[(212.835495, 52.20277, 1.0)], beam=(0.012, 0.012, 0.0), noise=1e-2)
    (one,) = measure_sources(path, known((212.835495, 52.20277, 1.0)))
    assert one.flux_error / one.flux == pytest.approx(math.sqrt(3) * one.noise / one.peak, rel=0.05)


def test_the_flux_expected_is_that_at_the_frequency_of_the_image(sky_image: Maker) -> None:
    source = CatalogueSource("S", 212.835495, 52.20277, 1.0, 70e6, (-1.0,))
    (one,) = measure_sources(sky_image(sources=[(212.835495, 52.20277, 0.5)]), [source])
    assert one.expected == pytest.approx(0.5)
    assert one.ratio == pytest.approx(1.0, abs=0.01)


def test_what_is_not_there(sky_image: Maker) -> None:
    path = sky_image(sources=[(212.835495, 52.20277, 1.0)])
    absent, beside, outside = [(212.5, 52.3, 1.0), (212.86, 52.20277, 1.0), (10.0, 10.0, 1.0)]
    measured = measure_sources(path, known(absent, beside, outside))
    assert [one.found for one in measured] == [False, False]  # what is not in the image is not looked for
    assert "the brightest pixel there is" in measured[0].trouble
    assert "arcsec off" in measured[1].trouble
    assert math.isnan(measured[0].flux)
    near = measure_sources(path, known(beside), radius=0.02)
    assert near[0].found
    assert near[0].offset == pytest.approx(54.06, abs=0.1)  # 0.024505 deg * cos(52.2 deg)


def test_a_source_that_is_cut_off_is_not_measured(sky_image: Maker) -> None:
    edge = (212.18504, 52.20277, 1.0)  # 0.3985 deg to the west: in the last column but one
    (one,) = measure_sources(sky_image(sources=[edge]), known(edge))
    assert "the edge of the image" in one.trouble


def test_blank_pixels_are_no_sources(sky_image: Maker) -> None:
    blank = np.random.default_rng(1).normal(0, 1e-3, (400, 400))
    blank[150:250, 150:250] = np.nan
    (one,) = measure_sources(sky_image(data=blank), known((212.835495, 52.20277, 1.0)))
    assert not one.found


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"BMAJ": None}, "has no beam"), ({"BUNIT": "K"}, "has the unit 'K'")],
)
def test_images_without_fluxes(sky_image: Maker, changed: dict[str, object], message: str) -> None:
    with pytest.raises(QualityError, match=message):
        measure_sources(sky_image(**changed), known(*SKY))


@settings(max_examples=50)
@given(
    peak=st.floats(0.1, 10),
    x=st.floats(14, 18),
    y=st.floats(14, 18),
    major=st.floats(1.5, 4),
    shape=st.floats(0.4, 1.0),
    angle=st.floats(0, math.pi),
)
def test_a_gaussian_is_found_again(
    peak: float, x: float, y: float, major: float, shape: float, angle: float
) -> None:
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    covariance = turn @ np.diag([major**2, (major * shape) ** 2]) @ turn.T
    rows, columns = (part.ravel().astype(float) for part in np.mgrid[:33, :33])
    apart = np.stack([columns - x, rows - y], axis=1)
    values = peak * np.exp(-0.5 * np.einsum("ni,ij,nj->n", apart, np.linalg.inv(covariance), apart))
    top = int(values.argmax())
    found = fit(columns, rows, values, Gaussian(values[top], columns[top], rows[top], 4 * np.eye(2)))
    assert (found.peak, found.x, found.y) == pytest.approx((peak, x, y), rel=1e-4)
    assert found.covariance == pytest.approx(covariance, rel=1e-3, abs=1e-3)
    assert found.volume == pytest.approx(2 * math.pi * peak * major**2 * shape, rel=1e-3)


def test_six_pixels_are_too_few() -> None:
    six = np.arange(6.0)
    with pytest.raises(NoFitError, match="6 pixels are too few"):
        fit(six, six, six, Gaussian(1.0, 0.0, 0.0, np.eye(2)))


def test_the_table_against_the_truth(
    sky_image: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sky_image(sources=SKY, noise=5e-4)
    names = ("name", "ra", "dec", "flux")
    sources = [
        dict(zip(names, (f"T{index}", *one[:3]), strict=True)) | {"index": 0.0, "frequency": 140e6}
        for index, one in enumerate(SKY)
    ]
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps({"sources": sources}))
    assert main([str(path), str(truth)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2 + 4 + 1
    assert said[2].split()[:3] == ["T0", "0.00", "1.0000"]
    assert 0.99 < float(said[2].split()[4]) < 1.01
    assert said[-1].startswith("4 of 4 sources of the catalogue found; flux / catalogue 1.00")
    truth.write_text(json.dumps({"sources": [*sources, {"name": "X", "ra": 212.6, "dec": 52.3, "flux": 1}]}))
    assert main([str(path), str(truth)]) == 1
    assert "not found: the brightest pixel" in table_of(measure_sources(path, truth))
    assert main([str(path), str(tmp_path / "none.json")]) == 3
    assert "none.json cannot be read: No such file" in capsys.readouterr().err
