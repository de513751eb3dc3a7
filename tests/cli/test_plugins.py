from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from genericpipe.pluginmanager.checks import known_hooks

SITE = """
from genericpipe import Recipe, StepKind, hookimpl

@hookimpl
def genericpipe_step_plugins():
    return {"trimOurMapfile": "mysite.maps:plugin_main", "pruneOurMapfile": "mysite.maps:prune"}

@hookimpl
def genericpipe_recipes():
    return {"stage_here": Recipe("stage_here", "fetches data")}
"""


@pytest.fixture
def made(project: Any) -> Any:
    return project(
        {
            "sites/mysite.py": SITE,
            "recipes/plugins/PipelineStep_pruneOurMapfile.py": "raise SystemExit('must not be imported')",
            "recipes/plugins/PipelineStep_oldOne.py": "raise SystemExit('must not be imported')",
        }
    )


def run(made: Any, *words: str) -> Any:
    config = (
        f"[DEFAULT]\nruntime_directory = {made.path}\nworking_directory = {made.path}\n"
        f"recipe_directories = [{made.file('recipes')}]\n[layout]\njob_directory = {made.path}/job\n"
    )
    made.write("pipeline.cfg", config)
    return made.run("plugins", *words, env={"GENERICPIPE_PLUGINS": str(made.file("sites"))})


def test_json_tells_who_is_plugged_in(made: Any) -> None:
    shown = run(made, "--format", "json").expect(0).json()
    (site,) = [plugin for plugin in shown["plugins"] if plugin["name"] == "mysite"]
    assert site["file"] == str(made.file("sites/mysite.py"))
    assert site["origin"] == f"folder {made.file('sites')}"
    assert site["hooks"] == ["recipes", "step_plugins"]
    assert site["builtin"] is False
    builtin = {plugin["name"]: plugin["hooks"] for plugin in shown["plugins"] if plugin["builtin"]}
    assert "add_commands" in builtin["genericpipe.cli.plugins"]
    assert shown["recipes"]["stage_here"] == "mysite"
    assert shown["problems"] == []
    assert "hooks" not in shown


def test_json_tells_what_answers_to_a_step_plugins_name(made: Any) -> None:
    without = run(made, "--format", "json").expect(0).json()
    offered = {entry["name"]: entry for entry in without["step_plugins"]}
    assert offered["pruneOurMapfile"]["plugin"] == "mysite"
    assert offered["trimOurMapfile"]["place"] == "plugged in"
    assert "oldOne" not in offered

    shown = run(made, "--format", "json", "-c", "pipeline.cfg").expect(0).json()
    entries = {entry["name"]: entry for entry in shown["step_plugins"]}
    file = str(made.file("recipes/plugins/PipelineStep_pruneOurMapfile.py"))
    assert entries["pruneOurMapfile"] == {
        "name": "pruneOurMapfile",
        "place": "recipe directory",
        "answers": file,
        "file": file,
        "plugin": None,
    }
    assert entries["oldOne"]["place"] == "recipe directory"
    assert entries["trimOurMapfile"]["answers"].startswith("mysite.maps:plugin_main of plugin 'mysite'")


def test_text_says_the_same_to_people(made: Any) -> None:
    done = run(made, "-c", "pipeline.cfg").expect(0)
    assert f"  mysite: folder {made.file('sites')}\n" in done.stdout
    assert "    hooks: recipes, step_plugins\n" in done.stdout
    assert "  genericpipe.cli.plugins: built in\n" in done.stdout
    assert f"{made.file('recipes/plugins/PipelineStep_oldOne.py')} (recipe directory)" in done.stdout
    assert "stage_here" in done.stdout
    assert "\nhooks:\n" not in done.stdout


def test_hooks_lists_all_of_them(made: Any) -> None:
    hooks = run(made, "--hooks", "--format", "json").expect(0).json()["hooks"]
    assert {f"genericpipe_{hook}" for hook in hooks} == set(known_hooks())
    assert "mysite" in hooks["step_plugins"]
    assert "genericpipe.cli.plugins" in hooks["add_commands"]
    text = run(made, "--hooks").expect(0).stdout
    assert "\nhooks:\n" in text
    assert all(f"\n  {hook} " in text for hook in hooks)


def test_a_broken_plugin_is_shown_beside_the_others(made: Any) -> None:
    made.write("sites/broken.py", "from genericpipe import hookimpl\nimport no_such_package_here\n")
    done = run(made).expect(3)
    assert "mysite" in done.stdout
    assert f"not usable: {made.file('sites/broken.py')}:2: plugin 'broken'" in done.stdout
    (problem,) = run(made, "--format", "json").expect(3).json()["problems"]
    assert "no_such_package_here" in problem["message"]
    assert Path(problem["location"].rpartition(":")[0]) == made.file("sites/broken.py")


def test_two_sites_that_claim_one_name_are_shown(made: Any) -> None:
    made.write("sites/rival.py", SITE)
    done = run(made).expect(3)
    assert "'trimOurMapfile' of step_plugins is offered twice" in done.stdout
    assert "'stage_here' of recipes is offered twice" in done.stdout


def test_a_configuration_that_is_not_there(made: Any) -> None:
    done = run(made, "-c", "missing.cfg").expect(3)
    assert "missing.cfg" in done.stderr
