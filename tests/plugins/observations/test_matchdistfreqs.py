from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.observations import matchDistFreqs

from genericpipe import DataMap, GenericPipeError

Make = Callable[..., Any]


@pytest.fixture
def match(tmp_path: Path) -> Callable[..., list[tuple[str, str, bool]]]:
    """Return the plugin, writing to ``out.mapfile``: paths of in, dist and full -> the entries it wrote."""

    def call(given: str, selected: str, full: str) -> list[tuple[str, str, bool]]:
        keywords = {"mapfile_in": given, "mapfile_dist": selected, "mapfile_full": full}
        result = matchDistFreqs.plugin_main([], mapfile_dir=str(tmp_path), filename="out.mapfile", **keywords)
        assert result == {"mapfile": str(tmp_path / "out.mapfile")}
        return [(entry.host, entry.file, entry.skip) for entry in DataMap.load(result["mapfile"])]

    return call


def test_values_of_what_was_selected(match: Make, mapfile: Make) -> None:
    """image contract 4.2: in[index].file with the host of dist; one list may be spelt in three ways."""
    full = mapfile(("n1", ["/a", "/b"]), ("n1", "[/c,/d]"), ("n2", "/e"), ("n2", "/f"), name="full")
    sizes = mapfile(("x", "1 1"), ("x", "2 2"), ("x", "3 3"), ("x", "4 4", True), name="sizes")
    dist = mapfile(("n2", "/e"), ("n1", "['/c', '/d']"), ("n2", ["/a", "/b"]), ("n1", "/f"), name="dist")
    entries = [("n2", "3 3", False), ("n1", "2 2", False), ("n2", "1 1", False), ("n1", "4 4", True)]
    assert match(sizes, dist, full) == entries
    assert match(sizes, dist, full) == entries


def test_values_are_taken_anew(match: Make, mapfile: Make) -> None:
    """A value such as an image size is no file that has gone."""
    full = mapfile(("h", "/a"), name="full")
    assert match(mapfile(("h", "1 1")), full, full) == [("h", "1 1", False)]
    assert match(mapfile(("h", "2 2")), full, full) == [("h", "2 2", False)]


def test_the_earlier_result_stays_when_the_files_are_gone(
    match: Make, mapfile: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "a.h5"
    file.touch()
    full = mapfile(("h", "/a"), name="full")
    entries = match(mapfile(("h", file)), full, full)
    file.unlink()
    assert match(mapfile(("h", file), ("h", "/more")), full, full) == entries == [("h", str(file), False)]
    assert f"matchDistFreqs: {file} is gone" in caplog.text


def test_of_equal_entries_the_first(match: Make, mapfile: Make) -> None:
    full = mapfile(("h", "/a"), ("h", "/a"), name="full")
    assert match(mapfile(("h", "1"), ("h", "2")), full, full) == [("h", "1", False), ("h", "1", False)]


def test_lengths_have_to_agree(match: Make, mapfile: Make, tmp_path: Path) -> None:
    full = mapfile(("h", "/a"), ("h", "/b"), name="full")
    given = mapfile(("h", "1"))
    with pytest.raises(GenericPipeError) as caught:
        match(given, full, full)
    text = str(caught.value)
    assert text.startswith("matchDistFreqs: mapfile_in and mapfile_full have different lengths: 1 ")
    assert given in text
    assert full in text
    assert not (tmp_path / "out.mapfile").exists()


def test_what_was_selected_has_to_be_there(match: Make, mapfile: Make) -> None:
    full, dist = mapfile(("h", "/a"), name="full"), mapfile(("h", "/a"), ("h", "/z"), name="dist")
    with pytest.raises(GenericPipeError) as caught:
        match(full, dist, full)
    assert (
        caught.value.message
        == f"matchDistFreqs: mapfile_dist: entry 2 of {dist}, /z, is not in mapfile_full ({full})"
    )


def test_a_map_that_is_not_there(match: Make, mapfile: Make) -> None:
    full = mapfile(("h", "/a"), name="full")
    with pytest.raises(
        GenericPipeError, match="/no/map: matchDistFreqs: mapfile_dist: the mapfile cannot be read"
    ):
        match(full, "/no/map", full)
