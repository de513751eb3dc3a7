"""The last two steps of the image pipeline: copies of an image, and what is told of them (2.5, 2.6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("astropy.io.fits")

if TYPE_CHECKING:
    from tests.conftest import Project

PARSET = """
! image_output_filenames = [HERE/out/L1_img.fits, HERE/out/L2_img.fits]
! images_metadata_file = HERE/meta/images.metadata
! parset_prefix = LOFAR.ObsSW.Observation.DataProducts
! image_rootname = HERE/fullband
! use_symlinks = False

pipeline.steps = [copy_output_images, make_image_metadata]

copy_output_images.control.kind = plugin
copy_output_images.control.type = copyFiles
copy_output_images.control.hosts = [localhost]
copy_output_images.control.input_file = {{ image_rootname }}-MFS-image.fits
copy_output_images.control.output_files = {{ image_output_filenames }}
copy_output_images.control.use_symlinks = {{ use_symlinks }}
copy_output_images.control.mapfile_dir = input.output.mapfile_dir
copy_output_images.control.filename = output_images.mapfile

make_image_metadata.control.kind = feedback
make_image_metadata.control.mapfile_in = copy_output_images.output.mapfile
make_image_metadata.control.metadata_file = {{ images_metadata_file }}
make_image_metadata.control.product_type = SkyImage
make_image_metadata.control.parset_prefix = {{ parset_prefix }}
"""
PREFIX = "LOFAR.ObsSW.Observation.DataProducts."


@pytest.fixture
def site(project: Callable[..., Project], fits_image: Any) -> Callable[..., Project]:
    """Return a maker of projects with an image of the pipeline, as WSClean has left it."""

    def make(**header: Any) -> Project:
        made = project({})
        made.write("p.parset", PARSET.replace("HERE", str(made.path)))
        fits_image("image.fits", **header).rename(made.file("fullband-MFS-image.fits"))
        return made

    return make


def values(site: Project, key: str) -> list[str]:
    """Return a key of each record, in their order."""
    text = site.file("meta/images.metadata").read_text()
    return re.findall(rf"^{re.escape(PREFIX)}Output_SkyImage_\[\d+\]\.{key}=(.*)$", text, re.MULTILINE)


def test_each_output_has_its_record(site: Callable[..., Project]) -> None:
    made = site()
    made.run("run", "p.parset").expect(0)
    image = made.file("fullband-MFS-image.fits").read_bytes()
    for name in ("L1_img.fits", "L2_img.fits"):
        assert not made.file(f"out/{name}").is_symlink()
        assert made.file(f"out/{name}").read_bytes() == image
    assert values(made, "filename") == ["L1_img.fits", "L2_img.fits"]
    assert values(made, "size") == [str(len(image))] * 2
    noises = [float(text) for text in values(made, "rmsNoiseValue")]
    assert noises == pytest.approx([2.014033e-4] * 2, rel=5e-7)
    assert values(made, "percentageWritten") == ["100", "100"]
    made.run("feedback", "check", "meta/images.metadata").expect(0)


def test_production_s_links_are_all_one_copy_in_capitals(site: Callable[..., Project]) -> None:
    """So the archive's name of each image was that of the copy; the check tells that they are the same."""
    made = site()
    made.run("run", "p.parset", "--set", "use_symlinks=True").expect(0)
    assert values(made, "filename") == ["FULLBAND-MFS-IMAGE.FITS"] * 2
    said = made.run("feedback", "check", "meta/images.metadata").expect(3).stdout
    assert "SkyImage 1: filename: the same file as SkyImage 0 [feedback-repeated]" in said


def test_an_image_without_a_beam_ends_the_run_with_an_error(site: Callable[..., Project]) -> None:
    made = site(BMAJ=0.0, BMIN=0.0)
    said = made.run("run", "p.parset").expect(1)
    assert "BMAJ = 0: no beam was fitted" in said.stdout + said.stderr
    assert values(made, "percentageWritten") == ["50", "50"]
    assert values(made, "restoringBeamMajorValue") == ["0.0", "0.0"]
    # The copies stay, for whoever wants to look at them; so does the pipeline's log.
    assert made.file("out/L1_img.fits").is_file()
    made.run("feedback", "check", "meta/images.metadata").expect(3)


def test_a_plan_knows_the_records_place(site: Callable[..., Project]) -> None:
    made = site()
    said = made.run("plan", "p.parset").expect(0).stdout
    assert f"metadata_file={made.path}/meta/images.metadata" in said
    assert not Path(made.path, "meta").exists()
