"""WSClean is asked what it can do."""

from __future__ import annotations

from pathlib import Path

import pytest
from genericpipe_plugins.wsclean.capabilities import Capabilities, ask, find, is_wsclean, read

# What WSClean prints, Debian's 3.1 and one that was built with everything.
DEBIAN = """
WSClean version 3.1.0 (2022-04-01)
This software package is released under the GPL version 3.
Author: André Offringa (offringa@gmail.com).

WGridder is available.
"""
FULL = """
WSClean version 3.6 (2025-02-07)
This software package is released under the GPL version 3.
Author: André Offringa (offringa@gmail.com).

EveryBeam is available.
IDG is available.
WGridder is available.
"""


@pytest.mark.parametrize(
    ("said", "capabilities"),
    [
        (DEBIAN, ("3.1.0 (2022-04-01)", False, False, True)),
        (FULL, ("3.6 (2025-02-07)", True, True, True)),
        ("Illegal instruction", ("", False, False, False)),
        ("", ("", False, False, False)),
    ],
)
def test_what_it_says(said: str, capabilities: tuple[str, bool, bool, bool]) -> None:
    assert read("/x/wsclean", said) == Capabilities("/x/wsclean", *capabilities)


def test_the_installed_one_is_understood(wsclean: str) -> None:
    can = ask(wsclean)
    assert can.version[0].isdigit()
    assert can.program == wsclean
    assert str(can).startswith(f"WSClean {can.version.split()[0]} (")


def fake(path: Path, said: str) -> str:
    path.write_text(f"#!/bin/sh\necho asked >>{path}.asked\ncat <<'END'\n{said}\nEND\n")
    path.chmod(0o755)
    return str(path)


def test_each_state_of_a_program_is_asked_once(tmp_path: Path) -> None:
    program = fake(tmp_path / "wsclean", DEBIAN)
    assert not ask(program).idg
    assert not ask(program).idg
    asked = Path(f"{program}.asked")
    assert asked.read_text() == "asked\n"
    fake(tmp_path / "wsclean", FULL)
    assert ask(program).idg
    assert asked.read_text() == "asked\n" * 2


def test_one_that_cannot_be_started_can_do_nothing(tmp_path: Path) -> None:
    program = tmp_path / "wsclean"
    program.write_text("#!/nowhere/sh\n")
    program.chmod(0o755)
    assert ask(str(program)) == Capabilities(str(program), "", False, False, False)


@pytest.mark.parametrize("name", ["wsclean", "/opt/bin/WSClean", "wsclean-2.5", "wsclean_v3.4", "wsclean.sh"])
def test_its_names(name: str) -> None:
    assert is_wsclean(name)


@pytest.mark.parametrize(
    "name", ["", "/opt/wsclean/bin/chgcentre", "wsclean.py", "wsclean-mp", "run_wsclean"]
)
def test_other_names(name: str) -> None:
    assert not is_wsclean(name)


def test_it_is_looked_for_on_the_path_of_the_job(tmp_path: Path) -> None:
    program = fake(tmp_path / "wsclean", DEBIAN)
    assert find("wsclean", str(tmp_path)) == program
    assert find("wsclean", str(tmp_path / "nowhere")) is None
