from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from genericpipe import PluginError, StepPlugin, hookimpl
from genericpipe.pluginmanager import (
    Place,
    PluginManager,
    PluginSource,
    find_step_plugin,
    legacy_plugins,
    step_plugin_folders,
)


class Offering:
    def __init__(self, offered: Mapping[str, Any]) -> None:
        self.offered = offered

    @hookimpl
    def genericpipe_step_plugins(self) -> Mapping[str, Any]:
        return self.offered


def offering(*given: Mapping[str, Any]) -> PluginManager:
    manager = PluginManager(environment={}, builtin={}, entry_points=False)
    for number, offered in enumerate(given):
        manager.register(Offering(offered), f"site{number}", "folder /site")
    return manager


def plugin_main(args: Any, **keywords: Any) -> str:
    return "answered"


@pytest.fixture
def site(tmp_path: Path) -> Callable[[str], Path]:
    def make(path: str) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("raise SystemExit('must not be imported')\n")
        return file

    return make


def find(name: str, root: Path, manager: PluginManager) -> PluginSource:
    return find_step_plugin(name, [root / "recipes", root / "more"], [root / "path"], manager)


def test_the_search_order(tmp_path: Path, site: Callable[[str], Path]) -> None:
    """contract 9: recipe directories, the standard four, pluginpath; then whoever is plugged in."""
    manager = offering({"createMapfile": plugin_main, "trimMapfile": plugin_main})
    found = find("trimMapfile", tmp_path, manager)
    assert (found.place, found.path, found.target) == (Place.PLUGGED_IN, None, plugin_main)

    in_path = [site("path/PipelineStep_trimMapfile.py"), site("path/PipelineStep_createMapfile.py")]
    found = find("trimMapfile", tmp_path, manager)
    assert (found.place, found.path) == (Place.PLUGINPATH, in_path[0])
    found = find("createMapfile", tmp_path, manager)
    assert (found.place, found.target) == (Place.STANDARD, plugin_main)

    for name in ("trimMapfile", "createMapfile"):
        later = site(f"more/plugins/PipelineStep_{name}.py")
        assert find(name, tmp_path, manager).path == later
        earlier = site(f"recipes/plugins/PipelineStep_{name}.py")
        found = find(name, tmp_path, manager)
        assert (found.place, found.path, found.plugin) == (Place.RECIPE_DIRECTORY, earlier, None)
        assert str(found) == str(earlier)


def test_a_standard_name_that_nobody_offers_is_looked_for_in_pluginpath(
    tmp_path: Path, site: Callable[[str], Path]
) -> None:
    file = site("path/PipelineStep_addMapfile.py")
    assert find("addMapfile", tmp_path, offering()).path == file


def test_an_unknown_name_says_where_it_was_looked_for(tmp_path: Path, site: Callable[[str], Path]) -> None:
    site("path/PipelineStep_trimMapfile.py")
    with pytest.raises(PluginError) as caught:
        find("trimMapfiles", tmp_path, offering({"createMapfile": plugin_main}))
    assert "no step plugin 'trimMapfiles'" in caught.value.message
    for folder in ("recipes/plugins", "more/plugins", "path"):
        assert str(tmp_path / folder) in caught.value.message
    assert caught.value.hint == "did you mean 'trimMapfile'?"
    with pytest.raises(PluginError, match=r"no PipelineStep_x\.py in no folder"):
        find_step_plugin("x", [], [], offering())


def test_two_sites_with_one_name_are_an_error() -> None:
    manager = offering({"trimMapfile": plugin_main}, {"trimMapfile": plugin_main})
    with pytest.raises(PluginError, match=r"offered twice: by plugin 'site\d' .* and by plugin 'site\d'"):
        find_step_plugin("trimMapfile", [], [], manager)


def test_a_function_given_by_name_is_imported_when_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mysite_steps.py").write_text("def plugin_main(args, **keywords):\n    return {'a': args}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = find_step_plugin("lazy", [], [], offering({"lazy": "mysite_steps:plugin_main"}))
    assert found.source_file() == tmp_path / "mysite_steps.py"
    assert str(found) == "mysite_steps:plugin_main of plugin 'site0' (folder /site)"
    assert "mysite_steps" not in sys.modules
    try:
        assert found.function()([1]) == {"a": [1]}
    finally:
        del sys.modules["mysite_steps"]


def test_a_function_given_as_such_has_a_file_too() -> None:
    found = find_step_plugin("direct", [], [], offering({"direct": plugin_main}))
    assert found.function() is plugin_main
    assert found.source_file() == Path(__file__)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("no_such_module_here:f", "No module named 'no_such_module_here'"),
        ("genericpipe.errors:plugin_main", "plugin_main"),
        ("genericpipe.errors:annotations", "is no function"),
    ],
)
def test_a_name_that_leads_nowhere(target: str, reason: str) -> None:
    found = find_step_plugin("x", [], [], offering({"x": target}))
    with pytest.raises(PluginError, match=reason) as caught:
        found.function()
    assert "site0" in caught.value.message


@pytest.mark.parametrize("target", ["no_colon", ":f", "m:", "a:b:c", 7, None])
def test_an_offer_that_is_no_function(target: Any) -> None:
    with pytest.raises(PluginError, match=r"plugin 'site0' .* the step plugin 'x' is") as caught:
        find_step_plugin("x", [], [], offering({"x": target}))
    assert "package.module:function" in caught.value.hint


def test_a_file_is_not_run_here(tmp_path: Path, site: Callable[[str], Path]) -> None:
    file = site("path/PipelineStep_x.py")
    found = find("x", tmp_path, offering())
    assert found.source_file() == file
    with pytest.raises(PluginError, match="is a file"):
        found.function()


def test_legacy_plugins_of_folders(tmp_path: Path, site: Callable[[str], Path]) -> None:
    first = site("one/plugins/PipelineStep_b.py")
    other = site("one/plugins/PipelineStep_a.py")
    site("two/plugins/PipelineStep_b.py")
    package = site("two/plugins/PipelineStep_c/__init__.py")
    site("two/plugins/PipelineStep_d/data.txt")
    site("two/plugins/PipelineStep_.py")
    site("two/plugins/helper.py")
    folders = step_plugin_folders([tmp_path / "one", tmp_path / "two", tmp_path / "missing"])
    found = legacy_plugins(folders)
    assert list(found.items()) == [("a", other), ("b", first), ("c", package)]


def test_what_a_plugin_of_ours_gives_is_known() -> None:
    ours = PluginManager(environment={}, entry_points=False)

    def gives(name: str, *keys: str) -> frozenset[str] | None:
        offered = find_step_plugin(name, [], [], ours).offered
        assert offered is not None
        return offered.results_with(keys)

    assert gives("createMapfile", "method", "mapfile_dir") == {"mapfile"}
    assert gives("combineParsets") == set()
    keys = ("mapfile_groupmap", "mapfile_", "x", "mapfile_a_map")
    assert gives("mapfilenamesFromMapfiles", *keys) == {"groupmap", "a_map"}


def test_what_a_sites_own_gives_is_known_if_it_says_so(site: Callable[[str], Path], tmp_path: Path) -> None:
    plain = find_step_plugin("x", [], [], offering({"x": plugin_main})).offered
    assert plain is not None
    assert plain.results_with(["a"]) is None
    declared = StepPlugin(plugin_main, needs=("a", "b"), results=("c",))
    found = find_step_plugin("x", [], [], offering({"x": declared}))
    assert found.function() is plugin_main
    assert found.offered == declared
    assert declared.results_with(["a"]) == {"c"}
    site("recipes/plugins/PipelineStep_x.py")
    assert find("x", tmp_path, offering({"x": declared})).offered is None


@pytest.mark.parametrize("target", ["no_colon", 7])
def test_a_declaration_of_no_function(target: Any) -> None:
    with pytest.raises(PluginError, match=r"the step plugin 'x' is"):
        find_step_plugin("x", [], [], offering({"x": StepPlugin(target)}))
