"""The environment in which EveryBeam finds what it reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from genericpipe_plugins.everybeamdata import environment, is_installed


def test_it_names_coefficients_and_measures(tmp_path: Path) -> None:
    pytest.importorskip("everybeam")
    assert is_installed()
    found = environment({"HOME": str(tmp_path), "OTHER": "kept"}, tmp_path)
    assert found["OTHER"] == "kept"
    assert (Path(found["EVERYBEAM_DATADIR"]) / "HamakerHBACoeff.h5").is_file()
    key, _, folder = Path(found["CASARCFILES"]).read_text().strip().partition(": ")
    assert key == "measures.directory"
    assert (Path(folder) / "geodetic").is_dir()


def test_what_is_set_stays(tmp_path: Path) -> None:
    ours = {"HOME": str(tmp_path), "EVERYBEAM_DATADIR": "/site", "CASARCFILES": "/site/casarc"}
    assert environment(ours, tmp_path) == ours
    (tmp_path / ".casarc").write_text("measures.directory: /site/measures\n")
    assert "CASARCFILES" not in environment({"HOME": str(tmp_path)}, tmp_path)
