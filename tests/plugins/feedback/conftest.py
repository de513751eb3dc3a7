"""Small images as WSClean writes them, and measurement sets as casacore makes them."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

#: What WSClean 3.1 says of an image of one band in Stokes I (image contract 5.2), and of the example of 5.4.
HEADER: dict[str, Any] = {
    "BSCALE": 1.0,
    "BZERO": 0.0,
    "BUNIT": "JY/BEAM ",
    "BMAJ": 0.0075,
    "BMIN": 0.005,
    "BPA": 10.0,
    "EQUINOX": 2000.0,
    "BTYPE": "Intensity",
    "TELESCOP": "LOFAR",
    "OBJECT": "BEAM_0",
    "ORIGIN": "WSClean",
    "CTYPE1": "RA---SIN",
    "CRVAL1": 24.422080,
    "CDELT1": -0.00208,
    "CUNIT1": "deg",
    "CTYPE2": "DEC--SIN",
    "CRVAL2": 33.159759,
    "CDELT2": 0.00208,
    "CUNIT2": "deg",
    "CTYPE3": "FREQ",
    "CRPIX3": 1.0,
    "CRVAL3": 143930468.75,
    "CDELT3": 47656250.0,
    "CUNIT3": "Hz",
    "CTYPE4": "STOKES",
    "CRPIX4": 1.0,
    "CRVAL4": 1.0,
    "CDELT4": 1.0,
    "CUNIT4": "",
    "SPECSYS": "TOPOCENT",
    "DATE-OBS": "2013-03-29T13:59:53.0",
    "WSCVERSI": "3.1.0",
}


@pytest.fixture
def fits_image(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of FITS images: keys of the header to change, or to leave out where they are None."""
    fits = pytest.importorskip("astropy.io.fits")
    import numpy as np

    def make(
        name: str = "fullband-MFS-image.fits",
        data: Any = None,
        history: tuple[str, ...] = (),
        **changed: Any,
    ) -> Path:
        if data is None:
            data = np.random.default_rng(1).normal(0, 2e-4, (480, 400)).astype(np.float32)
            data[240, 200] = 1.5
        planes = data if data.ndim == 4 else data.reshape((1, 1, *data.shape))
        unit = fits.PrimaryHDU(planes)
        rows, columns = planes.shape[-2:]
        header = {**HEADER, "CRPIX1": columns / 2 + 1, "CRPIX2": rows / 2 + 1, **changed}
        for key, value in header.items():
            if value is not None and key not in ("BSCALE", "BZERO"):
                unit.header[key.replace("__", "-")] = value
        for text in history:
            unit.header.add_history(text)
        path = tmp_path / name
        unit.writeto(path)
        return path

    return make


@pytest.fixture
def small_set(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of measurement sets: two baselines at each of these times."""
    tables = pytest.importorskip("casacore.tables")
    import numpy as np

    def make(
        name: str = "L1_SAP002_SB003_uv.MS",
        times: tuple[float, ...] = (4871282397.0, 4871282407.0, 4871282417.0),
        window: str = "SB-3",
        frequency: float = 134375000.0,
        clock: float | None = 200.0,
        manager: str = "TiledColumnStMan",
    ) -> Path:
        path = tmp_path / name
        column = tables.makearrcoldesc("DATA", 0j, ndim=2, shape=[4, 4], valuetype="complex")
        managers = {"data": {"TYPE": manager, "NAME": "Data", "COLUMNS": ["DATA"]}}
        main = tables.default_ms(str(path), tables.maketabdesc([column]), managers)
        main.addrows(2 * len(times))
        if times:
            main.putcol("TIME", np.repeat(times, 2))
            main.putcol("EXPOSURE", np.full(2 * len(times), 10.0))
        main.close()
        with tables.table(f"{path}/SPECTRAL_WINDOW", readonly=False, ack=False) as windows:
            windows.addrows(1)
            for key, value in {
                "NAME": window,
                "REF_FREQUENCY": frequency,
                "NUM_CHAN": 4,
                "RESOLUTION": np.full(4, 48828.125),
            }.items():
                windows.putcell(key, 0, value)
        with tables.table(f"{path}/FIELD", readonly=False, ack=False) as fields:
            fields.addrows(1)
            fields.putcell("PHASE_DIR", 0, np.array([[-1.5, 0.25]]))
        with tables.table(f"{path}/OBSERVATION", readonly=False, ack=False) as observations:
            observations.addrows(1)
            if clock is not None:
                observations.addcols(tables.makescacoldesc("LOFAR_CLOCK_FREQUENCY", 0.0))
                observations.putcell("LOFAR_CLOCK_FREQUENCY", 0, clock)
        return path

    return make


@pytest.fixture
def real_set(reference: Path, tmp_path: Path) -> Path:
    """Return a real measurement set of six times and eight channels."""
    pytest.importorskip("casacore.tables")
    with tarfile.open(reference / "data" / "tNDPPP-generic.MS.tgz") as archive:
        # Pythons before 3.11.4, as Debian 12 has, know no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path)
    return tmp_path / "tNDPPP-generic.MS"
