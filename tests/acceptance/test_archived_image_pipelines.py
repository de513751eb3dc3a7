"""prefactor's image pipelines as they were published, on the real programs: only their options are set."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits
from genericpipe_plugins.quality.measurement import measure_sources

from genericpipe import read_parset

if TYPE_CHECKING:
    from tests.conftest import Outcome, Project

FOR_USERS = "archive/lofar-astron+prefactor/V3.0/Pre-Facet-Image.parset"
PRODUCTION = "archive/lmorabit+prefactor/production/Pre-Facet-Image.parset"

CONFIG = """\
[remote]
method = local
[wsclean]
without_idg = wgridder
"""

#: An image of 480 pixels a side, made in seconds.
SMALL = {"cellsize_highres_deg": "0.00278", "fieldsize_highres": "0.3"}

#: The steps up to the source list, which both have.
COMMON = [
    "create_ms_map",
    "combine_mapfile",
    "do_magic",
    "average",
    "combine_mapfile_deep",
    "plot_uvcov",
    "dpppconcat",
    "wsclean_high_deep",
    "createmap_image_i",
    "plot_im_high_i",
    "createmap_image_v",
    "plot_im_high_v",
]
FEEDBACK = ["copy_output_images", "make_image_metadata"]


@pytest.fixture
def site(project: Callable[..., Project]) -> Project:
    """Return a project with nothing but a configuration: no folder of prefactor is on this machine."""
    return project({"pipeline.cfg": CONFIG})


@pytest.fixture
def has_finder() -> bool:
    """Return whether PyBDSF is there, which makes the source list."""
    return importlib.util.find_spec("bdsf") is not None


def words_of(site: Project, options: Mapping[str, str]) -> list[str]:
    """Return the words that set options."""
    options = {"prefactor_directory": str(site.file("prefactor")), **SMALL, **options}
    return [word for name, text in options.items() for word in ("--set", f"{name}={text}")]


def steps_of(site: Project, job: Path) -> dict[str, str]:
    """Return the steps that ran, in order, with what became of each."""
    found = site.run("status", job, "--format", "json").expect(0).json()
    return {step["step"]: step["state"] for step in found["steps"]}


def pixels(path: Path) -> np.ndarray:
    """Return the pixels of an image."""
    return np.asarray(fits.getdata(path), float).squeeze()


def check_images(job: Path, observation: Sequence[Path]) -> None:
    """Fail unless all four Stokes images are there, I shows the brightest source and V no sky."""
    for stokes in "IQUV":
        assert np.isfinite(pixels(job / f"fullband-MFS-{stokes}-image.fits")).all(), stokes
    corrected = {stokes: pixels(job / f"fullband-MFS-{stokes}-image-pb.fits") for stokes in "IV"}
    for image in corrected.values():
        assert np.isfinite(image).all()
        assert image.any()
    assert np.abs(corrected["V"]).max() < 0.5 * np.abs(corrected["I"]).max()
    brightest, *_ = measure_sources(
        job / "fullband-MFS-I-image-pb.fits", observation[0].parent / "truth.json"
    )
    assert brightest.expected == pytest.approx(3.0, rel=0.01)
    assert brightest.found, brightest.trouble
    assert abs(brightest.ratio - 1) < 3 * brightest.flux_error / brightest.expected
    assert brightest.offset < brightest.major / 5
    drawn = sorted(path.name for path in (job / "results/inspection").glob("*.png"))
    pictures = [f"fullband-MFS-{stokes}-image-pb.plot_im_high_{stokes.lower()}.png" for stokes in "IV"]
    assert set(drawn) >= {*pictures, "uv_coverage.png"}


def check_source_list(path: Path) -> None:
    """Fail unless it has a source of about 3 Jy."""
    with fits.open(path) as opened:
        fluxes = np.asarray(opened[1].data["Total_flux"], float)
    assert any(2 < flux < 4 for flux in fluxes)


@pytest.mark.slow
def test_the_pipeline_for_users(
    site: Project, reference: Path, observation: list[Path], imager: str, has_finder: bool
) -> None:
    parset = reference / FOR_USERS
    words = words_of(
        site,
        {
            "target_input_path": str(observation[0].parent),
            "target_input_pattern": "*.MS",
            "wsclean_executable": imager,
            "max_cpus_per_img": "2",
        },
    )
    # The list of sources comes last; without PyBDSF the run can be told to end before it.
    until = [] if has_finder else ["--until", COMMON[-1]]
    done = site.run("run", *words, *until, parset, timeout=600).expect(0)
    job = site.file("Pre-Facet-Image")
    listed = {"make_source_list": "done" if has_finder else "waiting"}
    assert steps_of(site, job) == dict.fromkeys(COMMON, "done") | listed
    check_images(job, observation)
    if has_finder:
        check_source_list(job / "fullband-MFS-I-image-pb.make_source_list")

    # What answers for what is missing is said before anything runs.
    said = done.stdout + done.stderr
    log = (job / "logs/pipeline.log").read_text("utf-8")
    scripts = ["InitSubtract_deep_sort_and_compute.py", "plot_uvcov.py", "plot_image.py"]
    for script in (*scripts, *(["make_source_list.py"] if has_finder else [])):
        assert f"{site.file('prefactor/scripts')}/{script} is not there" in log
    assert f"{scripts[0]} is not there" in said
    assert "NDPPP is not there" in said

    # Where PyBDSF is missing, the step says what to install, and nothing else is wrong.
    site.write("hidden/bdsf.py", "raise ModuleNotFoundError('No module named bdsf', name='bdsf')")
    failed = without_finder(site, [*words, "--only", "make_source_list"], parset)
    reasons = [line.strip() for line in failed.stderr.splitlines() + failed.stdout.splitlines()]
    assert "reason: finding sources needs PyBDSF, which is not installed" in reasons
    assert any("pip install" in line and "bdsf" in line for line in reasons)
    assert not any("Traceback" in line for line in reasons)


def without_finder(site: Project, words: Sequence[str], parset: Path) -> Outcome:
    """Run where PyBDSF cannot be imported; return what was said of the failure."""
    path = {"PYTHONPATH": f"{site.file('hidden')}:{site.environment().get('PYTHONPATH', '')}".rstrip(":")}
    return site.run("run", *words, "--force", "make_source_list", parset, env=path, timeout=600).expect(1)


@pytest.mark.slow
def test_the_pipeline_of_production(
    site: Project, reference: Path, observation: list[Path], has_finder: bool
) -> None:
    parset = reference / PRODUCTION
    image = site.file("out/field.fits")
    words = words_of(
        site,
        {
            "data_input_filenames": f"[{','.join(map(str, observation))}]",
            "image_output_filenames": f"[{image}]",
            "local_scratch_dir": str(site.path),
            "parset_prefix": "LOFAR.ObsSW.Observation.DataProducts",
        },
    )
    if not has_finder:
        # The list of sources stands in the middle: without PyBDSF a site can but put its own script there.
        script = "def main(image, catalogue, **settings):\n    pass\n"
        site.write("prefactor/scripts/make_source_list.py", script)
    # No task file: those of production are built in.
    site.run("run", *words, parset, timeout=600).expect(0)
    job = site.file("Pre-Facet-Image")
    assert steps_of(site, job) == dict.fromkeys([*COMMON, "make_source_list", *FEEDBACK], "done")
    check_images(job, observation)
    if has_finder:
        check_source_list(job / "fullband-MFS-I-image-pb.make_source_list")

    # Production copies to a name in capitals, links to it, and describes the copy (image contract 2.5).
    copy = image.with_name("FULLBAND-MFS-I-IMAGE-PB.FITS")
    assert image.is_symlink()
    assert image.resolve() == copy.resolve()
    assert copy.read_bytes() == (job / "fullband-MFS-I-image-pb.fits").read_bytes()
    feedback = read_parset(job / "images.metadata")
    prefix = "LOFAR.ObsSW.Observation.DataProducts."
    assert feedback[f"{prefix}nrOfOutput_SkyImage_"].raw == "1"
    record = {
        key.removeprefix(f"{prefix}Output_SkyImage_[0]."): feedback[key].raw
        for key in feedback
        if key.startswith(f"{prefix}Output_SkyImage_[0].")
    }
    assert record["filename"] == copy.name
    assert record["percentageWritten"] == "100"
    assert int(record["size"]) == copy.stat().st_size
    assert record["PolarizationCoordinate.polarizationType"] == "[I]"
    assert float(record["imagerIntegrationTime"]) == pytest.approx(480, rel=0.05)
    assert 0 < float(record["rmsNoiseValue"]) < 0.5
    assert "nothing is wrong" in site.run("feedback", "check", job / "images.metadata").expect(0).stdout
