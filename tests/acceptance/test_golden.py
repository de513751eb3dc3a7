"""Runs recorded from LOFAR's own pipeline: the same jobs, mapfiles and exit status come out of ours."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

GOLDEN = Path(__file__).parent.parent / "golden"
CASES = sorted(case.name for case in (GOLDEN / "cases").iterdir())


@pytest.fixture(scope="module")
def check() -> ModuleType:
    """The program that compares a run with its recording."""
    spec = importlib.util.spec_from_file_location("golden_check", GOLDEN / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", CASES)
def test_same_as_recorded(check: ModuleType, case: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "genericpipe.cli.legacy"]
    run = tmp_path.resolve() / "run"
    problems = check.run_case(GOLDEN / "cases" / case, GOLDEN / "expected" / case, command, run)
    assert problems == []
