"""The corrected images, of a real call of WSClean on real data."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.wsclean.correct import correct
from genericpipe_plugins.wsclean.images import Place, Products
from genericpipe_plugins.wsclean.visibilities import VisibilitySet
from genericpipe_plugins.wsclean.weights import Weighting, planes

from genericpipe import GenericPipeError, __version__

OPTIONS = (
    "-size 256 256 -padding 1.4 -scale 90asec -channels-out 2 -join-channels -pol IV -niter 0"
    " -weight briggs 0.0 -weighting-rank-filter 3 -minuv-l 80"
).split()


def read(path: Path) -> tuple[Any, Any]:
    from astropy.io import fits

    with fits.open(path, memmap=False) as opened:
        return opened[0].data[0, 0].astype(float), opened[0].header


@pytest.fixture(scope="module")
def corrected(imaged: Callable[[Sequence[str]], Products], everybeam: Any) -> Products:
    """Return a call whose images are corrected."""
    products = imaged(OPTIONS)
    made = correct(products, differential=True, limit=0.1, interval=20.0)
    names = [f"a-{part}-{letter}-image-pb.fits" for part in ("0000", "0001", "MFS") for letter in "IV"]
    assert sorted(path.name for path in made) == names
    assert sorted(path.name for path in products.folder.glob("*image-pb*")) == names
    return products


def quotient(products: Products, part: str, polarisation: str) -> Any:
    apparent, _ = read(products.path(part, polarisation, "image"))
    true, _ = read(products.path(part, polarisation, "image-pb"))
    return apparent / true


@pytest.mark.parametrize(("x", "y"), [(128, 128), (160, 128), (128, 90), (170, 165), (95, 150)])
def test_an_image_is_divided_by_the_sum_over_all_visibilities(
    x: int, y: int, corrected: Products, measured: str, everybeam: Any
) -> None:
    telescope = everybeam.load_telescope(
        measured,
        beam_normalisation_mode=everybeam.BeamNormalisationMode.full,
        use_channel_frequency=True,
        element_response_model="hamaker",
    )
    files = [corrected.path(part, "I", "image") for part in corrected.channels]
    places = [Place.of(read(file)[1], file) for file in files]
    visibilities = VisibilitySet.open(measured, "DATA")
    bands = [(one.lowest, one.highest) for one in places]
    weighting = Weighting.of(corrected.line, places[0])
    for part, place, plane in zip(
        corrected.channels, places, planes(weighting, [visibilities], bands), strict=True
    ):
        l, m = (x - 128) * place.step_x, (y - 128) * place.step_y  # noqa: E741
        n, dec = math.sqrt(1 - l * l - m * m), place.declination
        ra = place.right_ascension + math.atan2(l, n * math.cos(dec) - m * math.sin(dec))
        sky = ra, math.asin(m * math.cos(dec) + n * math.sin(dec))
        channels = visibilities.channels(place.lowest, place.highest)
        frequencies = visibilities.frequencies[channels]
        jones: dict[tuple[float, int], Any] = {}
        total = weight = 0.0
        for one in visibilities.parts(channels):
            imaging = plane.weights(one, frequencies).sum(1)
            for row, moment in enumerate(one.times):
                pair = []
                for station in (int(one.antenna1[row]), int(one.antenna2[row])):
                    if (moment, station) not in jones:
                        response = telescope.station_response(moment, station, frequencies.mean(), *sky)
                        jones[moment, station] = response
                    pair.append(jones[moment, station])
                total += imaging[row] * np.trace(pair[0] @ pair[1].conj().T).real / 2
                weight += imaging[row]
        assert quotient(corrected, part, "I")[y, x] == pytest.approx(total / weight, abs=1e-3)


def test_circular_polarisation_has_the_same_beam(corrected: Products) -> None:
    for part in (*corrected.channels, corrected.whole):
        one, other = (quotient(corrected, part, letter) for letter in "IV")
        both = np.isfinite(one) & np.isfinite(other)
        assert both.mean() > 0.1
        np.testing.assert_allclose(one[both], other[both], rtol=1e-3)


def test_the_whole_image_has_the_beam_of_its_channels(corrected: Products) -> None:
    """WSClean's own image of all channels is the mean of theirs with the weights of WSCIMGWG."""
    weights = [read(corrected.path(part, "I", "image"))[1]["WSCIMGWG"] for part in corrected.channels]
    apparent = [read(corrected.path(part, "I", "image"))[0] for part in corrected.channels]
    whole = read(corrected.path("-MFS", "I", "image"))[0]
    np.testing.assert_allclose(
        np.average(apparent, axis=0, weights=weights), whole, rtol=0, atol=1e-5 * whole.max()
    )
    beams = [quotient(corrected, part, "I") for part in corrected.channels]
    expected = np.average(beams, axis=0, weights=weights)
    found = quotient(corrected, "-MFS", "I")
    both = np.isfinite(found) & np.isfinite(expected)
    np.testing.assert_allclose(found[both], expected[both], rtol=1e-3)


def test_there_is_no_value_where_the_beam_is_too_low(corrected: Products) -> None:
    true, _ = read(corrected.path("-MFS", "I", "image-pb"))
    assert np.isnan(true[0, 0])
    assert np.isfinite(true[64:192, 64:192]).all()
    assert np.nanmin(quotient(corrected, "-MFS", "I")) == pytest.approx(0.1, abs=0.01)


def test_the_header_says_how(corrected: Products) -> None:
    for part in (*corrected.channels, corrected.whole):
        apparent, true = (read(corrected.path(part, "I", kind))[1] for kind in ("image", "image-pb"))
        changed = {"HISTORY", "COMMENT", ""}
        assert {key: true[key] for key in apparent if key not in changed} == {
            key: apparent[key] for key in apparent if key not in changed
        }
        history = " ".join(true["HISTORY"])
        assert history.startswith(" ".join(apparent["HISTORY"]))
        assert f"by genericpipe {__version__}; this is not IDG." in history
        assert "Image = apparent image / B, B = sum(w Re(tr(J_p J_q^H)) / 2) / sum(w)" in history
        assert "hamaker; J is relative to the phase centre." in history
        assert "w: imaging weights, briggs 0, of each visibility." in history
        assert re.search(r"No value where B < 0\.1: \d+\.\d% of the image\.", history)
        if part:
            told = "weighted as their images are" if part == "-MFS" else "and 3 times."
            assert told in history
        assert all(len(card) <= 72 for card in true["HISTORY"])


def test_one_output_channel_and_polarisation(
    imaged: Callable[[Sequence[str]], Products], everybeam: Any
) -> None:
    products = imaged("-size 64 64 -scale 300asec -pol V -niter 0 -weight natural -taper-tukey 10".split())
    made = correct(products, differential=False, limit=0.005, interval=300.0)
    assert [path.name for path in made] == ["a-image-pb.fits"]
    history = " ".join(read(made[0])[1]["HISTORY"])
    assert "if the data say they are corrected there" in history
    assert "Not considered in w: -taper-tukey." in history


def test_data_that_are_not_corrected_have_the_whole_beam(
    imaged: Callable[[Sequence[str]], Products], everybeam: Any
) -> None:
    """Nothing in the set says that a beam was applied: its centre is not 1 unless one says so."""
    products = imaged("-size 64 64 -scale 300asec -niter 0 -weight natural".split())
    centre = []
    for differential in (True, False):
        correct(products, differential, 0.005, 300.0)
        centre.append(quotient(products, "", "I")[32, 32])
    assert centre[0] == pytest.approx(1.0, abs=1e-3)
    assert 0.3 < centre[1] < 0.95


def test_an_image_of_something_else(corrected: Products, tmp_path: Path) -> None:
    from astropy.io import fits

    path = tmp_path / "a.fits"
    fits.PrimaryHDU(np.zeros((4, 4))).writeto(path)
    with pytest.raises(GenericPipeError, match=r"says too little: .*CTYPE1"):
        Place.of(fits.getheader(path), path)
    with pytest.raises(GenericPipeError, match="cannot be read"):
        correct(Products(corrected.line, tmp_path), True, 0.005, 300.0)


def test_as_a_program_it_says_in_one_line_what_is_wrong(measured: str, tmp_path: Path) -> None:
    words = ["--limit", "0.1", "--interval", "300", "--differential", "--check", "--"]
    call = ["wsclean", "-name", "a", f"{measured}/nothing"]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "genericpipe_plugins.wsclean.correct", *words, *call],
        cwd=tmp_path,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert re.fullmatch(r".*/nothing: SPECTRAL_WINDOW cannot be read: .*\n", done.stderr)
