from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genericpipe import PluginError
from genericpipe.pluginmanager import PluginManager
from genericpipe.pluginmanager.discovery import entry_point_plugins, folder_plugins, plugin_folders

HOOK = "from genericpipe import hookimpl\n@hookimpl\ndef genericpipe_replacements():\n    return {'a': 'b'}\n"


@pytest.fixture(autouse=True)
def forgetting() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a distribution `my-site 1.2` with a plugin `mysite` and return its folder."""
    info = tmp_path / "my_site-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-site\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(
        "[genericpipe]\nmysite = mysite_plugin\n[console_scripts]\nx = y:z\n"
    )
    (tmp_path / "mysite_plugin.py").write_text(HOOK)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_entry_points_are_found_and_not_yet_imported(distribution: Path) -> None:
    (candidate,) = [found for found in entry_point_plugins() if found.name == "mysite"]
    assert candidate.origin == "entry point of my-site 1.2"
    assert candidate.distribution == "my-site 1.2"
    assert "mysite_plugin" not in sys.modules


def test_an_entry_point_takes_part(distribution: Path) -> None:
    manager = PluginManager(environment={}, builtin={})
    (answer,) = [a for a in manager.answers("replacements", config=None) if a.plugin.name == "mysite"]
    assert answer.value == {"a": "b"}
    assert answer.plugin.module == "mysite_plugin"
    assert answer.plugin.file == str(distribution / "mysite_plugin.py")
    assert answer.plugin.distribution == "my-site 1.2"
    assert answer.plugin.hooks == ("replacements",)


@pytest.mark.parametrize(
    ("source", "reason", "line"),
    [
        (None, "ModuleNotFoundError: No module named 'mysite_plugin'", None),
        ("import genericpipe\nx = 1 / 0\n", "ZeroDivisionError: division by zero", 2),
        ("x = 1\nprint 'Python 2'\n", "SyntaxError", 2),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3", 2),
    ],
)
def test_an_entry_point_that_cannot_be_imported(
    distribution: Path, source: str | None, reason: str, line: int | None
) -> None:
    module = distribution / "mysite_plugin.py"
    module.unlink()
    if source is not None:
        module.write_text(source)
    (candidate,) = [found for found in entry_point_plugins() if found.name == "mysite"]
    with pytest.raises(PluginError) as caught:
        candidate.loaded()
    assert caught.value.message.startswith(
        f"plugin 'mysite' (entry point of my-site 1.2) cannot be loaded: {reason}"
    )
    where = caught.value.location
    assert (str(where) if where else None) == (f"{module}:{line}" if line else None)


def test_a_folder_holds_files_and_packages_but_no_legacy_plugins(tmp_path: Path) -> None:
    (tmp_path / "site_a.py").write_text(HOOK)
    (tmp_path / "PipelineStep_b.py").write_text(HOOK)
    (tmp_path / "_private.py").write_text(HOOK)
    (tmp_path / "analysis.py").write_text("raise SystemExit('not a plugin: must not run')\n")
    (tmp_path / "notes.txt").write_text("genericpipe")
    package = tmp_path / "site_c"
    package.mkdir()
    (package / "__init__.py").write_text("from .hooks import genericpipe_replacements\n")
    (package / "hooks.py").write_text(HOOK)
    (tmp_path / "data").mkdir()
    assert [found.name for found in folder_plugins(tmp_path)] == ["site_a", "site_c"]
    manager = PluginManager([tmp_path], environment={}, builtin={}, entry_points=False)
    assert manager.hook.genericpipe_replacements(config=None) == [{"a": "b"}, {"a": "b"}]
    assert {plugin.origin for plugin in manager.plugins()} == {f"folder {tmp_path}"}
    assert [plugin.file for plugin in manager.plugins()] == [
        str(tmp_path / "site_a.py"),
        str(package / "__init__.py"),
    ]


def test_a_file_of_a_folder_hides_no_installed_module(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text(HOOK)
    manager = PluginManager([tmp_path], environment={}, builtin={}, entry_points=False)
    assert [plugin.name for plugin in manager.plugins()] == ["json"]
    import json

    assert json.loads("[1]") == [1]


def test_a_file_without_hooks_is_no_plugin(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text("# used by our genericpipe plugins\nx = 1\n")
    assert PluginManager([tmp_path], environment={}, builtin={}, entry_points=False).plugins() == []


def test_folders_come_from_the_environment_too(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    listed = os.pathsep.join([str(two), "", str(one)])
    assert plugin_folders([one], {"GENERICPIPE_PLUGINS": listed}) == [one, two]


def test_a_folder_that_is_none_is_named_and_the_others_count(tmp_path: Path) -> None:
    (tmp_path / "site_a.py").write_text(HOOK)
    environment = {"GENERICPIPE_PLUGINS": os.pathsep.join(["/no/such", str(tmp_path)])}
    manager = PluginManager(environment=environment, builtin={}, entry_points=False, tolerant=True)
    assert [plugin.name for plugin in manager.plugins()] == ["site_a"]
    (error,) = manager.broken
    assert error.message == "plugin folder '/no/such' cannot be read: /no/such: No such file or directory"
    assert "GENERICPIPE_PLUGINS" in error.hint


def test_an_entry_point_without_hooks_is_told(distribution: Path) -> None:
    (distribution / "mysite_plugin.py").write_text("x = 1\n")
    manager = PluginManager(environment={}, builtin={})
    with pytest.raises(PluginError, match=r"'mysite' \(entry point of my-site 1.2\) implements no hook"):
        manager.answers("recipes")
