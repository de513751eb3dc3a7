"""Whether sets hold what the beam needs."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from genericpipe_plugins.wsclean.beamtables import look_at

from genericpipe import Location

STEP: Any = SimpleNamespace(name="image")
LINE = Location("p.parset", 9)


@pytest.fixture
def own(measured: str, tmp_path: Path) -> Path:
    return Path(shutil.copytree(measured, tmp_path / "own.MS"))


def found(path: Path, differential: bool = True) -> list[tuple[str, str]]:
    findings = list(look_at(STEP, [str(path)], "-grid-with-beam", LINE, differential))
    assert all(one.location == LINE and str(path) in one.message for one in findings)
    return [(one.severity.value, one.code) for one in findings]


def test_a_set_that_does_not_say_what_was_applied(own: Path) -> None:
    assert found(own) == [("warning", "no-applied-beam")]
    assert found(own, differential=False) == []


@pytest.mark.parametrize(("mode", "codes"), [("Full", []), ("None", [("warning", "no-applied-beam")])])
def test_what_a_set_says_was_applied(mode: str, codes: list[tuple[str, str]], own: Path) -> None:
    tables = pytest.importorskip("casacore.tables")
    with tables.table(str(own), readonly=False, ack=False) as opened:
        opened.putcolkeyword("DATA", "LOFAR_APPLIED_BEAM_MODE", mode)
    assert found(own) == codes


def test_missing_tables(own: Path) -> None:
    shutil.rmtree(own / "LOFAR_STATION")
    assert found(own) == [("error", "no-beam-tables")]


def test_what_is_no_set_is_somebody_elses_matter(tmp_path: Path) -> None:
    assert found(tmp_path / "nothing.MS") == []
