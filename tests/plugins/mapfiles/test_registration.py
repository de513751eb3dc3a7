from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from genericpipe.pluginmanager import Place, PluginManager, find_step_plugin
from genericpipe.pluginmanager.stepplugins import STANDARD


@pytest.mark.parametrize("name", STANDARD)
def test_the_standard_plugins_answer_to_their_names(name: str) -> None:
    found = find_step_plugin(name, [], [], PluginManager(environment={}, entry_points=False))
    assert found.place is Place.STANDARD
    file = found.source_file()
    assert file is not None
    assert file.name == f"{name}.py"
    function = found.function()
    assert function is import_module(f"genericpipe_plugins.mapfiles.{name}").plugin_main


def test_a_recipe_directory_comes_first(tmp_path: Path) -> None:
    file = tmp_path / "plugins" / "PipelineStep_createMapfile.py"
    file.parent.mkdir()
    file.write_text("def plugin_main(args, **kwargs): return {}\n")
    found = find_step_plugin(
        "createMapfile", [tmp_path], [], PluginManager(environment={}, entry_points=False)
    )
    assert found.path == file


def test_looking_one_up_imports_none(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from genericpipe.pluginmanager import PluginManager, find_step_plugin\n"
        "manager = PluginManager(environment={}, entry_points=False)\n"
        "find_step_plugin('createMapfile', [], [], manager).source_file()\n"
        "print([name for name in sys.modules if 'createMapfile' in name])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
