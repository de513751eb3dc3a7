"""What all these plugins say of keys and maps that are missing or wrong: plugin, key and file."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from genericpipe_plugins import mapfiles

from genericpipe import GenericPipeError

NEEDED = {
    "MapfileToOne": "mapfile_in mapfile_dir filename",
    "addListMapfile": "files hosts mapfile_dir filename",
    "changeDirectory": "mapfile_in new_dir mapfile_dir filename",
    "compressMapfile": "mapfile_in mapfile_dir filename",
    "expandMapfile": "mapfile_in mapfile_to_match mapfile_dir filename",
    "makeResultsMapfile": "mapfile_in target_dir mapfile_dir filename",
    "mapfileMaxSize": "mapfile_in mapfile_dir filename",
    "mapfileSingleToGroup": "mapfile_in mapfile_groups mapfile_dir filename",
    "pruneMapfile": "mapfile_in prune_str mapfile_dir filename",
    "reGroupMapfile": "mapfile_in mapfile_groups mapfile_dir filename",
    "trimMapfile": "mapfile_in trim mapfile_dir filename",
}
EACH = [(plugin, key) for plugin, keys in NEEDED.items() for key in keys.split()]
MAPS = [(plugin, key) for plugin, key in EACH if key in ("mapfile_in", "mapfile_groups", "mapfile_to_match")]


def keywords(plugin: str, tmp_path: Path) -> dict[str, str]:
    """Return keywords with which a plugin works."""
    path = tmp_path / "in.mapfile"
    path.write_text("[{'host': 'h', 'file': '10 20', 'skip': False}]")
    values = {"mapfile_dir": str(tmp_path), "filename": "out.mapfile", "trim": " ", "prune_str": "None"}
    given = {key: str(path) if key.startswith("mapfile_") else "/r" for key in NEEDED[plugin].split()} | {
        key: text for key, text in values.items() if key in NEEDED[plugin].split()
    }
    return {**given, "method": "mapfile_all_to_one"} if plugin == "MapfileToOne" else given


def test_what_is_needed_is_declared() -> None:
    declared = mapfiles.genericpipe_step_plugins()
    # `method` decides what else MapfileToOne needs.
    mapfile_to_one = set(declared["MapfileToOne"].needs)
    assert mapfile_to_one == {"method", "mapfile_dir", "filename"}
    for plugin, keys in NEEDED.items():
        assert declared[plugin].results == ("mapfile",)
        if plugin != "MapfileToOne":
            assert set(declared[plugin].needs) == set(keys.split())


@pytest.mark.parametrize("plugin", NEEDED)
def test_all_is_there(plugin: str, tmp_path: Path) -> None:
    main = import_module(f"genericpipe_plugins.mapfiles.{plugin}").plugin_main
    target = tmp_path / "out.mapfile"
    assert main([], **keywords(plugin, tmp_path), environment={}, other="x") == {"mapfile": str(target)}
    assert target.read_text().startswith("[{'host': ")


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize(("plugin", "key"), EACH)
def test_a_key_that_is_missing_or_empty(plugin: str, key: str, value: str | None, tmp_path: Path) -> None:
    given: dict[str, str | None] = {**keywords(plugin, tmp_path), key: value}
    if value is None:
        del given[key]
    with pytest.raises(GenericPipeError) as caught:
        import_module(f"genericpipe_plugins.mapfiles.{plugin}").plugin_main([], **given)
    assert str(caught.value).startswith(f"{plugin}: ")
    assert f"the key {key!r}" in str(caught.value)
    assert not (tmp_path / "out.mapfile").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "the mapfile cannot be read: No such file or directory"),
        ("", "the mapfile is empty"),
        ("[{'host': 'h'}]", "entry 1: Failed to validate data map: 'file' is missing"),
        ("[open('/etc/passwd')]", "entry 1: "),
    ],
)
@pytest.mark.parametrize(("plugin", "key"), MAPS)
def test_a_map_that_is_missing_or_none(
    plugin: str, key: str, text: str | None, message: str, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.mapfile"
    if text is not None:
        bad.write_text(text)
    given = {**keywords(plugin, tmp_path), key: str(bad)}
    with pytest.raises(GenericPipeError) as caught:
        import_module(f"genericpipe_plugins.mapfiles.{plugin}").plugin_main([], **given)
    said = str(caught.value).splitlines()[0]
    assert said.startswith(str(bad))
    assert f" {plugin}: {key}: {message}" in said
    assert not (tmp_path / "out.mapfile").exists()


@pytest.mark.parametrize("plugin", NEEDED)
def test_a_folder_that_cannot_be_written_into(plugin: str, tmp_path: Path) -> None:
    given = {**keywords(plugin, tmp_path), "mapfile_dir": str(tmp_path / "none")}
    with pytest.raises(
        GenericPipeError, match=r"none/out\.mapfile: the mapfile cannot be written: No such file"
    ):
        import_module(f"genericpipe_plugins.mapfiles.{plugin}").plugin_main([], **given)


def test_a_misspelt_key_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    main: Callable[..., object] = import_module("genericpipe_plugins.mapfiles.reGroupMapfile").plugin_main
    main([], **keywords("reGroupMapfile", tmp_path), join_group="2")
    assert "reGroupMapfile: the key 'join_group' is not used; did you mean 'join_groups'?" in caplog.text
