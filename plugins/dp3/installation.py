"""Which DP3 there is on this machine, and what the package from PyPI has brought with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from genericpipe import PipelineError, Step

#: In the order in which they are looked for: a DP3 that was built for a machine does more than the package.
_PROGRAMS = ("DP3", "DPPP", "NDPPP", "DP3.py")
_INSTALL = "pip install 'genericpipe[tools]' brings DP3.py"

Version = tuple[int, ...]

#: Seconds for a DP3 to tell its version.
_PATIENCE = 10.0


def find_dp3(name: str, step: Step) -> Path:
    """Return a DP3 of this machine: on PATH, or in this Python's environment, which may not be on it.

    Parameters
    ----------
    name
        What the step calls it.
    step
        The step that wants it.

    Raises
    ------
    PipelineError
        If there is none.
    """
    found = _found()
    if found is None:
        message = f"step {step.name!r}: {name} is not on this machine, nor is DP3 or DP3.py"
        raise PipelineError(message, hint=_INSTALL)
    return found


def _found() -> Path | None:
    own = os.path.dirname(sys.executable)
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), own])
    found = next((where for name in _PROGRAMS if (where := shutil.which(name, path=path))), None)
    return None if found is None else Path(found).absolute()


@dataclass(frozen=True)
class Package:
    """An installed package ``dp3``.

    Parameters
    ----------
    version
        Its version.
    prefix
        The environment in which it is.
    folder
        The folder of its Python packages.
    """

    version: Version
    prefix: Path
    folder: Path

    @property
    def coefficients(self) -> Path | None:
        """The folder with the coefficients of the stations' beams, of the package everybeam."""
        return _folder(self.prefix / "share/everybeam", "HamakerHBACoeff.h5")

    @property
    def measures(self) -> Path | None:
        """The folder with the tables of Earth's orientation, of the package python-casacore."""
        return _folder(self.folder / "casacore/data", "geodetic")

    @property
    def strategy(self) -> Path | None:
        """What AOFlagger does with LOFAR's data by default.

        The library looks for it in ``dp3.libs``; the package has it in ``DP3.libs`` (6.6).
        """
        file = self.folder / "DP3.libs/aoflagger/strategies/lofar-default.lua"
        return file if file.is_file() else None


def _folder(path: Path, holds: str) -> Path | None:
    return path if (path / holds).exists() else None


def package_of(program: str) -> Package | None:
    """Return the package that a DP3.py belongs to; None for a DP3 from elsewhere.

    Nothing is started or imported: the folder of the package's description has the version in its name.
    """
    if os.path.basename(program).lower() != "dp3.py":
        return None
    where = shutil.which(program)
    if where is None:
        return None
    # The environment's own folder even where its files are links, as in conda's.
    for script in (Path(where).absolute(), Path(where).resolve()):
        prefix = script.parent.parent
        for described in sorted(prefix.glob("lib/python3*/*-packages/dp3-*.dist-info"), reverse=True):
            version = described.name.removeprefix("dp3-").removesuffix(".dist-info")
            return Package(_numbers(version), prefix, described.parent)
    return None


def _numbers(version: str) -> Version:
    """Return the leading numbers of a version."""
    numbers = []
    for part in version.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)


def written(version: Version) -> str:
    """Return a version as text."""
    return ".".join(map(str, version))


def version_found() -> str:
    """Return the version of the DP3 that a pipeline finds on this machine; empty if it cannot be told."""
    program = _found()
    if program is None:
        return ""
    package = package_of(str(program))
    return written(package.version) if package is not None else _said_version(program)


def _said_version(program: Path) -> str:
    """Return what a DP3 says of its version: ``DP3 6.0``."""
    try:
        done = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    words = done.stdout.split()
    return (
        words[1] if done.returncode == 0 and words[:1] in (["DP3"], ["DPPP"], ["NDPPP"]) and words[1:] else ""
    )
