"""Options, image sizes, names and folders of results, room on the disk (image contract 1 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe import Finding

Make = Callable[..., Path]
Told = Callable[..., dict[str, str]]


@pytest.fixture
def two(lofar_set: Make) -> list[Path]:
    """Return two neighbouring subbands without fault."""
    return [lofar_set("a.MS"), lofar_set("b.MS", 150e6 + 195312.5)]


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("cellsize_highres_deg", "0"),
        ("cellsize_highres_deg", "1.5"),
        ("cellsize_highres_deg", "small"),
        ("fieldsize_highres", "-1"),
        ("fieldsize_highres", "11"),
        ("maxlambda_highres", "80"),
        ("image_padding", "0.9"),
        ("image_padding", "4.1"),
        ("axis_stretch", "0.05"),
        ("axis_stretch", "nan"),
        ("idg_mode", "gpu"),
        ("parset_prefix", "LOFAR:Obs"),
    ],
)
def test_options_out_of_range(
    two: list[Path], found: Callable[..., list[Finding]], option: str, text: str
) -> None:
    told = [one for one in found(two, **{option: text}) if one.code == "bad-image-option"]
    assert told[0].severity.value == "error"
    assert told[0].message.startswith(f"{option}: ")


@pytest.mark.parametrize(
    ("option", "text"),
    [("image_padding", "1.0"), ("image_padding", "4"), ("idg_mode", "hybrid"), ("parset_prefix", "A.b_[0].")],
)
def test_options_at_the_edge(two: list[Path], told: Told, option: str, text: str) -> None:
    assert told(two, **{option: text}) == {}


def test_an_image_that_is_not_square(two: list[Path], told: Told) -> None:
    assert list(told(two, axis_stretch="1.2")) == ["warning stretched-idg"]


# The beam is 4.4 degrees wide and the field 6.6.
def test_image_sizes(two: list[Path], told: Told) -> None:
    assert "a side" in told(two, cellsize_highres_deg="0.0001")["error bad-image-size"]
    assert (
        "pixels a side is none"
        in told(two, cellsize_highres_deg="1", fieldsize_highres="0.1")["error bad-image-size"]
    )


def test_a_large_image_that_no_memory_holds(two: list[Path], told: Told) -> None:
    """39690 pixels a side and fourfold padding take at least 1500 GiB for two channels."""
    names = told(two, cellsize_highres_deg="0.00018", image_padding="4")
    assert "more than 20000 a side" in names["warning bad-image-size"]
    assert "GiB of memory" in names["error not-enough-memory"]


def test_no_names(two: list[Path], told: Told) -> None:
    assert list(told(two, image_output_filenames="[]")) == ["error no-output-names"]


def test_an_output_that_is_an_input(two: list[Path], told: Told) -> None:
    message = told(two, image_output_filenames=f"[{two[1]}]")["error bad-output"]
    assert f"{two[1]} is the input {two[1]}" in message


def test_an_output_twice_or_a_folder(two: list[Path], told: Told) -> None:
    assert "stands there twice" in told(two, image_output_filenames="[{out}/a,{out}/a]")["error bad-output"]
    assert "is a folder" in told(two, image_output_filenames="[{out}]")["error bad-output"]


def test_an_output_that_is_there(two: list[Path], told: Told, tmp_path: Path) -> None:
    (tmp_path / "out/image.fits").touch()
    assert list(told(two)) == ["warning output-exists"]


def test_folders_are_made_and_left_empty(two: list[Path], told: Told, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert told(two, image_rootname=f"{folder}/fullband") == {}
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("option", ["image_output_filenames", "images_metadata_file", "image_rootname"])
def test_a_file_in_the_way_of_a_folder(two: list[Path], told: Told, tmp_path: Path, option: str) -> None:
    (tmp_path / "file").touch()
    text = f"{tmp_path}/file/below"
    given = f"[{text}]" if option == "image_output_filenames" else text
    message = told(two, **{option: given})["error not-writable"]
    assert message.startswith(f"{option}: nothing can be written to {tmp_path}/file: ")


def test_a_scratch_folder_has_to_be_there(two: list[Path], told: Told, tmp_path: Path) -> None:
    message = told(two, local_scratch_dir=f"{tmp_path}/lost")["error not-writable"]
    assert (
        message == f"local_scratch_dir: nothing can be written to {tmp_path}/lost: No such file or directory"
    )
    assert not (tmp_path / "lost").exists()


@pytest.mark.parametrize("option", ["images_metadata_file", "image_rootname", "local_scratch_dir"])
def test_paths_that_mapfiles_cannot_carry(two: list[Path], told: Told, option: str) -> None:
    assert told(two, **{option: "/data/a b"})["error bad-data-path"].startswith(f"{option}: '/data/a b'")


def test_a_disk_without_room(lofar_set: Make, told: Told) -> None:
    """43200 rows of 4 channels with two thousand million correlations, averaged 16 times: 180 TB, thrice."""
    path = lofar_set(slots=7200, changes={"POLARIZATION": {"NUM_CORR": 2**31 - 1}})
    assert "GiB are needed on the disk of" in told([path])["error disk-full"]


def test_other_pipelines_are_left_alone(tmp_path: Path) -> None:
    from genericpipe_plugins.imagechecks.checks import check

    from genericpipe.config import Settings
    from genericpipe.pipeline.opening import open_pipeline
    from genericpipe.pluginmanager import PluginManager

    parset = tmp_path / "other.parset"
    for text in (
        "! data_input_filenames = []\npipeline.steps = []\n",
        "pipeline.steps = [do_magic]\ndo_magic.control.type = pythonplugin\n"
        "do_magic.control.executable = do_magic.py\n",
    ):
        parset.write_text(text)
        manager = PluginManager(environment={}, entry_points=False)
        assert list(check(open_pipeline(parset, Settings("job"), manager))) == []
