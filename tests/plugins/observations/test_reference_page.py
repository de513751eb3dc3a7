"""The page on these plugins: its examples give what it shows, and it names every plugin and key."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins import observations

from genericpipe import read_parset

Make = Callable[..., Any]

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "step-plugins" / "observations.md"
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(\w+)\n(?::caption: (\S+)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL
)


def test_the_examples(
    measurement_set: Make, h5parm: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, frequency in (("a", 120e6), ("b", 135e6), ("c", 150e6)):
        flagged = {"CS001HBA0": 1, "RS305HBA": 4}
        measurement_set(
            f"data/{name}.MS", flagged=flagged, frequency=frequency, target_column="text", target="3C196"
        )
    h5parm({"calibrator": ["CS001HBA0", "CS002HBA0", "RS305HBA"]})
    given = {"input.output.mapfile_dir": "."}
    shown: Any = None
    compared = 0
    for language, name, text in BLOCK.findall(PAGE.read_text()):
        if language == "ini":
            shown = run_step(text, given)
        elif name and not Path(name).exists():
            Path(name).write_text(text)
        elif name:
            assert Path(name).read_text() == text
            compared += 1
        elif shown is None:
            Path("sets.mapfile").write_text(text)
        else:
            assert shown == ast.literal_eval(text)
            compared += 1
    assert compared == 7


def run_step(text: str, given: dict[str, str]) -> Any:
    """Call the plugin of a step; return its result, or the map that it wrote."""
    Path("step.parset").write_text(text)
    parset = read_parset("step.parset")
    (name,) = {key.partition(".")[0] for key in parset}
    control = parset.subset(f"{name}.control.")
    keywords = {key: given.get(control.text(key), control.get_string(key)) for key in control}
    plugin = import_module(f"{observations.__name__}.{keywords.pop('type')}")
    assert keywords.pop("kind") == "plugin"
    result = plugin.plugin_main([], **keywords) or {}
    given.update({f"{name}.output.{key}": value for key, value in result.items()})
    return ast.literal_eval(Path(result["mapfile"]).read_text()) if "mapfile" in result else result


def test_every_plugin_and_key_is_told_of() -> None:
    text = PAGE.read_text()
    sections = {part.partition("\n")[0]: part for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}
    offered = set(observations.genericpipe_step_plugins())
    assert set(sections) - {"What is not there"} == offered
    for name in offered:
        told = set(re.findall(r"`([\w.]+)`", sections[name]))
        assert set(import_module(f"{observations.__name__}.{name}")._KEYS) - told == set()
