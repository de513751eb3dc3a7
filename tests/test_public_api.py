"""``import genericpipe`` costs nothing, and every public name is there when it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import genericpipe

HEAVY = {"numpy", "rich", "jinja2", "astropy", "casacore", "matplotlib", "argcomplete"}


def loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh interpreter holds after running this code."""
    words = [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"]
    found = subprocess.run(words, capture_output=True, text=True, check=True, env=None)
    return set(found.stdout.splitlines()[-1].split())


def test_importing_the_package_imports_nothing_else_of_it() -> None:
    assert {name for name in loaded_by("import genericpipe") if name.startswith("genericpipe.")} == set()


@pytest.mark.parametrize(
    "code",
    [
        "import genericpipe",
        "import genericpipe.cli.main",
        "from genericpipe import hookimpl, GenericPipeError, Finding",
        "import genericpipe.pluginmanager",
    ],
)
def test_nothing_heavy_is_imported_at_start(code: str) -> None:
    assert HEAVY & loaded_by(code) == set()


def test_version_needs_no_plugin_manager() -> None:
    code = "from genericpipe.cli.main import main; main(['--version'])"
    loaded = loaded_by(code)
    assert "genericpipe.cli.main" in loaded
    assert not {"pluggy", "importlib.metadata", "genericpipe.config", "genericpipe.cli.plugins"} & loaded


def test_a_named_command_imports_no_other() -> None:
    code = "from genericpipe.cli.main import main; main(['completion', '--help'])"
    loaded = loaded_by(code)
    assert "genericpipe.cli.completion" in loaded
    assert not {"importlib.metadata", "genericpipe.cli.plugins", "genericpipe.cli.config"} & loaded


@pytest.mark.parametrize("name", genericpipe.__all__)
def test_each_public_name_is_there(name: str) -> None:
    assert getattr(genericpipe, name) is not None
    assert name in dir(genericpipe)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = genericpipe.Nothing
