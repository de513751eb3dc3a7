"""The image pipeline on two small sets of LOFAR's own: as far as they go, and told where that ends."""

from __future__ import annotations

import math
import shutil
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from astropy.io import fits

from genericpipe import DataMap, read_parset

if TYPE_CHECKING:
    from tests.conftest import Outcome, Project

PARSET = Path(__file__).resolve().parents[2] / "parsets" / "Image.parset"
CONFIG = """\
[remote]
method = local
[wsclean]
without_idg = wgridder
"""
SMALL = {"cellsize_highres_deg": "0.00556", "fieldsize_highres": "0.4", "maxlambda_highres": "3000"}
PREFIX = "LOFAR.ObsSW.Observation.DataProducts."

#: Image contract 3.5 (a): what do_magic computes for tNDPPP-generic.
NUMBERS = {
    "deep_high_size": "3584 3584",
    "deep_high_padded_size": "5040 5040",
    "deep_low_size": "4704 4704",
    "deep_low_padded_size": "6720 6720",
    "nbands": "0",
    "nchansout_clean1": "2",
    "nwavelengths_high": "3",
    "nwavelengths_low": "1",
    "freqstep": "195312.5",
}

#: Image contract 5.4: the keys of a record, the axes of the direction apart.
KEYS = """\
DirectionCoordinate.PC0_0 DirectionCoordinate.PC0_1 DirectionCoordinate.PC1_0 DirectionCoordinate.PC1_1
DirectionCoordinate.equinox DirectionCoordinate.latitudePole DirectionCoordinate.longitudePole
DirectionCoordinate.nrOfDirectionLinearAxes DirectionCoordinate.projection
DirectionCoordinate.projectionParameters DirectionCoordinate.raDecSystem Pointing.angle1 Pointing.angle2
Pointing.coordType Pointing.equinox PolarizationCoordinate.PolarizationTabularAxis.length
PolarizationCoordinate.PolarizationTabularAxis.name PolarizationCoordinate.PolarizationTabularAxis.units
PolarizationCoordinate.polarizationType SpectralCoordinate.SpectralLinearAxis.increment
SpectralCoordinate.SpectralLinearAxis.length SpectralCoordinate.SpectralLinearAxis.name
SpectralCoordinate.SpectralLinearAxis.referencePixel SpectralCoordinate.SpectralLinearAxis.referenceValue
SpectralCoordinate.SpectralLinearAxis.units SpectralCoordinate.spectralAxisType
SpectralCoordinate.spectralQuantityType SpectralCoordinate.spectralQuantityValue coordinateTypes fileFormat
filename imagerIntegrationTime location locationFrame nrOfDirectionCoordinates nrOfPolarizationCoordinates
nrOfSpectralCoordinates numberOfAxes percentageWritten restoringBeamMajorUnit restoringBeamMajorValue
restoringBeamMinorUnit restoringBeamMinorValue rmsNoiseUnit rmsNoiseValue size storageWriter
storageWriterVersion timeFrame
""".split()
AXIS = "increment length name referencePixel referenceValue units".split()


@pytest.fixture
def unpacked(reference: Path, imager: str, tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that unpacks a set."""

    def unpack(name: str) -> Path:
        packed = reference / f"data/{name}.MS.tgz"
        if not packed.is_file():
            pytest.skip(f"there is no {packed}")
        with tarfile.open(packed) as archive:
            # Pythons before 3.11.4, as Debian 12 has, know no filters.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(tmp_path / "data")
        return tmp_path / "data" / f"{name}.MS"

    return unpack


def run(site: Project, sets: Sequence[Path], status: int, *more: str, **options: str) -> Outcome:
    """Run the pipeline."""
    given = {
        "data_input_filenames": f"[{','.join(map(str, sets))}]",
        "image_output_filenames": f"[{site.file('out/field.fits')}]",
        "parset_prefix": PREFIX,
        "max_cpus_per_img": "1",
        **options,
    }
    words = [word for name, text in given.items() for word in ("--set", f"{name}={text}")]
    return site.run("run", *words, *more, PARSET, timeout=300).expect(status)


def computed(site: Project, name: str) -> str:
    """Return the first entry of one of do_magic's maps."""
    return str(DataMap.load(site.file(f"Image/mapfiles/do_magic.datamap_{name}"))[0].file)


def next_subband(path: Path) -> Path:
    """Copy a set as if it were the next subband."""
    import casacore.tables as tables

    copy = path.with_name(f"{path.stem}-next.MS")
    shutil.copytree(path, copy)
    with tables.table(f"{copy}/SPECTRAL_WINDOW", readonly=False, ack=False) as window:
        for column in ("REF_FREQUENCY", "CHAN_FREQ"):
            window.putcol(column, window.getcol(column) + 195312.5)
    return copy


@pytest.mark.slow
def test_eight_stations_and_a_minute(
    project: Callable[..., Project], unpacked: Callable[[str], Path]
) -> None:
    import casacore.tables as tables

    site = project({"pipeline.cfg": CONFIG})
    observed = unpacked("tNDPPP-generic")

    # With the sizes that are usual, do_magic computes what prefactor's script has computed.
    run(site, [observed], 0, "--until", "dpppconcat")
    assert {name: computed(site, name) for name in NUMBERS} == NUMBERS
    assert float(computed(site, "timestep")) == pytest.approx(20.0278, abs=1e-4)

    # 8 channels of 24 kHz and 6 times of 10 s become one channel and 3 times.
    with tables.table(str(site.file("Image/tNDPPP-generic.dpppconcat")), ack=False) as joined:
        data, flags, times = joined.getcol("DATA"), joined.getcol("FLAG"), set(joined.getcol("TIME"))
        manager = joined.getdminfo("WEIGHT_SPECTRUM")["TYPE"]
    assert data.shape[1:] == (1, 4)
    assert len(times) == 3
    assert np.isfinite(data[~flags]).all()
    assert manager == "DyscoStMan"

    # Of a single channel WSClean makes no image of joined channels: that is said, and nothing is fed back.
    done = run(site, [observed], 1, **SMALL)
    assert "few-channels" in site.file("Image/logs/pipeline.log").read_text("utf-8")
    assert "there are only 1 unique channels" in done.stdout
    assert not site.file("Image/images.metadata").exists()


@pytest.mark.slow
def test_two_subbands_of_them_become_an_image(
    project: Callable[..., Project], unpacked: Callable[[str], Path]
) -> None:
    site = project({"pipeline.cfg": CONFIG})
    observed = unpacked("tNDPPP-generic")
    run(site, [next_subband(observed), observed], 0, **SMALL, auto_mask="6", auto_threshold="4")
    job = site.file("Image")
    plain, corrected = (
        np.asarray(fits.getdata(job / f"fullband-MFS-image{suffix}.fits"), float).squeeze()
        for suffix in ("", "-pb")
    )
    assert plain.any()
    assert np.isfinite(plain).all()
    check_beam(plain, corrected)
    copy = site.file("out/field.fits")
    assert copy.read_bytes() == (job / "fullband-MFS-image.fits").read_bytes()
    check_feedback(site, copy, observed)


def check_beam(plain: np.ndarray, corrected: np.ndarray) -> None:
    """Fail unless the beam is 1 at the centre and falls off to all sides, to what a Gaussian has there."""
    with np.errstate(divide="ignore", invalid="ignore"):
        beam = plain / corrected
    middle = len(beam) // 2
    assert beam[middle, middle] == pytest.approx(1, abs=0.01)
    # The field is 0.4 beam widths a side, so that its corners are 0.28 widths from the centre. The width
    # that counts there is that of do_magic, 1.1 times lambda / D, stretched by elevation.
    edges = [beam[middle, 2], beam[middle, -2], beam[2, middle], beam[-2, middle]]
    for edge in edges:
        assert 0.8 < edge < 0.97
    for corner in (beam[2, 2], beam[2, -2], beam[-2, 2], beam[-2, -2]):
        assert corner < min(edges) + 0.03


def check_feedback(site: Project, copy: Path, observed: Path) -> None:
    """Fail unless the record is whole and about this observation."""
    import casacore.tables as tables

    path = site.file("Image/images.metadata")
    feedback = read_parset(path)
    begin = f"{PREFIX}Output_SkyImage_[0]."
    record: Mapping[str, str] = {
        key.removeprefix(begin): feedback[key].raw for key in feedback if key.startswith(begin)
    }
    axes = [f"DirectionCoordinate.DirectionLinearAxis[{number}].{key}" for number in (0, 1) for key in AXIS]
    assert set(record) == {*KEYS, *axes}
    with tables.table(f"{observed}/FIELD", ack=False) as field:
        direction = field.getcol("PHASE_DIR")[0, 0]
    assert float(record["Pointing.angle1"]) == pytest.approx(direction[0] % (2 * math.pi), abs=1e-6)
    assert float(record["Pointing.angle2"]) == pytest.approx(direction[1], abs=1e-6)
    # 134.375 MHz and the next subband: 6 times of 10.0139008 s.
    assert float(record["SpectralCoordinate.spectralQuantityValue"]) == pytest.approx(
        134375000 + 97656.25, abs=1e5
    )
    assert float(record["imagerIntegrationTime"]) == pytest.approx(60.0834, rel=0.01)
    assert record["percentageWritten"] == "100"
    assert int(record["size"]) == copy.stat().st_size
    assert float(record["restoringBeamMajorValue"]) > float(record["restoringBeamMinorValue"]) > 0
    assert "nothing is wrong" in site.run("feedback", "check", path).expect(0).stdout


@pytest.mark.slow
def test_four_seconds_are_too_short_to_be_averaged(
    project: Callable[..., Project], unpacked: Callable[[str], Path]
) -> None:
    site = project({"pipeline.cfg": CONFIG})
    observed = unpacked("tAWImager2")
    done = run(site, [observed], 1, **SMALL)
    # Elevation and interval are those of the image contract, 3.5 (a); the rest is in the headers.
    assert computed(site, "deep_high_size") == size_of(observed, elevation=0.7669791205)
    assert float(computed(site, "timestep")) == pytest.approx(8 * 2.00278016, abs=1e-4)
    assert computed(site, "freqstep") == "195312.5"

    # DP3 would abort and leave a broken set: it is not even started.
    assert "not started" in done.stdout
    assert "comes out with a single time slot: Dysco cannot store fewer than two" in done.stdout
    assert "dp3-dysco-slots" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not site.file("Image/tAWImager2.average").exists()
    assert not site.file("Image/images.metadata").exists()


def size_of(path: Path, elevation: float) -> str:
    """Return the size that image contract 3.2 prescribes."""
    import casacore.tables as tables

    def header(table: str, column: str) -> Any:
        with tables.table(f"{path}/{table}", ack=False) as opened:
            return opened.getcell(column, 0)

    wavelength = 3.0e8 / header("SPECTRAL_WINDOW", "REF_FREQUENCY")
    width = math.degrees(1.1 * wavelength / header("ANTENNA", "DISH_DIAMETER")) / math.sin(elevation)
    size = int(width / float(SMALL["cellsize_highres_deg"]) * float(SMALL["fieldsize_highres"]))
    while size % 2 or not is_smooth(size):
        size += 1
    return f"{size} {size}"


def is_smooth(number: int) -> bool:
    """Return whether a number has no prime factor above 7."""
    for factor in (2, 3, 5, 7):
        while number % factor == 0:
            number //= factor
    return number == 1
