"""Inputs that are missing, broken or in each other's way (image contract 6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe import Finding

Make = Callable[..., Path]
Told = Callable[..., dict[str, str]]
SUBBAND = 195312.5
# A single subband averages to a single channel.
FEW = "warning few-channels"


@pytest.fixture
def two(lofar_set: Make) -> list[Path]:
    """Return two neighbouring subbands without fault."""
    return [lofar_set("a.MS"), lofar_set("b.MS", 150e6 + SUBBAND)]


def test_nothing_is_told_of_good_data(two: list[Path], told: Told) -> None:
    assert told(two) == {}


def test_findings_stand_at_the_line_of_the_option(found: Callable[..., list[Finding]]) -> None:
    (one,) = found("[]")
    assert one.location is not None
    assert (Path(one.location.file).name, one.location.line) == ("image.parset", 1)
    assert one.message == "data_input_filenames: the list is empty"


def test_an_empty_list(told: Told) -> None:
    assert list(told("[]")) == ["error no-input-sets"]


def test_a_list_that_only_a_step_can_give_is_left_alone(told: Told) -> None:
    assert told("combine_mapfile.output.mapfile") == {}


def test_references_in_options_are_followed(two: list[Path], told: Told, tmp_path: Path) -> None:
    assert list(told(two, image_rootname="input.output.working_directory/out/image.fits/x")) == []
    (tmp_path / "file").touch()
    message = told(two, image_rootname="input.output.working_directory/file/x")["error not-writable"]
    assert f"nothing can be written to {tmp_path}/file" in message


def test_a_mapfile_in_the_place_of_a_list(two: list[Path], told: Told, tmp_path: Path) -> None:
    path = tmp_path / "given.mapfile"
    entries = [{"host": "localhost", "file": str(one), "skip": False} for one in two]
    path.write_text(repr([*entries, {"host": "localhost", "file": "/lost.MS", "skip": True}]))
    assert told(str(path)) == {}


def test_a_missing_set_and_one_that_is_none(two: list[Path], found: Callable[..., list[Finding]]) -> None:
    folder = two[0].parent / "folder"
    folder.mkdir()
    lost = two[0].parent / "lost.MS"
    findings = found([*two, lost, folder])
    assert [(one.severity.value, one.code) for one in findings] == [("error", "unusable-set")] * 2
    assert str(lost) in findings[0].message
    assert "there is no such measurement set" in findings[0].message
    assert f"{folder}: this is no measurement set" in findings[1].message


def test_with_error_tolerance_they_are_left_out(two: list[Path], told: Told) -> None:
    lost = two[0].parent / "lost.MS"
    message = told([*two, lost], error_tolerance="True")
    assert list(message) == ["warning unusable-set"]
    assert "it is left out" in message["warning unusable-set"]
    assert list(told([lost], error_tolerance="True")) == ["warning unusable-set", "error no-input-sets"]


def test_a_missing_column(two: list[Path], told: Told) -> None:
    message = told(two, data_column="CORRECTED_DATA")["error unusable-set"]
    assert "it has no column CORRECTED_DATA" in message


@pytest.mark.parametrize(
    ("changes", "slots", "why"),
    [({}, 0, "it has no rows"), ({"SPECTRAL_WINDOW": {"NUM_CHAN": 0}}, 4, "it has no channels")],
)
def test_no_rows_or_channels(
    lofar_set: Make, told: Told, changes: dict[str, dict[str, int]], slots: int, why: str
) -> None:
    path = lofar_set(changes=changes, slots=slots)
    assert why in told([path])["error unusable-set"]
    assert why in told([path], error_tolerance="True")["warning unusable-set"]


def test_a_single_time_slot(lofar_set: Make, told: Told) -> None:
    assert list(told([lofar_set(slots=1)])) == ["warning one-time-slot", FEW]


def test_the_same_set_twice(two: list[Path], told: Told) -> None:
    link = two[0].parent / "other.MS"
    link.symlink_to(two[0])
    message = told([*two, link])["error duplicate-set"]
    assert f"{link} is the same set as {two[0]}" in message


def test_two_sets_of_one_name(lofar_set: Make, told: Told) -> None:
    sets = [lofar_set("one/a.MS"), lofar_set("two/a.ms", 150e6 + SUBBAND)]
    assert "have the same name, 'a'" in told(sets)["error same-stem"]


@pytest.mark.parametrize("path", ["/data/a b.MS", "/data/a:b.MS", "data/a.MS"])
def test_names_that_lists_cannot_carry(told: Told, path: str) -> None:
    assert repr(path) in told(f"[{path}]")["error bad-data-path"]


def test_dummies(two: list[Path], told: Told) -> None:
    message = told([*two, Path("/data/dummy.ms")])["error dummy-set"]
    assert "/data/dummy.ms stands for no data" in message
