"""Records of images, held against image contract 5.2 and its worked example 5.4."""

from __future__ import annotations

import math
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.feedback import genericpipe_product_metadata

np = pytest.importorskip("numpy")

Maker = Callable[..., Path]


def described(path: Path) -> dict[str, str]:
    """Return the record of an image."""
    answer = genericpipe_product_metadata(product_type="SkyImage", path=path)
    assert answer is not None
    return dict(answer)


# Image contract 5.4 without what the step or the imaged data know (filename, location,
# imagerIntegrationTime); the image is one of 400 x 480 pixels here, not 4200 x 4200.
EXAMPLE = """\
DirectionCoordinate.DirectionLinearAxis[0].increment=3.6302848441482055e-05
DirectionCoordinate.DirectionLinearAxis[0].length=480
DirectionCoordinate.DirectionLinearAxis[0].name=Declination
DirectionCoordinate.DirectionLinearAxis[0].referencePixel=240.0
DirectionCoordinate.DirectionLinearAxis[0].referenceValue=0.5787469737178224
DirectionCoordinate.DirectionLinearAxis[0].units=rad
DirectionCoordinate.DirectionLinearAxis[1].increment=-3.6302848441482055e-05
DirectionCoordinate.DirectionLinearAxis[1].length=400
DirectionCoordinate.DirectionLinearAxis[1].name=Right Ascension
DirectionCoordinate.DirectionLinearAxis[1].referencePixel=200.0
DirectionCoordinate.DirectionLinearAxis[1].referenceValue=0.42624570618545676
DirectionCoordinate.DirectionLinearAxis[1].units=rad
DirectionCoordinate.PC0_0=1.0
DirectionCoordinate.PC0_1=0.0
DirectionCoordinate.PC1_0=0.0
DirectionCoordinate.PC1_1=1.0
DirectionCoordinate.equinox=J2000
DirectionCoordinate.latitudePole=33.159759
DirectionCoordinate.longitudePole=180.0
DirectionCoordinate.nrOfDirectionLinearAxes=2
DirectionCoordinate.projection=SIN
DirectionCoordinate.projectionParameters=[0.0,0.0]
DirectionCoordinate.raDecSystem=ICRS
Pointing.angle1=0.42624570618545676
Pointing.angle2=0.5787469737178224
Pointing.coordType=RA-DEC
Pointing.equinox=J2000
PolarizationCoordinate.PolarizationTabularAxis.length=1
PolarizationCoordinate.PolarizationTabularAxis.name=Stokes
PolarizationCoordinate.PolarizationTabularAxis.units=
PolarizationCoordinate.polarizationType=[I]
SpectralCoordinate.SpectralLinearAxis.increment=47656250.0
SpectralCoordinate.SpectralLinearAxis.length=1
SpectralCoordinate.SpectralLinearAxis.name=Frequency
SpectralCoordinate.SpectralLinearAxis.referencePixel=0.0
SpectralCoordinate.SpectralLinearAxis.referenceValue=143930468.75
SpectralCoordinate.SpectralLinearAxis.units=Hz
SpectralCoordinate.spectralAxisType=Linear
SpectralCoordinate.spectralQuantityType=Frequency
SpectralCoordinate.spectralQuantityValue=143930468.75
coordinateTypes=[spectral,stokes,direction]
fileFormat=FITS
locationFrame=TOPOCENTER
nrOfDirectionCoordinates=1
nrOfPolarizationCoordinates=1
nrOfSpectralCoordinates=1
numberOfAxes=4
percentageWritten=100
restoringBeamMajorUnit=arcsec
restoringBeamMajorValue=27.0
restoringBeamMinorUnit=arcsec
restoringBeamMinorValue=18.0
rmsNoiseUnit=Jy/beam
storageWriter=UNKNOWN
storageWriterVersion=UNKNOWN
timeFrame=UTC
"""


def test_the_worked_example(fits_image: Maker) -> None:
    path = fits_image()
    record = described(path)
    assert float(record.pop("rmsNoiseValue")) == pytest.approx(2.014033e-4, rel=5e-7)
    # One or more blocks of header, then the pixels, in blocks of 2880 bytes.
    size = int(record.pop("size"))
    assert size == path.stat().st_size
    assert size % 2880 == 0
    assert record == dict(line.split("=", 1) for line in EXAMPLE.splitlines())


def test_its_numbers_are_plain(fits_image: Maker) -> None:
    for key, text in described(fits_image()).items():
        assert "np." not in text, key
        if re.match(r"[\d-]", text) and key != "filename":
            float(text)


def test_the_noise_that_is_in_the_header_counts(fits_image: Maker) -> None:
    assert described(fits_image(MEANRMS=1.5e-4))["rmsNoiseValue"] == "0.00015"


@pytest.mark.parametrize("given", [0.0, -1.0])
def test_a_noise_in_the_header_that_can_be_none_is_measured(fits_image: Maker, given: float) -> None:
    assert float(described(fits_image(MEANRMS=given))["rmsNoiseValue"]) == pytest.approx(
        2.014033e-4, rel=5e-7
    )


def test_a_negative_right_ascension_is_turned_for_the_pointing_alone(fits_image: Maker) -> None:
    record = described(fits_image(CRVAL1=-90.0))
    assert float(record["Pointing.angle1"]) == pytest.approx(1.5 * math.pi, rel=1e-15)
    assert float(record["DirectionCoordinate.DirectionLinearAxis[1].referenceValue"]) == -math.pi / 2


def test_several_polarisations(fits_image: Maker) -> None:
    """The noise is that of Stokes I, the first plane."""
    planes = np.random.default_rng(2).normal(0, 1, (4, 1, 64, 64)).astype(np.float32)
    planes[1:] *= 100
    record = described(fits_image(data=planes))
    assert record["PolarizationCoordinate.polarizationType"] == "[I,Q,U,V]"
    assert record["PolarizationCoordinate.PolarizationTabularAxis.length"] == "4"
    assert float(record["rmsNoiseValue"]) == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize(
    ("start", "step", "length", "expected"),
    [(-1.0, -1.0, 4, "[RR,LL,RL,LR]"), (-5.0, -1.0, 4, "[XX,YY,XY,YX]"), (2.0, 1.0, 1, "[Q]")],
)
def test_the_numbers_of_polarisations(
    fits_image: Maker, start: float, step: float, length: int, expected: str
) -> None:
    planes = np.random.default_rng(2).normal(0, 1, (length, 1, 32, 32)).astype(np.float32)
    record = described(fits_image(data=planes, CRVAL4=start, CDELT4=step))
    assert record["PolarizationCoordinate.polarizationType"] == expected


def test_axes_are_known_by_their_names(fits_image: Maker) -> None:
    """Images that went through casacore have polarisations before frequencies."""
    swapped: dict[str, Any] = {
        f"{key}{new}": value
        for new, values in {
            3: {"CTYPE": "STOKES", "CRVAL": 1.0, "CDELT": 1.0, "CUNIT": ""},
            4: {"CTYPE": "FREQ", "CRVAL": 143930468.75, "CDELT": 47656250.0, "CUNIT": "Hz"},
        }.items()
        for key, value in values.items()
    }
    record = described(fits_image(**swapped))
    assert record["PolarizationCoordinate.polarizationType"] == "[I]"
    assert record["SpectralCoordinate.spectralQuantityValue"] == "143930468.75"
    assert record["percentageWritten"] == "100"


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("TOPOCENT", "TOPOCENTER"),
        ("GEOCENTR", "GEOCENTER"),
        ("BARYCENT", "BARYCENTER"),
        ("HELIOCEN", "HELIOCENTER"),
        ("LSRK", "LSRK"),
        ("LSRD", "LSRD"),
        ("GALACTOC", "GALACTIC"),
        ("LOCALGRP", "LOCAL_GROUP"),
        ("TOPO", "TOPOCENTER"),
        (None, "GEOCENTER"),
    ],
)
def test_frames_have_the_names_of_the_archive(fits_image: Maker, frame: str, expected: str) -> None:
    record = described(fits_image(SPECSYS=frame))
    assert (record["locationFrame"], record["percentageWritten"]) == (expected, "100")


@pytest.mark.parametrize(
    ("changed", "key", "expected"),
    [
        ({"EQUINOX": 1950.0, "RADESYS": "FK4"}, "Pointing.equinox", "B1950"),
        ({"RADESYS": "FK5"}, "DirectionCoordinate.raDecSystem", "FK5"),
        ({"EQUINOX": None}, "DirectionCoordinate.equinox", "J2000"),
        ({"TIMESYS": "TAI"}, "timeFrame", "TAI"),
        ({"LONPOLE": 170.0}, "DirectionCoordinate.longitudePole", "170.0"),
        ({"LATPOLE": 12.5}, "DirectionCoordinate.latitudePole", "12.5"),
        ({"PV2_1": 0.25, "PV2_2": -0.5}, "DirectionCoordinate.projectionParameters", "[0.25,-0.5]"),
        ({"PC1_2": 0.1}, "DirectionCoordinate.PC0_1", "0.1"),
        ({"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN"}, "DirectionCoordinate.projection", "TAN"),
        ({"BUNIT": "Jy/beam"}, "rmsNoiseUnit", "Jy/beam"),
    ],
)
def test_other_headers(fits_image: Maker, changed: dict[str, Any], key: str, expected: str) -> None:
    record = described(fits_image(**changed))
    assert (record[key], record["percentageWritten"]) == (expected, "100")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"BMAJ": None}, "BMAJ is missing"),
        ({"BMAJ": 0.0, "BMIN": 0.0}, "BMAJ = 0: no beam was fitted; BMIN = 0: no beam was fitted"),
        ({"SPECSYS": "SOURCE"}, "the archive has no name for the frame 'SOURCE'"),
        ({"RADESYS": "FK3"}, "the archive has no name for RADESYS = 'FK3'"),
        ({"EQUINOX": 1875.0}, "EQUINOX = 1875.0 is neither 2000 nor 1950"),
        ({"CDELT1": None}, "CDELT1 is missing"),
        ({"CRVAL2": "north"}, "CRVAL2 = 'north' is no number"),
        ({"CTYPE3": "VOPT"}, "there is no spectral axis"),
        ({"CTYPE1": "GLON-SIN", "CTYPE2": "GLAT-SIN"}, "there is no direction axis"),
        ({"CRVAL4": 9.0}, "there is no polarisation with the number 9"),
        ({"BUNIT": "JY/PIXEL"}, "BUNIT = 'JY/PIXEL' is not Jy/beam"),
        ({"BUNIT": None}, "BUNIT is missing"),
        ({"CROTA2": 30.0}, "CROTA2 turns the image, for which there is no key"),
    ],
)
def test_a_record_that_is_not_complete_says_why(fits_image: Maker, changed: dict[str, Any], why: str) -> None:
    """What is known is there all the same (image contract 6, metadata incomplete)."""
    record = described(fits_image(**changed))
    assert record["incomplete"] == why
    assert record["percentageWritten"] == "50"
    assert record["fileFormat"] == "FITS"
    assert float(record["rmsNoiseValue"]) > 0
    assert record["restoringBeamMajorUnit"] == "arcsec"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (math.nan, "no pixel of the image is finite and not zero"),
        (0.0, "no pixel of the image is finite and not zero"),
        (1.0, "its noise is 0"),
    ],
)
def test_an_image_of_nothing(fits_image: Maker, value: float, why: str) -> None:
    record = described(fits_image(data=np.full((64, 64), value, np.float32)))
    assert (record["incomplete"], record["percentageWritten"]) == (why, "50")
    assert record["rmsNoiseValue"] == "0.0"
    assert record["restoringBeamMajorValue"] == "27.0"


def test_a_file_that_is_cut_off(fits_image: Maker) -> None:
    path = fits_image()
    whole = path.stat().st_size
    os.truncate(path, whole // 2)
    record = described(path)
    assert record["incomplete"].startswith(f"it is cut off: {whole // 2} of at least ")
    assert record["percentageWritten"] == "50"
    assert record["numberOfAxes"] == "4"


@pytest.mark.parametrize("length", [0, 1, 80, 1000, 2880])
def test_hardly_any_file(fits_image: Maker, length: int) -> None:
    path = fits_image()
    os.truncate(path, length)
    record = described(path)
    assert record["percentageWritten"] == "50"
    assert record["incomplete"]
    assert "\n" not in record["incomplete"]
    assert record["size"] == str(length)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("NAXIS", "9999999999", "it cannot be read as FITS: NAXIS = 9999999999, but FITS allows 999"),
        ("NAXIS4", "99999", "there are not 99999 polarisations"),
        ("BITPIX", "-64", "it is cut off"),
        ("SIMPLE", "F", ""),
        ("CRVAL1", "NaN", "CRVAL1"),
    ],
)
def test_a_damaged_header(fits_image: Maker, key: str, value: str, why: str) -> None:
    path = fits_image()
    data = bytearray(path.read_bytes())
    place = data.index(f"{key:8}=".encode())
    data[place + 10 : place + 30] = value.rjust(20).encode()
    path.write_bytes(data)
    record = described(path)
    assert record["percentageWritten"] == "50"
    assert why in record["incomplete"]
    assert "\n" not in record["incomplete"]


def test_no_fits_at_all(tmp_path: Path) -> None:
    path = tmp_path / "image.fits"
    path.write_text("once upon a time\n" * 1000)
    record = described(path)
    assert record["incomplete"].startswith("it cannot be read as FITS: ")
    assert record["percentageWritten"] == "50"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    record = described(tmp_path / "image.fits")
    assert record["percentageWritten"] == "0"
    assert record["incomplete"] == "there is no such file"
    assert (record["size"], record["numberOfAxes"], record["coordinateTypes"]) == ("0", "0", "[]")
    assert (record["locationFrame"], record["restoringBeamMajorValue"]) == ("GEOCENTER", "0.0")


def test_a_link_is_followed(fits_image: Maker, tmp_path: Path) -> None:
    path = fits_image()
    link = tmp_path / "link.fits"
    link.symlink_to(path)
    assert described(link) == described(path)
    path.unlink()
    assert described(link)["incomplete"] == "the link leads nowhere"


def test_a_folder_has_the_size_that_du_tells(tmp_path: Path) -> None:
    folder = tmp_path / "image.im"
    (folder / "inner").mkdir(parents=True)
    (folder / "a").write_bytes(b"x" * 1000)
    (folder / "inner" / "b").write_bytes(b"x" * 10)
    os.link(folder / "a", folder / "inner" / "again")
    (folder / "c").symlink_to("a")
    told = subprocess.run(["du", "-s", "-b", folder], capture_output=True, text=True, check=True).stdout
    record = described(folder)
    assert record["size"] == told.split()[0]
    assert record["percentageWritten"] == "50"
    assert record["fileFormat"] == "AIPS++/CASA"


def test_other_products_are_left_to_other_plugins(tmp_path: Path) -> None:
    assert genericpipe_product_metadata(product_type="Pulp", path=tmp_path) is None
