"""DP3 as a program: found, given what it needs, and heard when it fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from genericpipe_plugins.simulate import dp3

from genericpipe import ExitStatus, GenericPipeError


def program(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_that_of_this_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "DP3.py", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    assert dp3.find(tmp_path).program == os.path.join(os.path.dirname(sys.executable), "DP3.py")


def test_a_named_one_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = program(tmp_path / "bin", "MyDP3", "exit 0")
    assert dp3.find(tmp_path, str(mine)).program == str(mine)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert dp3.find(tmp_path, "MyDP3").program == str(mine)


def test_without_one_there_is_a_hint(tmp_path: Path) -> None:
    with pytest.raises(GenericPipeError) as caught:
        dp3.find(tmp_path, "DP9")
    assert str(caught.value) == (
        "there is no program DP9 on this machine\nhint: pip install 'genericpipe[tools]'"
    )


def test_it_gets_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EVERYBEAM_DATADIR", "CASARCFILES", "OPENBLAS_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    environment = dp3.find(tmp_path).environment
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert (Path(environment["EVERYBEAM_DATADIR"]) / "HamakerHBACoeff.h5").is_file()
    name, _, measures = Path(environment["CASARCFILES"]).read_text().strip().partition(": ")
    assert name == "measures.directory"
    assert (Path(measures) / "geodetic" / "TAI_UTC").is_dir()
    assert "CASARCFILES" not in os.environ


def test_what_a_site_has_set_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERYBEAM_DATADIR", "/site/everybeam")
    monkeypatch.setenv("CASARCFILES", "/site/casarc")
    environment = dp3.find(tmp_path).environment
    assert environment["EVERYBEAM_DATADIR"] == "/site/everybeam"
    assert environment["CASARCFILES"] == "/site/casarc"
    assert not (tmp_path / "casarc").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("echo one; echo; echo two >&2; exit 3", "ended with exit status 3: one / two"),
        ("exit 4", "ended with exit status 4: it said nothing"),
        ("kill -9 $$", "was stopped by signal 9: it said nothing"),
    ],
)
def test_a_failure_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = program(tmp_path, "DP3", text)
    with pytest.raises(dp3.DP3Error) as caught:
        dp3.find(tmp_path, str(path)).run(["msin=x"], tmp_path / "log")
    assert str(caught.value) == f"{path} {said}"
    assert caught.value.exit_status == ExitStatus.STEP_FAILED


def test_the_real_one_answers(tmp_path: Path) -> None:
    log = tmp_path / "log"
    dp3.find(tmp_path).run(["--version"], log)
    assert log.read_text().startswith("DP3 6.")


def test_nothing_is_waited_for_once_it_was_stopped(tmp_path: Path) -> None:
    found = dp3.find(tmp_path, str(program(tmp_path, "DP3", "exec sleep 600")))
    found.stop()
    with pytest.raises(dp3.DP3Error, match="stopped by signal 15"):
        found.run([], tmp_path / "log")
