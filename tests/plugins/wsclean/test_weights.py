"""The imaging weights are those of WSClean: it saves them, and sums them in WSCIMGWG."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.wsclean.images import Place, Products
from genericpipe_plugins.wsclean.options import CommandLine
from genericpipe_plugins.wsclean.visibilities import Part, VisibilitySet
from genericpipe_plugins.wsclean.weights import Plane, Weighting, filtered, planes

from genericpipe import GenericPipeError

# WSClean keeps cells as 32-bit numbers where it saves them.
EXACT = 1e-6

CALLS = {
    "as the image pipeline": "-size 256 256 -padding 1.4 -scale 20asec -channels-out 2 -join-channels"
    " -weight briggs 0.0 -weighting-rank-filter 3 -minuv-l 80 -maxuv-l 3000",
    "a filter that takes hold": "-size 256 256 -padding 1.4 -scale 20asec -channels-out 2 -join-channels"
    " -weight uniform -weighting-rank-filter 1 -minuv-l 80 -maxuv-l 3000",
    "each channel alone": "-size 200 200 -scale 30asec -channels-out 3 -weight briggs -0.5"
    " -weighting-rank-filter 1.1 -weighting-rank-filter-size 8",
    "a plane that is no square, larger cells": "-size 256 300 -padding 1.3 -scale 20asec -channels-out 2"
    " -weight uniform -super-weight 1.5 -mf-weighting",
    "a taper": "-size 256 256 -scale 20asec -weight briggs 1 -taper-gaussian 2amin",
    "baselines in metres": "-size 256 256 -scale 20asec -weight natural -minuvw-m 100 -maxuvw-m 2000",
    "some of the data": "-size 256 256 -scale 20asec -weight briggs 0 -interval 1 4 -channel-range 2 7",
}


def header(images: Products, part: str) -> Any:
    from astropy.io import fits

    return fits.getheader(images.path(part, "I", "image"))


@pytest.mark.parametrize("options", CALLS.values(), ids=CALLS)
def test_they_are_those_of_wsclean(
    options: str, imaged: Callable[[Sequence[str]], Products], measured: str
) -> None:
    from astropy.io import fits

    images = imaged(f"{options} -pol I -niter 0 -save-weights".split())
    headers = [header(images, part) for part in images.channels]
    places = [Place.of(one, images.path("", "I", "image")) for one in headers]
    line = images.line
    weighting = Weighting.of(line, places[0])
    bounds = line.values("interval")
    visibilities = VisibilitySet.open(measured, "DATA", (int(bounds[0]), int(bounds[1])) if bounds else None)
    bands = [(place.lowest, place.highest) for place in places]
    found = list(zip(images.channels, places, planes(weighting, [visibilities], bands), strict=True))
    assert len(found) == len(images.channels)
    for (part, place, plane), theirs in zip(found, headers, strict=True):
        channels = visibilities.channels(place.lowest, place.highest)
        frequencies = visibilities.frequencies[channels]
        total = sum(plane.weights(one, frequencies).sum() for one in visibilities.parts(channels))
        assert total == pytest.approx(theirs["WSCIMGWG"], rel=EXACT)
        if weighting.mode == "natural":  # then it saves nothing that means anything
            continue
        saved = images.folder / f"a{'' if weighting.for_all_channels else part}-weights.fits"
        # The half with v below 0 mirrors the other.
        upper = fits.getdata(saved)[0, 0][weighting.height // 2 :].astype(float)
        assert plane.factors() / upper.max() == pytest.approx(upper / upper.max(), abs=EXACT)


def test_channels_are_those_of_wsclean(imaged: Callable[[Sequence[str]], Products], measured: str) -> None:
    images = imaged("-size 64 64 -scale 60asec -channels-out 3 -niter 0".split())
    visibilities = VisibilitySet.open(measured)
    found = []
    for part in images.channels:
        place = Place.of(header(images, part), images.path(part, "I", "image"))
        found.append(visibilities.channels(place.lowest, place.highest))
    # Its log on eight channels: 2, 3, 3.
    assert found == [slice(0, 2), slice(2, 5), slice(5, 8)]
    assert visibilities.channels(1e6, 2e6) == slice(0, 0)


def weighting(**changes: Any) -> Weighting:
    settings = {"mode": "briggs", "robustness": 0.0, "width": 8, "height": 8, "step": 0.01, **changes}
    return Weighting(**settings)


def part(u: Sequence[float], v: Sequence[float], weights: Sequence[float]) -> Part:
    rows = len(u)
    zeros = np.zeros(rows, int)
    return Part(np.zeros(rows), zeros, zeros + 1, np.array(u), np.array(v), np.array(weights)[:, np.newaxis])


FREQUENCY = np.array([299792458.0])  # a metre is a wavelength


def test_briggs_by_hand() -> None:
    # Cells are 12.5 wavelengths wide; two visibilities in one cell, of which one is mirrored, one in another.
    some = part([13.0, -14.0, 30.0], [13.0, -14.0, 1.0], [1.0, 3.0, 2.0])
    plane = Plane(weighting())
    plane.count(some, FREQUENCY)
    scale = 25.0 / ((4.0**2 + 2.0**2) / 6.0)
    expected = [1.0 / (1.0 + 4.0 * scale), 3.0 / (1.0 + 4.0 * scale), 2.0 / (1.0 + 2.0 * scale)]
    assert plane.weights(some, FREQUENCY)[:, 0] == pytest.approx(expected)


def test_robust_weights_lie_between_uniform_and_natural() -> None:
    random = np.random.default_rng(5)
    u, v, given = random.uniform(-45, 45, 300), random.uniform(-45, 45, 300), random.uniform(0.5, 2, 300)
    some = part(u, v, given)

    def made(**changes: Any) -> Any:
        plane = Plane(weighting(**changes))
        plane.count(some, FREQUENCY)
        found = plane.weights(some, FREQUENCY)[:, 0]
        return found / found.sum()

    assert made(robustness=5.0) == pytest.approx(made(mode="natural"), rel=1e-3)
    assert made(robustness=-5.0) == pytest.approx(made(mode="uniform"), rel=1e-3)


def test_what_lies_outside_of_the_plane_or_is_flagged_has_no_weight() -> None:
    some = part([51.0, 0.0, 13.0], [0.0, 51.0, 13.0], [1.0, 1.0, 0.0])
    plane = Plane(weighting(mode="uniform"))
    plane.count(some, FREQUENCY)
    assert plane.weights(some, FREQUENCY).sum() == 0.0


def test_the_filter_by_hand() -> None:
    factors = np.array([[1.0, 1.0, 0.0, 8.0], [1.0, 0.0, 0.0, 1.0]])
    # A cell reaches from two before to one after it; zeros do not count.
    around = (8.0 + 1.0 + 1.0) / 3
    expected = factors.copy()
    expected[0, 3] = 2.0 * around
    assert filtered(factors, 2.0, 4) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("options", "message"), [("-weight radial", "no such weighting"), ("-minuv-l far", "no number")]
)
def test_what_cannot_be_meant(options: str, message: str) -> None:
    place = Place(64, 64, 0.0, 0.0, 32.0, 32.0, -1e-3, 1e-3, 1e8, 2e8)
    with pytest.raises(GenericPipeError, match=message):
        Weighting.of(CommandLine.parse(["wsclean", *options.split(), "a.MS"]), place)


def test_what_is_not_followed_is_named() -> None:
    place = Place(64, 64, 0.0, 0.0, 32.0, 32.0, -1e-3, 1e-3, 1e8, 2e8)
    line = CommandLine.parse("wsclean -weight natural -taper-tukey 100 -maxuv-l 500 a.MS".split())
    made = Weighting.of(line, place)
    assert made.not_followed == ("-taper-tukey",)
    assert (made.shortest, made.longest, made.longest_metres) == (0.0, 500.0, math.inf)
