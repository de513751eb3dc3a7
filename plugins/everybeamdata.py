"""The environment in which EveryBeam from PyPI finds what it reads: coefficients and measures.

DP3, EveryBeam itself and whatever uses them want the same.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

_COEFFICIENTS = "HamakerHBACoeff.h5"


def is_installed() -> bool:
    """Return whether this Python has EveryBeam; it is not imported."""
    return importlib.util.find_spec("everybeam") is not None


def environment(inherited: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return an environment for EveryBeam; what is set already stays as it is.

    Parameters
    ----------
    inherited
        The environment so far.
    folder
        An existing folder; a file of settings is written there.
    """
    found = dict(inherited)
    coefficients = _coefficients()
    if coefficients is not None:
        found.setdefault("EVERYBEAM_DATADIR", str(coefficients))
    measures = _measures()
    if measures is not None and "CASARCFILES" not in found and not has_own_measures(found):
        settings = folder / "casarc"
        settings.write_text(f"measures.directory: {measures}\n", encoding="utf-8")
        found["CASARCFILES"] = str(settings)
    return found


def _coefficients() -> Path | None:
    """Return the folder with the coefficients of the dipoles' beam that the package everybeam brings."""
    try:
        files = metadata.files("everybeam") or []
    except metadata.PackageNotFoundError:
        return None
    found = (Path(str(file.locate())).resolve() for file in files if file.name == _COEFFICIENTS)
    return next((path.parent for path in found if path.is_file()), None)


def _measures() -> Path | None:
    """Return the folder with the tables of Earth's orientation that python-casacore brings."""
    spec = importlib.util.find_spec("casacore")
    folders = [] if spec is None else list(spec.submodule_search_locations or [])
    found = (Path(folder) / "data" for folder in folders)
    return next((path for path in found if (path / "geodetic").is_dir()), None)


def has_own_measures(environment: Mapping[str, str]) -> bool:
    """Return whether the user's settings say where the measures are; CASARCFILES would hide them."""
    own = Path(environment.get("HOME", os.sep)) / ".casarc"
    try:
        return "measures.directory" in own.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
