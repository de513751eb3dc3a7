"""`lofarpipe.support.subprocessgroup`: some processes at a time (contract 14)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

LOGGER = logging.getLogger("compat.group")


@pytest.fixture
def group(compat: Callable[[str], ModuleType]) -> type:
    found: type = compat("lofarpipe.support.subprocessgroup").SubProcessGroup
    return found


def test_all_go_well(group: type, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, LOGGER.name)
    pids: list[int] = []
    one = group(LOGGER, SimpleNamespace(addPID=pids.append), max_concurrent_processes=2)
    for number in range(5):
        one.run(["/bin/sh", "-c", f"echo said {number}; pwd > {number}"], cwd=str(tmp_path))
    assert one.wait_for_finish() is None
    assert [(tmp_path / str(number)).read_text() for number in range(5)] == [f"{tmp_path}\n"] * 5
    assert {f"/bin/sh stdout: said {number}" for number in range(5)} <= {
        r.getMessage() for r in caplog.records
    }
    assert len(set(pids)) == 5


def test_only_so_many_run_at_once(group: type, tmp_path: Path) -> None:
    one = group(None, max_concurrent_processes=2)
    count = "mkdir slot$$; ls -d slot* | wc -l >> seen; sleep 0.05; rmdir slot$$"
    for _ in range(6):
        one.run(["/bin/sh", "-c", count], cwd=str(tmp_path))
    assert one.wait_for_finish() is None
    assert max(int(line) for line in (tmp_path / "seen").read_text().split()) <= 2


def test_failures_are_listed_once(group: type, caplog: pytest.LogCaptureFixture) -> None:
    one = group(LOGGER)
    one.run("/bin/sh -c true")
    one.run(["/bin/sh", "-c", "exit 3"])
    one.run("/no/such/program -x")
    failed = sorted(one.wait_for_finish(), key=lambda one: one[1])
    assert failed == [(["/no/such/program", "-x"], -1), (["/bin/sh", "-c", "exit 3"], 3)]
    assert "failed with exit status 3" in caplog.text
    assert one.wait_for_finish() is None


def test_a_kill_switch_ends_what_runs_and_starts_no_more(group: type, tmp_path: Path) -> None:
    switch = threading.Event()
    one = group(None, max_concurrent_processes=1, killSwitch=switch)
    first = ["/bin/sh", "-c", "echo > begun; exec sleep 600"]
    one.run(first, cwd=str(tmp_path))
    while not (tmp_path / "begun").exists():
        threading.Event().wait(0.01)
    one.run(["/bin/sh", "-c", "echo > never"], cwd=str(tmp_path))
    switch.set()
    failed = one.wait_for_finish()
    assert (first, -9) in failed
    assert len(failed) == 2
    assert not (tmp_path / "never").exists()
