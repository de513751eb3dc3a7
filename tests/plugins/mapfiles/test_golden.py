"""The steps of two recorded pipelines, one plugin call each, against the mapfiles that LOFAR left."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from genericpipe import Parset, read_parset

LAST_WORD = {"d28_create_mapfile": "sf", "d29_other_map_plugins": "cd"}


def run_step(parset: Parset, name: str, root: Path, made: dict[str, str]) -> dict[str, str]:
    """Call the plugin of a step with what its keys give, references filled in."""
    given = {}
    control = parset.subset(f"{name}.control.")
    for key in control:
        text = control.get_string(key).replace("@R@", str(root))
        given[key] = made.get(text, text)
    plugin = import_module(f"genericpipe_plugins.mapfiles.{given.pop('type')}")
    assert given.pop("kind") == "plugin"
    words = [given.pop(key) for key in list(given) if key.startswith("cmdline.")]
    result: dict[str, str] = plugin.plugin_main(words, **given)
    return result


@pytest.mark.parametrize("case", sorted(LAST_WORD))
def test_recorded_mapfiles(
    case: str, reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = reference / "golden" / "cases" / case
    expected = reference / "golden" / "expected" / case / "mapfiles"
    if not source.is_dir():
        pytest.skip(f"no recording {source}")
    for file in source.iterdir():
        shutil.copy(file, tmp_path)
    subprocess.run(["sh", "setup.sh"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)  # a relative folder counts from there
    maps = tmp_path / "mapfiles"
    maps.mkdir()

    parset = read_parset(source / f"{case}.parset")
    made = {"input.output.mapfile_dir": str(maps)}
    for name in parset.get_strings("pipeline.steps"):
        if parset.get_string(f"{name}.control.type") != "vdump":
            made[f"{name}.output.mapfile"] = run_step(parset, name, tmp_path, made)["mapfile"]

    assert f"{LAST_WORD[case]}.output.mapfile" in made
    names = sorted(os.listdir(expected))
    assert sorted(os.listdir(maps)) == names
    for name in names:
        recorded = (expected / name).read_text().rstrip("\n").replace("@R@", str(tmp_path))
        assert (maps / name).read_text() == recorded, name
