"""Steps of kind feedback, with a plugin of a site that knows what to say of products (image contract 5.1)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

PARSET = """
pipeline.steps = [make_image_metadata]
make_image_metadata.control.kind = feedback
make_image_metadata.control.mapfile_in = in.mapfile
make_image_metadata.control.metadata_file = out/images.metadata
make_image_metadata.control.product_type = SkyImage
"""

# Says of a product what stands in the file of that name.
SITE = """
from genericpipe import hookimpl

@hookimpl
def genericpipe_product_metadata(product_type, path):
    if product_type != "SkyImage":
        return None
    return dict(line.split("=", 1) for line in path.read_text().splitlines())
"""

Run = Callable[..., Any]


@pytest.fixture
def site(project: Callable[[Mapping[str, str]], Project]) -> Project:
    """Return a project with three products, one of which is skipped."""
    made = project(
        {
            "p.parset": PARSET,
            "plugins/site.py": SITE,
            "d/a.fits": "size=7\npercentageWritten=100\nstorageWriter=UNKNOWN\n",
            "d/b.fits": "size=8\npercentageWritten=100\n",
            "d/c.fits": "size=9\npercentageWritten=100\n",
        }
    )
    give(made, ("localhost", "a.fits", False), ("locus007", "b.fits", True), ("locus008", "c.fits", False))
    return made


def give(site: Project, *entries: tuple[str, str, bool]) -> None:
    """Write the mapfile."""
    found = [
        {"host": host, "file": str(site.file(f"d/{file}")), "skip": skip} for host, file, skip in entries
    ]
    site.write("in.mapfile", repr(found))


def run(site: Project, *words: str, status: int = 0) -> Any:
    environment = {"GENERICPIPE_PLUGINS": str(site.file("plugins"))}
    return site.run("run", "p.parset", *words, env=environment).expect(status)


def metadata(site: Project) -> str:
    return site.file("out/images.metadata").read_text()


def test_there_is_a_record_for_each_product_that_is_not_skipped(site: Project) -> None:
    run(site)
    folder = site.file("d")
    assert metadata(site) == (
        "Output_SkyImage_[0].filename=a.fits\n"
        f"Output_SkyImage_[0].location={socket.gethostname()}:{folder}\n"
        "Output_SkyImage_[0].percentageWritten=100\n"
        "Output_SkyImage_[0].size=7\n"
        "Output_SkyImage_[0].storageWriter=UNKNOWN\n"
        "Output_SkyImage_[1].filename=c.fits\n"
        f"Output_SkyImage_[1].location=locus008:{folder}\n"
        "Output_SkyImage_[1].percentageWritten=100\n"
        "Output_SkyImage_[1].size=9\n"
        "feedback_version=03.01.00\n"
        "nrOfOutput_SkyImage_=2\n"
    )


@pytest.mark.parametrize(
    "prefix", ["LOFAR.ObsSW.Observation.DataProducts", "LOFAR.ObsSW.Observation.DataProducts."]
)
def test_a_prefix_stands_before_all_but_the_version(site: Project, prefix: str) -> None:
    site.write("p.parset", PARSET + f"make_image_metadata.control.parset_prefix = {prefix}\n")
    run(site)
    lines = metadata(site).splitlines()
    assert lines[-1] == "feedback_version=03.01.00"
    assert lines[-2] == "LOFAR.ObsSW.Observation.DataProducts.nrOfOutput_SkyImage_=2"
    assert all(
        line.startswith("LOFAR.ObsSW.Observation.DataProducts.Output_SkyImage_[") for line in lines[:-2]
    )


@pytest.mark.parametrize("prefix", ["none", "None", ""])
def test_none_is_no_prefix(site: Project, prefix: str) -> None:
    site.write("p.parset", PARSET + f"make_image_metadata.control.parset_prefix = {prefix}\n")
    run(site)
    assert metadata(site).splitlines()[-1] == "nrOfOutput_SkyImage_=2"


def test_the_version_can_be_left_out(site: Project) -> None:
    site.write("p.parset", PARSET + "make_image_metadata.control.feedback_version = none\n")
    run(site)
    assert "feedback_version" not in metadata(site)


def test_a_cluster_that_is_configured_takes_the_place_of_the_hosts(site: Project) -> None:
    site.write("pipeline.cfg", "[remote]\nmethod = local\n[cluster]\nname = CEP4\n")
    run(site, "-c", "pipeline.cfg")
    folder = site.file("d")
    locations = [line for line in metadata(site).splitlines() if ".location=" in line]
    assert [line.partition("=")[2] for line in locations] == [f"CEP4:{folder}"] * 2


def test_what_is_known_is_written_and_the_step_fails_where_a_record_is_not_complete(site: Project) -> None:
    site.write("d/c.fits", "size=9\npercentageWritten=50\nincomplete=BMAJ is missing\n")
    said = run(site, status=1)
    text = metadata(site)
    assert "Output_SkyImage_[1].percentageWritten=50\n" in text
    assert "Output_SkyImage_[1].size=9\n" in text
    assert "nrOfOutput_SkyImage_=2\n" in text
    assert "incomplete" not in text
    assert f"{site.file('d/c.fits')}: BMAJ is missing" in said.stdout + said.stderr
    # As LOFAR's own did: what failed is skipped by whoever takes the mapfile next.
    assert site.file("in.mapfile").read_text().count("'skip': True") == 2


def test_a_resumed_run_describes_what_failed_again(site: Project) -> None:
    site.write("d/c.fits", "size=9\npercentageWritten=50\n")
    run(site, status=1)
    site.write("d/c.fits", "size=9\npercentageWritten=100\n")
    run(site)
    assert "Output_SkyImage_[1].percentageWritten=100\n" in metadata(site)
    assert "nrOfOutput_SkyImage_=2\n" in metadata(site)


def test_nobody_knows_the_type(site: Project) -> None:
    parset = PARSET.replace("= SkyImage", "= {{ type }}")
    site.write("p.parset", f"! type = Pulp\n{parset}")
    said = site.run("run", "p.parset")
    assert said.status == 3
    assert "'Pulp'" in said.stderr
    assert not site.file("out/images.metadata").exists()


def test_a_place_that_cannot_be_written_is_told_before_products_are_looked_at(site: Project) -> None:
    site.write("out", "a file")
    site.write("d/a.fits", "nothing that the plugin can read")
    said = run(site, status=1)
    text = said.stdout + said.stderr
    assert "metadata_file = " in text
    assert "its folder cannot be made" in text
    assert site.file("out").read_text() == "a file"


def test_a_prefix_that_can_be_in_no_key(site: Project) -> None:
    site.write("p.parset", PARSET + "make_image_metadata.control.parset_prefix = a/b\n")
    said = site.run("run", "p.parset")
    assert said.status != 0
    assert "parset_prefix = 'a/b.' holds '/'" in said.stdout + said.stderr
    assert not site.file("out/images.metadata").exists()


def test_a_plan_writes_nothing_and_knows_the_result(site: Project) -> None:
    site.run("plan", "p.parset", env={"GENERICPIPE_PLUGINS": str(site.file("plugins"))}).expect(0)
    assert not site.file("out").exists()


def test_plain_files_are_left_no_half_written_one(site: Project) -> None:
    """The metadata of an earlier run are replaced at once: what reads them sees old or new ones."""
    run(site)
    before = site.file("out/images.metadata").stat().st_ino
    site.write("d/a.fits", "size=70\npercentageWritten=100\n")
    run(site)
    assert "size=70\n" in metadata(site)
    assert site.file("out/images.metadata").stat().st_ino != before
    assert [path.name for path in Path(site.file("out")).iterdir()] == ["images.metadata"]
