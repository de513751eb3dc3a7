"""Records of images (image contract 5.2)."""

from __future__ import annotations

import math
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .axes import put_coordinates
from .frames import DEFAULT_FRAME, location_frame
from .imagedsets import imaged, sets_of
from .record import Record, base_record, version_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: What FITS allows.
_MOST_AXES = 999
_BLOCK = 2880
_UNITS = {"JY/BEAM": "Jy/beam"}


def describe(path: Path) -> Record:
    """Return the record of an image: a folder is one of casacore's, ``.h5`` one in HDF5, all else is FITS.

    Whatever the file lacks is told in the record; what is known is in it all the same.

    Parameters
    ----------
    path
        The image; a link is followed.
    """
    is_fits = not path.is_dir() and path.suffix != ".h5"
    if path.suffix == ".h5":
        record = base_record(path, "HDF5", "HDF5DEFAULT")
    elif path.suffix.lower() == ".im":
        record = base_record(path, "AIPS++/CASA", "CASA", version_of("CASACORE_VERSION"))
    else:
        record = base_record(path, "FITS" if is_fits else "AIPS++/CASA")
    _put_defaults(record)
    if record.lacks:
        return record
    if not is_fits:
        from .casaimage import describe_with_casacore

        describe_with_casacore(record, str(path))
        return record.finished()
    from astropy.io import fits
    from astropy.utils.exceptions import AstropyWarning

    try:
        _look_at_start(path)
        with warnings.catch_warnings():
            # What astropy finds odd is either told below or of no account here.
            warnings.simplefilter("ignore", AstropyWarning)
            with fits.open(path, memmap=True, mode="readonly") as units:
                # What astropy makes of a header that it cannot make sense of has hardly any methods.
                if not isinstance(units[0], fits.PrimaryHDU):
                    raise ValueError("its first header is damaged")
                _describe(record, units[0], units.fileinfo(0), path)
    except (OSError, ValueError, TypeError, KeyError, fits.VerifyError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        record.lacks.append(f"it cannot be read as FITS: {reason}")
    return record.finished()


def _look_at_start(path: Path) -> None:
    """See to it that astropy does not count axes for ever."""
    with path.open("rb") as stream:
        axes = re.search(rb"NAXIS   = *(\d+)", stream.read(_BLOCK))
    if axes and int(axes[1]) > _MOST_AXES:
        raise ValueError(f"NAXIS = {int(axes[1])}, but FITS allows {_MOST_AXES}")


def _put_defaults(record: Record) -> None:
    record.put("numberOfAxes", 0)
    record.put("coordinateTypes", [])
    for kind in ("Direction", "Spectral", "Polarization"):
        record.put(f"nrOf{kind}Coordinates", 0)
    record.put("locationFrame", DEFAULT_FRAME)
    record.put("timeFrame", "")
    for axis in ("Major", "Minor"):
        record.put(f"restoringBeam{axis}Value", 0.0)
        record.put(f"restoringBeam{axis}Unit", "arcsec")
    record.put("rmsNoiseValue", 0.0)
    record.put("rmsNoiseUnit", "")


def _describe(record: Record, unit: Any, place: dict[str, Any], path: Path) -> None:
    header = unit.header
    if header.get("NAXIS", 0) < 2:
        record.lacks.append("its first unit holds no image")
        return
    put_coordinates(record, header)
    try:
        record.put("locationFrame", location_frame(str(header.get("SPECSYS", ""))))
    except ValueError as error:
        record.lacks.append(str(error))
    record.put("timeFrame", str(header.get("TIMESYS", "")).strip() or "UTC")
    _put_beam(record, header)
    _put_data(record, [str(card)[8:80] for card in header.cards if card.keyword == "HISTORY"])
    _put_noise(record, unit, place, path)


def _put_beam(record: Record, header: Any) -> None:
    """WSClean writes 0 where it fitted no beam, and for a beam that is not finite."""
    for axis, key in (("Major", "BMAJ"), ("Minor", "BMIN")):
        size = header.get(key)
        if isinstance(size, bool) or not isinstance(size, int | float):
            record.lacks.append(f"{key} is missing")
        elif not math.isfinite(size) or size <= 0:
            record.lacks.append(f"{key} = {size:g}: no beam was fitted")
        else:
            record.put(f"restoringBeam{axis}Value", size * 3600.0)


def _put_data(record: Record, history: list[str]) -> None:
    """Say of the imaged data what the image itself does not hold, where they can still be reached."""
    sets = sets_of(history)
    if not sets:
        return
    try:
        data = imaged(sets)
    except ValueError as error:
        record.remarks.append(f"the data that it was made of cannot be read: {error}")
        return
    record.put("imagerIntegrationTime", data.seconds)
    if record.values.get("Pointing.equinox") == "J2000":
        record.put("Pointing.angle1", data.angles[0])
        record.put("Pointing.angle2", data.angles[1])


def _put_noise(record: Record, unit: Any, place: dict[str, Any], path: Path) -> None:
    header = unit.header
    given = str(header.get("BUNIT", "")).strip()
    record.put("rmsNoiseUnit", _UNITS.get(given.upper().replace(" ", ""), given))
    if record.values["rmsNoiseUnit"] not in _UNITS.values():
        record.lacks.append(f"BUNIT = {given!r} is not Jy/beam" if given else "BUNIT is missing")
    pixels = math.prod(int(header[f"NAXIS{axis}"]) for axis in range(1, header["NAXIS"] + 1))
    wanted = place["datLoc"] + pixels * abs(int(header["BITPIX"])) // 8
    if path.stat().st_size < wanted:
        record.lacks.append(f"it is cut off: {path.stat().st_size} of at least {wanted} bytes are there")
        return
    if not pixels:
        record.lacks.append("it has no pixels")
        return
    known = header.get("MEANRMS")
    if isinstance(known, int | float) and not isinstance(known, bool) and math.isfinite(known) and known > 0:
        record.put("rmsNoiseValue", float(known))
        return
    from .noise import NoiseError, rms_noise

    try:
        noise = rms_noise(_first_plane(unit.data))
    except NoiseError as error:
        record.lacks.append(str(error))
        return
    if noise > 0 and math.isfinite(noise):
        record.put("rmsNoiseValue", noise)
    else:
        record.lacks.append("its noise is 0")


def _first_plane(data: NDArray[Any]) -> NDArray[Any]:
    """Return the first channel of the first polarisation, Stokes I where there are several."""
    plane: NDArray[Any] = data[(0,) * (data.ndim - 2)]
    return plane
