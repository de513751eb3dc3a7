"""Made-up files are valid: their own libraries open them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from genericpipe_plugins.mock import contents


def test_an_hdf5_file_is_opened_by_its_library(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "a.h5"
    path.write_bytes(contents.hdf5())
    with h5py.File(path, "r") as file:
        assert (list(file), list(file.attrs)) == ([], [])


def test_an_hdf5_file_can_be_filled(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "a.h5"
    path.write_bytes(contents.hdf5())
    names = [f"sol{number:03d}" for number in range(40)]  # more than one leaf of the root group holds
    with h5py.File(path, "r+") as file:
        for name in names:
            file.create_group(name).attrs["h5parm_version"] = "1.0"
    with h5py.File(path, "r") as file:
        assert list(file) == names
        assert file["sol039"].attrs["h5parm_version"] == "1.0"


def test_a_fits_file_is_an_image_of_the_sky() -> None:
    import numpy as np
    from astropy.io import fits
    from astropy.wcs import WCS

    with fits.open(io.BytesIO(contents.fits("JY/PIXEL", 4, 122e6))) as file:
        file.verify("exception")
        (image,) = file
        assert image.data.shape == (1, 1, 4, 4)
        # Success of an imaging step wants a finite pixel that is not zero (image contract 2.4).
        assert np.all(np.isfinite(image.data))
        assert np.all(image.data != 0)
        assert image.header["BUNIT"] == "JY/PIXEL"
        sky = WCS(image.header)
    assert sky.celestial.naxis == 2
    assert (sky.wcs.crval[2], sky.wcs.crval[3]) == (122e6, 4.0)


def test_fits_files_differ_by_frequency() -> None:
    assert contents.fits(frequency=120e6) != contents.fits(frequency=122e6)
