"""The pages on step plugins: their examples give what they show, and they name every method and key."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from genericpipe import read_parset
from genericpipe.pluginmanager import PluginManager

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGES = sorted((REFERENCE / "step-plugins").glob("*.md"))
# The examples of observations need measurement sets; they are run beside the tests of those plugins.
RUN = [page for page in PAGES if page.stem != "observations"]
BLOCK = re.compile(r"^```([^\n`]+)\n(?::caption: (\S+)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)


def modules() -> dict[str, ModuleType]:
    """Return the module of each step plugin of ours."""
    offers = PluginManager(environment={}, entry_points=False).named("step_plugins").by_name
    found = {}
    for name, offer in offers.items():
        target = getattr(offer.value, "target", offer.value)
        found[name] = import_module(target.partition(":")[0])
    return found


def run_step(text: str, maps: Path, made: dict[str, str]) -> dict[str, str]:
    """Call the plugin of the step that a block defines; its results join those made."""
    Path("step.parset").write_text(text)
    parset = read_parset("step.parset")
    (name,) = {key.partition(".")[0] for key in parset}
    made["input.output.mapfile_dir"] = str(maps)
    control = parset.subset(f"{name}.control.")
    given = {key: made.get(control.text(key), control.get_string(key)) for key in control}
    plugin = modules()[given.pop("type")]
    assert given.pop("kind") == "plugin"
    words = [given.pop(key) for key in list(given) if key.startswith("cmdline.")]
    result: dict[str, str] = plugin.plugin_main(words, **given) or {}
    made.update({f"{name}.output.{key}": value for key, value in result.items()})
    return result


def shown(result: dict[str, str], literal: Any) -> Any:
    """Return what a literal of the page stands for: the map that a step left, or its result."""
    return ast.literal_eval(Path(result["mapfile"]).read_text()) if isinstance(literal, list) else result


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_the_examples(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    maps = tmp_path / "maps"
    maps.mkdir()
    made: dict[str, str] = {}
    result: dict[str, str] = {}
    steps = compared = 0
    for language, name, text in BLOCK.findall(page.read_text()):
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
            result = run_step(text, maps, made)
            steps += 1
        elif language == "python":
            literal = ast.literal_eval(text)
            assert shown(result, literal) == literal
            compared += 1
    assert 0 < steps <= compared


def test_every_plugin_method_and_key_is_told_of() -> None:
    sections = {
        part.partition("\n")[0]: part
        for page in PAGES
        for part in re.split(r"^## ", page.read_text(), flags=re.MULTILINE)[1:]
    }
    contents = (REFERENCE / "step-plugins.md").read_text()
    for name, plugin in modules().items():
        section = sections[name]
        assert f"| [{name}](step-plugins/" in contents, name
        told = set(re.findall(r"`([^`\n]+)`", section)) | set(
            re.findall(r"^### (\w+)$", section, re.MULTILINE)
        )
        assert set(plugin._KEYS) - told == set(), name
        assert set(getattr(plugin, "_METHODS", ())) - told == set(), name
