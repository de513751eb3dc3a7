"""Images in casacore's own format: the same image says the same in both (image contract 5.2)."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.feedback import genericpipe_product_metadata

images = pytest.importorskip("casacore.images")

Maker = Callable[..., Path]


def described(path: Path) -> dict[str, str]:
    answer = genericpipe_product_metadata(product_type="SkyImage", path=path)
    assert answer is not None
    return dict(answer)


@pytest.fixture
def casa_image(fits_image: Maker, tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """Return a maker of an image as FITS and as casacore has it."""

    def make(name: str = "fullband.im", **header: Any) -> tuple[Path, Path]:
        given = fits_image(**header)
        images.image(str(given)).saveas(str(tmp_path / name))
        return given, tmp_path / name

    return make


def test_it_says_what_the_fits_file_says(
    casa_image: Callable[..., tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also that it is not square: LOFAR's own exchanged the two lengths."""
    monkeypatch.setenv("CASACORE_VERSION", "3.5.0")
    fits, casa = map(described, casa_image())
    assert casa.keys() == fits.keys()
    assert (casa["fileFormat"], casa["storageWriter"]) == ("AIPS++/CASA", "CASA")
    assert casa["storageWriterVersion"] == "3.5.0"
    assert casa["DirectionCoordinate.DirectionLinearAxis[0].length"] == "480"
    for key in casa.keys() - {"fileFormat", "storageWriter", "storageWriterVersion", "size"}:
        try:
            expected = float(fits[key])
        except ValueError:
            assert casa[key] == fits[key], key
        else:
            assert float(casa[key]) == pytest.approx(expected, rel=1e-12, abs=1e-15), key


def test_what_lofar_s_imager_left_in_it_counts(casa_image: Callable[..., tuple[Path, Path]]) -> None:
    _, path = casa_image("image")
    opened = images.image(str(path))
    for group, values in {
        "LOFAR_FIELD": {"PHASE_DIR": [-1.5, 0.25]},
        "LOFAR_OBSERVATION": {"OBSERVATION_INTEGRATION_TIME": 3600.0},
    }.items():
        opened.attrcreategroup(group)
        for name, value in values.items():
            opened.attrput(group, name, 0, value)
    opened.attrcreategroup("LOFAR_QUALITY")
    for row, (measure, noise) in enumerate((("RMS_NOISE_Q", 1.0), ("RMS_NOISE_I", 3e-4))):
        opened.attrput("LOFAR_QUALITY", "QUALITY_MEASURE", row, measure)
        opened.attrput("LOFAR_QUALITY", "VALUE", row, noise)
    del opened
    record = described(path)
    assert record["rmsNoiseValue"] == "0.0003"
    assert record["imagerIntegrationTime"] == "3600.0"
    assert float(record["Pointing.angle1"]) == pytest.approx(2 * math.pi - 1.5)
    assert record["Pointing.angle2"] == "0.25"
    assert (record["percentageWritten"], record["storageWriter"]) == ("100", "UNKNOWN")


def test_no_beam(casa_image: Callable[..., tuple[Path, Path]]) -> None:
    _, path = casa_image(BMAJ=None, BMIN=None)
    record = described(path)
    assert record["percentageWritten"] == "50"
    assert record["incomplete"] == "it has no major axis of a beam; it has no minor axis of a beam"
    assert float(record["rmsNoiseValue"]) == pytest.approx(2.014033e-4, rel=5e-7)


def test_a_damaged_one(casa_image: Callable[..., tuple[Path, Path]], tmp_path: Path) -> None:
    _, path = casa_image()
    (path / "table.dat").write_bytes(b"rubbish")
    assert described(path)["incomplete"].startswith("it cannot be read as an image of casacore's: ")
    shutil.rmtree(path)
    path.mkdir()
    assert described(path)["percentageWritten"] == "50"
    (tmp_path / "image.h5").write_bytes(b"rubbish")
    record = described(tmp_path / "image.h5")
    assert (record["fileFormat"], record["storageWriter"]) == ("HDF5", "HDF5DEFAULT")
    assert record["percentageWritten"] == "50"
    assert "\n" not in record["incomplete"]
