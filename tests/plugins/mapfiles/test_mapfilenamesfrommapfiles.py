"""mapfilenamesFromMapfiles against image contract 4.2."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from genericpipe_plugins.mapfiles import mapfilenamesFromMapfiles

from genericpipe import GenericPipeError

Run = Callable[..., str]
plugin_main = mapfilenamesFromMapfiles.plugin_main


def test_each_key_gives_the_file_of_its_map(
    maps: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = maps("a", ("localhost", "/m/groups.mapfile")), maps("b", ("h", "/m/x y", True))
    given = {"mapfile_groupmap": first, "mapfile_nchansout_clean1_map": second}
    before = sorted(tmp_path.iterdir())
    for _ in range(2):
        assert plugin_main([], **given, environment={"A": "b"}, parset="x") == {
            "groupmap": "/m/groups.mapfile",
            "nchansout_clean1_map": "/m/x y",
        }
    assert sorted(tmp_path.iterdir()) == before
    assert caplog.text == ""


def test_other_keys_are_told_of(maps: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = maps("a", ("localhost", "/g"))
    others = {"filename": "x", "mapfile_x": "/no/map", "mapfile_": "/no", "mapfile_dir": str(tmp_path)}
    assert plugin_main([], mapfile_ab=path, **others) == {"ab": "/g"}
    assert [key for key in others if f"the key {key!r} is not used" in caplog.text] == list(others)


@pytest.mark.parametrize("entries", [(), (("h", "/a"), ("h", "/b"))])
def test_a_map_needs_one_entry(maps: Run, entries: tuple[object, ...]) -> None:
    path = maps("a", *entries)
    with pytest.raises(GenericPipeError) as caught:
        plugin_main([], mapfile_groupmap=path)
    assert str(caught.value).splitlines()[0] == (
        f"mapfilenamesFromMapfiles: mapfile_groupmap: the mapfile {path} has {len(entries)} entries, not one"
    )


def test_a_missing_map() -> None:
    with pytest.raises(GenericPipeError) as caught:
        plugin_main([], mapfile_groupmap="/no/map")
    assert str(caught.value).splitlines()[0] == (
        "/no/map: mapfilenamesFromMapfiles: mapfile_groupmap: the mapfile cannot be read: "
        "No such file or directory"
    )


def test_nothing_asked_for() -> None:
    with pytest.raises(GenericPipeError, match="there is no key mapfile_<name>"):
        plugin_main([], mapfil_groupmap="x")
