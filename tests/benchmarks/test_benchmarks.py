"""The benchmarks still measure what they name; whether a bound is kept depends on the machine."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# Without "others", which installs what it compares with, "resume" (below), and "large", which takes long.
PARTS = ("start", "parset", "mapfile", "jobs", "python")


@pytest.fixture
def measuring(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that measures; the benchmarks are no part of what is installed."""
    monkeypatch.syspath_prepend(ROOT)
    return import_module("benchmarks.measure")


@pytest.mark.slow
def test_every_row_can_be_measured() -> None:
    words = [sys.executable, "-m", "benchmarks", "--pairs", "1", "--markdown", *PARTS]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode in (0, 1)
    assert re.search(r"^(ok  |OVER)  genericpipe --version\n      wall 0\.\d+ s", done.stdout, re.MULTILINE)
    assert re.search(r"^(ok  |OVER)  parset of 5000 keys", done.stdout, re.MULTILINE)
    assert re.search(r"^(ok  |OVER)  mapfile of a million entries", done.stdout, re.MULTILINE)
    assert re.search(r"^(ok  |OVER)  start of the command to its first job", done.stdout, re.MULTILINE)
    against = r"^(ok  |OVER)  one step of 1000 jobs `true`\n.*\n      .* x the CPU \(< 2\) of: bare loop"
    assert re.search(against, done.stdout, re.MULTILINE)
    assert re.search(r"^(ok  |OVER|----)  python plugin job", done.stdout, re.MULTILINE)
    table = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len({line.count("|") for line in table}) == 1, table


def test_a_program_that_fails_where_it_must_not_ends_the_measuring(
    measuring: ModuleType, tmp_path: Path
) -> None:
    row = measuring.Row("fails", (sys.executable, "-c", "print('said'); raise SystemExit(7)"))
    with pytest.raises(measuring.Failed) as caught:
        measuring.measure(row, tmp_path, 1)
    assert caught.value.args[0].endswith("exit status 7")
    assert caught.value.args[1] == "said\n"


def test_a_ratio_is_that_of_one_job(measuring: ModuleType, tmp_path: Path) -> None:
    row = measuring.Row("ten jobs", measuring.BARE_INTERPRETER, jobs=10, baseline_jobs=1, ratio=0.5)
    figure = measuring.measure(row, tmp_path, 3)
    # The same process counts as ten jobs here and as one there.
    assert 0.01 < figure.cpu_ratio < 0.5
    assert figure.kept
    assert not replace(figure, cpu_ratio=0.6).kept


def test_what_a_run_left_is_removed_before_the_next(measuring: ModuleType, tmp_path: Path) -> None:
    left = tmp_path / "left"
    argv = (sys.executable, "-c", f"import os; os.mkdir({str(left)!r})")  # fails where it is there
    assert measuring.measure(measuring.Row("fresh", argv, fresh=(left,)), tmp_path, 2).pairs == 2


def test_a_resume_is_measured_of_what_has_run(
    measuring: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resume = import_module("benchmarks.resume")
    monkeypatch.setattr(resume, "JOBS", 20)
    monkeypatch.chdir(ROOT)  # as `python -m benchmarks` is run
    (row,) = resume.rows(tmp_path)
    assert row.name == "resume of 20 finished jobs"
    assert measuring.measure(row, tmp_path, 1).usage.wall > 0
    logs = tmp_path / "finished" / "bench" / "logs"
    assert len(list(logs.glob("*/work"))) == 1  # only the first run had jobs to log


def test_an_unknown_part_is_refused() -> None:
    words = [sys.executable, "-m", "benchmarks", "no-such-part"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no such part: no-such-part" in done.stderr
