from __future__ import annotations

from pathlib import Path

import pytest

from genericpipe.report.joblog import bounded, last_lines, telling


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "0.log"


def test_a_short_log_is_repeated_whole(log: Path) -> None:
    log.write_text("one\ntwo\n")
    assert bounded(log, 4) == "one\ntwo"


def test_of_a_long_log_the_beginning_and_the_end(log: Path) -> None:
    log.write_text("a" * 10 + "b" * 1000 + "c" * 10)
    assert bounded(log, 10) == f"{'a' * 10}\n[... 1000 bytes left out, all is in {log} ...]\n{'c' * 10}"


def test_no_log(log: Path) -> None:
    assert bounded(log, 10) == ""
    assert last_lines(log) == []


def test_bytes_that_are_no_text(log: Path) -> None:
    log.write_bytes(b"\xff\xfe broken\n")
    assert last_lines(log) == ["�� broken"]


def test_last_lines_begin_with_a_whole_line(log: Path) -> None:
    log.write_text("first line\n\nsecond line\nthird line\n")
    assert last_lines(log) == ["first line", "second line", "third line"]
    assert last_lines(log, 15) == ["third line"]


@pytest.mark.parametrize(
    "line",
    [
        "DP3: std exception detected: Error opening table",
        "ValueError: could not convert string to float: 'x'",
        "Exception in thread main",
        "Segmentation fault (core dumped)",
        "/var/spool/job: line 4: 1234 Killed   wsclean",
        "OSError: [Errno 28] No space left on device",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "sh: 1: aoflagger: command not found",
        "FATAL: cannot open a.MS",
        "losoto: ERROR - no such soltab",
    ],
)
def test_the_line_that_tells(line: str) -> None:
    assert telling(["reading a.MS", "0 errors so far", "errors: 0", line, "Error: another one"]) == 3


@pytest.mark.parametrize(
    "line", ["cat: invalid option -- 'l'", "DP3: unrecognised key", "Cannot open a.MS", "flagging failed"]
)
def test_a_line_that_tells_less_counts_where_no_other_does(line: str) -> None:
    assert telling(["start", line]) == 1
    assert telling(["start", line, "Error: disk"]) == 2


def test_a_log_that_tells_nothing() -> None:
    assert telling(["all fine", "finished with no errors", "terror was a ship", "3 done, 0 failed"]) is None


def test_a_traceback_tells_by_its_last_line() -> None:
    lines = [
        "start",
        "Traceback (most recent call last):",
        '  File "x.py", line 3, in main',
        "    raise ValueError('no stations left')",
        "ValueError: no stations left",
        "giving up",
    ]
    assert telling(lines) == 4
    assert telling(lines[:4]) == 1
