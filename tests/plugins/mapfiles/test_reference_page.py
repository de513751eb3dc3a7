"""The page on step plugins: its examples give what it shows, and it names every method and key."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from genericpipe_plugins.mapfiles import addMapfile, changeMapfile, combineParsets, createMapfile

from genericpipe import read_parset

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "step-plugins.md").read_text()
BLOCK = re.compile(r"^```([^\n`]+)\n(?::caption: (\S+)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_step(text: str, maps: Path, made: dict[str, str]) -> None:
    """Call the plugin of the step that a block defines; its mapfile joins those made."""
    Path("step.parset").write_text(text)
    parset = read_parset("step.parset")
    (name,) = {key.partition(".")[0] for key in parset}
    made["input.output.mapfile_dir"] = str(maps)
    control = parset.subset(f"{name}.control.")
    given = {key: made.get(control.text(key), control.get_string(key)) for key in control}
    plugin = import_module(f"genericpipe_plugins.mapfiles.{given.pop('type')}")
    assert given.pop("kind") == "plugin"
    words = [given.pop(key) for key in list(given) if key.startswith("cmdline.")]
    result = plugin.plugin_main(words, **given)
    made["last"] = made[f"{name}.output.mapfile"] = result["mapfile"] if result else ""


def test_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    maps = tmp_path / "maps"
    maps.mkdir()
    made: dict[str, str] = {}
    steps = compared = 0
    for language, name, text in BLOCK.findall(PAGE):
        if language == "text" and not name:
            for file in text.split():
                Path(file).parent.mkdir(exist_ok=True)
                Path(file).touch()
        elif name and Path(name).exists():
            assert Path(name).read_text() == text
            compared += 1
        elif name:
            Path(name).write_text(text)
        elif language == "ini":
            run_step(text, maps, made)
            steps += 1
        elif language == "python":
            assert ast.literal_eval(Path(made["last"]).read_text()) == ast.literal_eval(text)
            compared += 1
    assert (steps, compared) == (9, 9)


def test_every_method_and_key_is_told_of() -> None:
    plugins = (createMapfile, addMapfile, changeMapfile, combineParsets)
    sections = {part.partition("\n")[0]: part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
    for plugin in plugins:
        section = sections[plugin.__name__.rpartition(".")[2]]
        told = set(re.findall(r"`([\w.]+)`", section)) | set(
            re.findall(r"^### (\w+)$", section, re.MULTILINE)
        )
        assert set(plugin._KEYS) - told == set()
        assert set(getattr(plugin, "_METHODS", ())) - told == set()
