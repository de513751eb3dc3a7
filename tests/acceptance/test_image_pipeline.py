"""The image pipeline on the real programs: a sky that is known is observed, imaged and described."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from genericpipe_plugins.quality.measurement import Measured, measure_sources

from genericpipe import read_parset

if TYPE_CHECKING:
    from tests.conftest import Project

ROOT = Path(__file__).resolve().parents[2]
PARSET = ROOT / "parsets" / "Image.parset"

CONFIG = """\
[DEFAULT]
runtime_directory = %(cwd)s
working_directory = %(cwd)s
[layout]
job_directory = %(runtime_directory)s/%(job_name)s
[remote]
method = local
[wsclean]
without_idg = wgridder
"""

#: The station beam has fallen to half its power here at 140 MHz, in degrees.
HALF_POWER = 2.25
#: How far off a flux may be, inside and outside of half power: the pipeline averages to 16 s and 195 kHz.
INSIDE, OUTSIDE = 0.05, 0.10

STEPS = [
    "create_ms_map",
    "combine_mapfile",
    "do_magic",
    "do_magic_maps",
    "average",
    "combine_mapfile_deep",
    "dpppconcat",
    "wsclean_high_deep",
    "copy_output_images",
    "make_image_metadata",
]


#: What the archive is told of one image, no more and no less (image contract 5.4).
RECORD = ROOT / "tests" / "plugins" / "feedback" / "image.record"
KEYS = [line.partition("=")[0] for line in RECORD.read_text("utf-8").splitlines()]


def check(measured: list[Measured], beam: float) -> None:
    """Hold every source against the truth, and say of all of them what was found."""
    found = "\n".join(
        f"{one.source.name} at {one.distance:.2f} deg: {one.ratio:.3f}, {one.offset:.2f} arcsec {one.trouble}"
        for one in measured
    )
    bright = [one for one in measured if one.found and one.peak > 10 * one.noise]
    assert len(bright) == len(measured), found
    for one in bright:
        limit = INSIDE if one.distance <= HALF_POWER else OUTSIDE
        assert abs(one.ratio - 1) <= limit, found
        assert one.offset <= max(1.0, beam / 5), found


@pytest.mark.slow
def test_a_known_sky_comes_out_as_it_is(project: Callable[..., Project], imager: str) -> None:
    site = project({"pipeline.cfg": CONFIG})
    site.run("simulate", "--out", "data", timeout=600).expect(0)
    sets = sorted(site.file("data").glob("*.MS"))
    truth = json.loads(site.file("data/truth.json").read_text("utf-8"))
    assert len(sets) == 8
    assert len(truth["sources"]) == 10
    assert max(one["distance"] for one in truth["sources"]) > HALF_POWER

    copies = [site.file("out/first.fits"), site.file("out/second.fits")]
    options = {
        "data_input_filenames": f"[{','.join(map(str, sets))}]",
        "image_output_filenames": f"[{','.join(map(str, copies))}]",
        "feedback_image": "-MFS-image-pb.fits",
        "parset_prefix": "LOFAR.ObsSW.Observation.DataProducts",
        # Five arcseconds sample the beam of a short observation; what is not cleaned cannot diverge.
        "cellsize_highres_deg": "0.00139",
        "fieldsize_highres": "1.2",
        "auto_mask": "6",
        "auto_threshold": "4",
        "plots": "on",
    }
    words = [word for name, text in options.items() for word in ("--set", f"{name}={text}")]
    done = site.run("run", *words, PARSET, timeout=1500).expect(0)
    job = site.file("Image")

    # The image shows the sky.
    image = job / "fullband-MFS-image-pb.fits"
    feedback = read_parset(job / "images.metadata")
    prefix = "LOFAR.ObsSW.Observation.DataProducts.Output_SkyImage_[0]."
    beam = float(feedback[f"{prefix}restoringBeamMajorValue"].raw)
    measured = measure_sources(image, site.file("data/truth.json"))
    assert len(measured) == 10
    check(measured, beam)

    # It says that IDG has not made it, and so do summary and log.
    assert "without-idg" in done.stdout
    assert "no IDG" in next(job.glob("logs/**/pipeline.log")).read_text("utf-8")
    assert b"wgridder" in image.read_bytes()[:40000]

    # The copies are the image, and the feedback is about them.
    assert [copy.read_bytes() == image.read_bytes() for copy in copies] == [True, True]
    assert feedback["LOFAR.ObsSW.Observation.DataProducts.nrOfOutput_SkyImage_"].raw == "2"
    assert [feedback[f"{prefix.replace('[0]', f'[{number}]')}filename"].raw for number in (0, 1)] == [
        "first.fits",
        "second.fits",
    ]
    assert sorted(key.removeprefix(prefix) for key in feedback if key.startswith(prefix)) == sorted(KEYS)
    assert feedback["feedback_version"].raw == "03.01.00"
    assert feedback[f"{prefix}percentageWritten"].raw == "100"
    assert int(feedback[f"{prefix}size"].raw) == image.stat().st_size
    centre = [float(feedback[f"{prefix}Pointing.angle{number}"].raw) for number in (1, 2)]
    expected = [truth["phase_centre"][name] * 3.141592653589793 / 180 for name in ("ra", "dec")]
    assert centre == pytest.approx(expected, abs=1e-6)
    assert float(feedback[f"{prefix}rmsNoiseValue"].raw) < 0.02
    assert float(feedback[f"{prefix}imagerIntegrationTime"].raw) == pytest.approx(2400, rel=0.02)
    site.run("feedback", "check", job / "images.metadata").expect(0)

    # Each step had its turn, and the pictures are there.
    status = site.run("status", job, "--format", "json").expect(0).json()
    ran = [step["step"] for step in status["steps"]]
    assert [step for step in ran if step in STEPS] == STEPS
    assert (job / "inspection/uv_coverage.png").stat().st_size > 10_000
    assert list((job / "inspection").glob("*.png")) != []

    # A second run has nothing to do but its step plugins.
    again = site.run("run", *words, PARSET, timeout=600).expect(0)
    for step in ("do_magic", "average", "dpppconcat", "wsclean_high_deep", "plot_uvcov", "plot_image"):
        assert f"{step}: done before" in again.stdout
