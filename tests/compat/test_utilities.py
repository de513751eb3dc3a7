"""`lofarpipe.support.utilities`: folders, processes and conversions, as scripts call them (contract 14)."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LOGGER = logging.getLogger("compat.utilities")


@pytest.fixture
def utilities(compat: Callable[[str], ModuleType]) -> ModuleType:
    return compat("lofarpipe.support.utilities")


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[tuple[str, str]]]:
    """Return what gives the records so far."""
    caplog.set_level(logging.DEBUG, LOGGER.name)
    return lambda: [(record.levelname, record.getMessage()) for record in caplog.records]


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """Write a shell program and return its path."""

    def write(text: str) -> str:
        path = tmp_path / "prog"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    return write


def test_every_name_of_the_contract_is_there(utilities: ModuleType) -> None:
    names = "create_directory delete_directory disk_usage string_to_list group_iterable is_iterable"
    names += " catch_segfaults read_initscript get_mountpoint spawn_process socket_recv deprecated log_time"
    names += " get_parset patch_parset"
    assert set(names.split()) <= set(utilities.__all__)
    assert all(callable(getattr(utilities, name)) for name in utilities.__all__)


# Folders


def test_folders_are_made_and_removed(utilities: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    for _ in range(2):
        utilities.create_directory(str(folder))
    assert folder.is_dir()
    (folder / "file").write_text("x")
    for _ in range(2):
        utilities.delete_directory(str(tmp_path / "a"))
    assert not (tmp_path / "a").exists()


def test_a_file_in_the_way_is_an_error(utilities: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(OSError, match="exists"):
        utilities.create_directory(str(tmp_path / "a"))


def test_the_size_of_what_paths_hold(utilities: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x" * 1000)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "b").write_text("x" * 500)
    (tmp_path / "d" / "link").symlink_to(tmp_path / "a")
    assert utilities.disk_usage(str(tmp_path / "a")) == 1000
    size = utilities.disk_usage(str(tmp_path / "a"), str(tmp_path / "d"))
    link = len(str(tmp_path / "a"))
    assert size == 1500 + link + (tmp_path / "d").stat().st_size
    assert utilities.disk_usage() == 0


def test_where_a_file_system_begins(utilities: ModuleType, tmp_path: Path) -> None:
    found = utilities.get_mountpoint(str(tmp_path))
    assert os.path.ismount(found)
    assert os.path.commonpath([found, tmp_path.resolve()]) == found


# Conversions


@pytest.mark.parametrize(
    ("text", "words"), [("[a, b]", ["a", "b"]), ("a,b", ["a", "b"]), ("[]", []), (" [ a,, ] ", ["a"])]
)
def test_texts_of_lists(utilities: ModuleType, text: str, words: list[str]) -> None:
    assert utilities.string_to_list(text) == words


def test_groups(utilities: ModuleType) -> None:
    assert list(utilities.group_iterable("abcdefg", 3)) == [("a", "b", "c"), ("d", "e", "f"), ("g",)]
    assert list(utilities.group_iterable([], 3)) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(elements=st.lists(st.integers()), size=st.integers(1, 9))
def test_groups_hold_all_in_order(utilities: ModuleType, elements: list[int], size: int) -> None:
    groups = list(utilities.group_iterable(iter(elements), size))
    assert [element for group in groups for element in group] == elements
    assert all(len(group) == size for group in groups[:-1])


def test_what_can_be_gone_over(utilities: ModuleType) -> None:
    assert [utilities.is_iterable(one) for one in ("a", [], {}, iter(()), 1, None)] == [True] * 4 + [
        False
    ] * 2


def test_a_deprecated_function_warns(utilities: ModuleType) -> None:
    @utilities.deprecated
    def old(number: int) -> int:
        """Double."""
        return 2 * number

    with pytest.warns(DeprecationWarning, match="old is deprecated"):
        assert old(2) == 4
    assert old.__doc__ == "Double."


def test_receiving_all_bytes(utilities: ModuleType) -> None:
    near, far = socket.socketpair()
    with near, far:
        far.sendall(b"abc")
        far.sendall(b"defg")
        assert utilities.socket_recv(near, 5) == b"abcde"
        far.shutdown(socket.SHUT_WR)
        with pytest.raises(OSError, match="after 2 of 3 bytes"):
            utilities.socket_recv(near, 3)


def test_the_environment_that_a_file_sets(
    utilities: ModuleType, tmp_path: Path, told: Callable[[], list[tuple[str, str]]]
) -> None:
    script = tmp_path / "a 'init'.sh"
    script.write_text('echo hello\nexport ONE="a b"; export TWO="x\ny"\nTHREE=c\n')
    found = utilities.read_initscript(LOGGER, str(script))
    assert (found["ONE"], found["TWO"], "THREE" in found) == ("a b", "x\ny", False)
    assert found["PATH"] == os.environ["PATH"]
    assert utilities.read_initscript(LOGGER, str(tmp_path / "none.sh")) == {}
    assert told()[-1][0] == "WARNING"


# Processes


def test_a_program_that_ends_well(
    utilities: ModuleType, program: Callable[[str], str], tmp_path: Path, told: Callable[..., Any]
) -> None:
    pids: list[int] = []
    path = program("echo $1 $VALUE in $PWD; echo oops >&2")
    process = utilities.catch_segfaults(
        [path, "one"], str(tmp_path), {"VALUE": "v"}, LOGGER, usageStats=SimpleNamespace(addPID=pids.append)
    )
    assert process.returncode == 0
    assert pids == [process.pid]
    assert ("DEBUG", f"prog stdout: one v in {tmp_path}") in told()
    assert ("WARNING", "prog stderr: oops") in told()


def test_a_program_that_fails_is_an_error(utilities: ModuleType, program: Callable[[str], str]) -> None:
    with pytest.raises(subprocess.CalledProcessError, match="returned non-zero exit status 3") as caught:
        utilities.catch_segfaults([program("exit 3")], None, None, LOGGER)
    assert caught.value.returncode == 3


def test_a_segmentation_fault_is_forgiven_once(
    utilities: ModuleType, program: Callable[[str], str], tmp_path: Path
) -> None:
    cleaned: list[bool] = []
    path = program("echo >> runs; [ $(wc -l < runs) = 2 ] || kill -SEGV $$")
    process = utilities.catch_segfaults(
        [path], str(tmp_path), None, LOGGER, cleanup=lambda: cleaned.append(True)
    )
    assert process.returncode == 0
    assert cleaned == [True]
    assert (tmp_path / "runs").read_text() == "\n\n"


def test_and_then_no_more(
    utilities: ModuleType, program: Callable[[str], str], tmp_path: Path, told: Callable[..., Any]
) -> None:
    path = program("echo >> runs; kill -SEGV $$")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        utilities.catch_segfaults([path], str(tmp_path), None, LOGGER, max=2, cleanup=None)
    assert caught.value.returncode == -11
    assert ("ERROR", "Too many segfaults from prog; aborted") in told()
    assert (tmp_path / "runs").read_text() == "\n\n\n"


def test_full_pipes_are_no_trap(
    utilities: ModuleType, program: Callable[[str], str], told: Callable[..., Any]
) -> None:
    path = program(
        "i=0; while [ $i -lt 3000 ]; do echo $i 0123456789012345678901234567890; i=$((i+1)); done >&2"
    )
    utilities.catch_segfaults([path], None, None, LOGGER)
    assert sum(level == "WARNING" for level, _ in told()) == 3000


def test_a_program_that_is_not_there_is_not_tried_again(
    utilities: ModuleType, told: Callable[..., Any]
) -> None:
    with pytest.raises(FileNotFoundError):
        utilities.spawn_process(["/no/such/program"], LOGGER)
    assert [level for level, _ in told()] == ["WARNING"]


def test_where_memory_is_short_it_waits_and_tries_again(
    utilities: ModuleType, monkeypatch: pytest.MonkeyPatch, told: Callable[..., Any]
) -> None:
    tries = 0
    real = subprocess.Popen

    def popen(*args: Any, **kwargs: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OSError(12, "Cannot allocate memory")
        return real(*args, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", popen)
    process = utilities.spawn_process(["/bin/true"], LOGGER, max_timeout=0.01)
    process.communicate()
    assert (process.returncode, tries) == (0, 3)
    tries = -5
    with pytest.raises(OSError, match="Cannot allocate memory"):
        utilities.spawn_process(["/bin/true"], LOGGER, max_tries=1, max_timeout=0.01)
    assert tries == -3
