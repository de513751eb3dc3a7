"""What is installed: a wheel, built from this checkout and used far from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from email.parser import HeaderParser
from pathlib import Path

import pytest

import genericpipe

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ["genericpipe", "plugins"]
DATA = {".cfg", ".ini", ".json"}

pytestmark = pytest.mark.slow


def source_files() -> set[str]:
    """Return what a wheel must hold of the two packages, by the names it has there."""
    found = set()
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*"):
            if path.name == "py.typed" or path.suffix in {".py", *DATA}:
                name = path.relative_to(ROOT).as_posix()
                found.add(
                    name.replace("plugins/", "genericpipe_plugins/", 1) if folder == "plugins" else name
                )
    return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout, so that building leaves nothing behind and finds nothing old."""
    folder = tmp_path_factory.mktemp("checkout")
    nothing_built = shutil.ignore_patterns("__pycache__", "*.egg-info", "_build")
    for name in [
        "setup.py",
        "pyproject.toml",
        "MANIFEST.in",
        "tox.ini",
        "Makefile",
        *ROOT.glob("*.md"),
        "LICENSE",
    ]:
        shutil.copy(ROOT / name, folder)
    for name in [*SOURCES, "scripts", "parsets", "demo", ".ci", "docs", "tests", "benchmarks", "changes"]:
        shutil.copytree(ROOT / name, folder / name, ignore=nothing_built)
    return folder


@pytest.fixture(scope="module")
def build(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what builds a distribution of a kind (``wheel``, ``sdist``) by the standard's own hook."""
    pytest.importorskip(
        "setuptools", minversion="77", reason="the build backend that pyproject.toml asks for"
    )

    def run(kind: str) -> Path:
        target = tmp_path_factory.mktemp(kind)
        code = f"from setuptools import build_meta; print(build_meta.build_{kind}({str(target)!r}))"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return target / done.stdout.split()[-1]

    return run


@pytest.fixture(scope="module")
def wheel(build: Callable[[str], Path]) -> Path:
    return build("wheel")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which pip installed the wheel; its dependencies are those of the tests."""
    target = tmp_path_factory.mktemp("installed")
    words = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(target)]
    done = subprocess.run([*words, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def run_far_away(words: list[str], installed: Path, folder: Path) -> str:
    """Run a command on the installed wheel, in a folder that has nothing to do with the checkout."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env["PYTHONPATH"] = str(installed)
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_module_and_data_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    held = {name for name in names if ".data/" not in name}
    assert held == source_files()


@pytest.mark.parametrize(
    "name", ["genericpipe/py.typed", "genericpipe_plugins/py.typed", "genericpipe/config/standard_tasks.cfg"]
)
def test_the_wheel_holds_what_is_easily_forgotten(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert name in archive.namelist()


@pytest.mark.parametrize("package", ["lofar", "lofarpipe"])
def test_the_wheel_holds_the_compatible_packages(wheel: Path, package: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [name for name in names if "/compat/" in name and name.endswith(f"/{package}/__init__.py")]


def test_pipelines_that_are_ready_to_run_are_installed(installed: Path) -> None:
    folder = installed / "share" / "genericpipe" / "parsets"
    assert {path.name for path in folder.iterdir()} == {"Image.parset", "pipeline.cfg", "tasks.cfg"}


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        (entry_points,) = (name for name in archive.namelist() if name.endswith("/entry_points.txt"))
        headers = HeaderParser().parsestr(archive.read(metadata).decode())
        scripts = archive.read(entry_points).decode()
    assert headers["Name"] == "genericpipe"
    assert headers["Version"] == genericpipe.__version__
    assert headers["License-Expression"] == "BSD-3-Clause"
    assert headers["Requires-Python"] == ">=3.11"
    assert set(headers.get_all("Provides-Extra", [])) == {"test", "docs", "parsl", "bdsf", "h5parm", "tools"}
    assert "genericpipe = genericpipe.cli.main:main" in scripts


def test_the_installed_command_runs(installed: Path, tmp_path: Path) -> None:
    said = run_far_away([str(installed / "bin" / "genericpipe"), "--version"], installed, tmp_path)
    assert genericpipe.__version__ in said


def test_the_installed_genericpipeline_is_a_command_and_a_module(installed: Path, tmp_path: Path) -> None:
    script = installed / "bin" / "genericpipeline.py"
    assert "Usage: genericpipeline.py" in run_far_away([str(script), "--help"], installed, tmp_path)
    # As factor loads them (contract 14).
    code = (
        "import sys\nfrom importlib.util import module_from_spec, spec_from_file_location\n"
        "for name, file in (('loader', 'loader.py'), ('gp', 'genericpipeline.py')):\n"
        "    spec = spec_from_file_location(name, sys.argv[1] + '/' + file)\n"
        "    sys.modules[name] = module_from_spec(spec)\n"
        "    spec.loader.exec_module(sys.modules[name])\n"
        "print(sys.modules['gp'].GenericPipeline().script)\n"
    )
    said = run_far_away([sys.executable, "-c", code, str(installed / "bin")], installed, tmp_path)
    assert said.strip() == str(script)


def test_the_installed_packages_are_the_ones_imported(installed: Path, tmp_path: Path) -> None:
    code = "import genericpipe, genericpipe_plugins as p; print(genericpipe.__file__, p.__file__, sep='\\n')"
    said = run_far_away([sys.executable, "-c", code], installed, tmp_path)
    assert [Path(line).parent for line in said.splitlines()] == [
        installed / "genericpipe",
        installed / "genericpipe_plugins",
    ]


def test_the_source_distribution_can_be_tested(build: Callable[[str], Path]) -> None:
    with tarfile.open(build("sdist")) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    tests = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py")}
    assert tests <= held
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Makefile", "tox.ini"} <= held
    assert {"docs/conf.py", "genericpipe/py.typed", "plugins/py.typed"} <= held
    assert {"parsets/Image.parset", "demo/__main__.py", ".ci/make-venv", ".ci/install-wsclean"} <= held
