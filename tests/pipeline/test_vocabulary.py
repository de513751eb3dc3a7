"""What a step may say: declarations of kinds, recipes and keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe.pipeline import Pipeline, Step
from genericpipe.pipeline.vocabulary import Vocabulary
from genericpipe.pluginmanager import PluginManager

MakeStep = Callable[..., Step]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(PluginManager())


def test_the_built_in_kinds_and_recipes(vocabulary: Vocabulary) -> None:
    assert {"recipe", "plugin", "pipeline", "loop"} <= set(vocabulary.kinds)
    assert "executable_args" in vocabulary.recipes


def test_the_recipe_of_a_step(vocabulary: Vocabulary, pipeline_of: Callable[..., Pipeline]) -> None:
    pipeline = pipeline_of(
        "pipeline.steps = [a,b,c]\na.control.type = dppp\nb.control.type = lost\n"
        "c.control.kind = plugin\nc.control.type = dppp\n"
    )
    recipes = [vocabulary.recipe_of(step, pipeline.config.tasks) for step in pipeline.steps]
    assert [recipe.name if recipe else None for recipe in recipes] == ["executable_args", None, None]


def test_the_keys_of_a_step_are_those_of_its_recipe_or_kind(
    vocabulary: Vocabulary, step_of: MakeStep
) -> None:
    recipe = vocabulary.recipes["executable_args"]
    keys = vocabulary.keys_of(step_of("control.type = dppp"), recipe)
    assert {"mapfile_in", "inputkeys", "error_tolerance", "working_directory"} <= set(keys)
    of_plugin = vocabulary.keys_of(step_of("control.kind = plugin"), None)
    assert "environment" in of_plugin
    assert "inputkeys" not in of_plugin


def test_a_plugin_adds_keys_to_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step_of: MakeStep
) -> None:
    (tmp_path / "keys_gp.py").write_text(
        "from genericpipe import ControlKey, hookimpl\n\n"
        "@hookimpl\ndef genericpipe_control_keys():\n    return [ControlKey('site_key', 'int')]\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("GENERICPIPE_PLUGINS", str(tmp_path))
    keys = Vocabulary(PluginManager()).keys_of(step_of("control.type = dppp"), None)
    assert keys["site_key"].type == "int"


def test_a_step_plugin_of_a_pipelines_own_folder(
    vocabulary: Vocabulary, pipeline_of: Callable[..., Pipeline], tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "PipelineStep_mine.py").write_text("def plugin_main(args, **kw): return {}\n")
    pipeline = pipeline_of(
        "pipeline.pluginpath = own\npipeline.steps = [s]\ns.control.kind = plugin\ns.control.type = mine\n"
    )
    source = vocabulary.step_plugin("mine", pipeline)
    assert "PipelineStep_mine.py" in str(source)
    assert vocabulary.step_plugin("lost", pipeline) is None
