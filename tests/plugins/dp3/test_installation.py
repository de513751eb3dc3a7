"""Where DP3 is found, and what is known of it without starting it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.dp3 import genericpipe_locate_program
from genericpipe_plugins.dp3.installation import package_of, version_found

from genericpipe import PipelineError

Steps = Callable[..., Any]


def program(folder: Path, name: str, text: str = "#!/bin/sh\n") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let there be nothing on PATH, and this Python in an empty folder; return the folder on PATH."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "environment/bin/python"))
    return tmp_path / "bin"


@pytest.mark.parametrize("there", ["DP3", "DPPP", "NDPPP", "DP3.py"])
@pytest.mark.parametrize("named", ["/opt/lofar/bin/NDPPP", "DPPP", "DP3.py"])
def test_whatever_it_is_called_the_one_that_is_there_is_found(
    there: str, named: str, nothing_here: Path, step: Steps
) -> None:
    path = program(nothing_here, there)
    assert genericpipe_locate_program(named, step()) == path


def test_one_that_was_built_for_the_machine_comes_first(nothing_here: Path, step: Steps) -> None:
    program(nothing_here, "DP3.py")
    path = program(nothing_here, "DP3")
    assert genericpipe_locate_program("NDPPP", step()) == path


def test_the_environment_of_this_python_need_not_be_on_path(
    nothing_here: Path, tmp_path: Path, step: Steps
) -> None:
    path = program(tmp_path / "environment/bin", "DP3.py")
    assert genericpipe_locate_program("NDPPP", step()) == path


def test_where_there_is_none_it_says_what_to_install(nothing_here: Path, step: Steps) -> None:
    with pytest.raises(PipelineError) as caught:
        genericpipe_locate_program("/opt/lofar/bin/NDPPP", step())
    assert "/opt/lofar/bin/NDPPP" in caught.value.message
    assert "'average'" in caught.value.message
    assert "pip install 'genericpipe[tools]'" in caught.value.hint


def test_other_programs_are_left_to_others(nothing_here: Path, step: Steps) -> None:
    assert genericpipe_locate_program("wsclean", step()) is None


def package(prefix: Path, version: str) -> Path:
    """Make what pip leaves of the packages that matter here; return DP3.py."""
    site = prefix / "lib/python3.12/site-packages"
    (site / f"dp3-{version}.dist-info").mkdir(parents=True)
    (site / "casacore/data/geodetic").mkdir(parents=True)
    (prefix / "share/everybeam").mkdir(parents=True)
    (prefix / "share/everybeam/HamakerHBACoeff.h5").touch()
    (site / "DP3.libs/aoflagger/strategies").mkdir(parents=True)
    (site / "DP3.libs/aoflagger/strategies/lofar-default.lua").touch()
    return program(prefix / "bin", "DP3.py")


def test_a_package_is_known_by_its_folders(tmp_path: Path) -> None:
    found = package_of(str(package(tmp_path, "6.5.1")))
    assert found is not None
    assert found.version == (6, 5, 1)
    assert found.coefficients == tmp_path / "share/everybeam"
    assert found.measures == tmp_path / "lib/python3.12/site-packages/casacore/data"
    assert found.strategy is not None


def test_what_is_not_installed_is_not_made_up(tmp_path: Path) -> None:
    (tmp_path / "lib/python3.12/site-packages/dp3-6.6rc1.dist-info").mkdir(parents=True)
    found = package_of(str(program(tmp_path / "bin", "DP3.py")))
    assert found is not None
    assert (found.version, found.coefficients, found.measures, found.strategy) == ((6,), None, None, None)


def test_a_dp3_from_elsewhere_is_no_package(tmp_path: Path) -> None:
    package(tmp_path, "6.6.0")
    assert package_of(str(program(tmp_path / "bin", "DP3"))) is None
    assert package_of(str(program(tmp_path / "other/bin", "DP3.py"))) is None
    assert package_of(str(tmp_path / "nowhere/DP3.py")) is None


def test_a_link_to_it_leads_to_its_package(tmp_path: Path) -> None:
    made = package(tmp_path / "environment", "6.6.0")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/DP3.py").symlink_to(made)
    found = package_of(str(tmp_path / "bin/DP3.py"))
    assert found is not None
    assert found.prefix == tmp_path / "environment"


def test_the_version_of_one_that_was_built_is_asked_for(nothing_here: Path) -> None:
    program(nothing_here, "DP3", '#!/bin/sh\n[ "$1" = --version ] && echo DP3 6.2.2\n')
    assert version_found() == "6.2.2"


@pytest.mark.parametrize("text", ["echo no such option; exit 1", "exit 0", "echo unknown"])
def test_a_version_that_is_not_told_is_none(text: str, nothing_here: Path) -> None:
    program(nothing_here, "DP3", f"#!/bin/sh\n{text}\n")
    assert version_found() == ""


def test_the_version_of_the_real_one(dp3: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    assert version_found() == metadata.version("dp3")
