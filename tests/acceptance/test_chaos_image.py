"""The image pipeline killed and resumed: of ``tests/chaos/image.py`` what every run of the tests has."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def harness() -> ModuleType:
    """Load the module that ``tox -e chaos`` runs; folders of tests are no packages."""
    folder = Path(__file__).parents[1] / "chaos"
    module = None
    for name in ("chaos", "image"):
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    assert module is not None
    return module


@pytest.mark.slow
def test_killed_at_a_boundary_and_within_wsclean_the_image_is_the_same(
    harness: ModuleType, observation: list[Path], home: Path, tmp_path: Path
) -> None:
    imagings = harness.Imagings(tmp_path, observation, {**os.environ, "HOME": str(home)})
    quiet = imagings.run("quiet", 1)
    boundary, within = harness.MOMENTS[-3], harness.MOMENTS[-1]
    assert not boundary.program
    assert within.program == "wsclean"
    killed = imagings.run("killed", 1, [boundary, within])
    assert killed.survived == 1
    harness.expect_identical(killed, quiet)
