"""Keys that have come to an end; the table is held against the real DP3."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from genericpipe_plugins.dp3.installation import package_of
from genericpipe_plugins.dp3.keys import OLD_KEYS, gone, old_key
from genericpipe_plugins.dp3.linting import check
from genericpipe_plugins.dp3.said import unused

from genericpipe import Location, Severity

PAGE = Path(__file__).resolve().parents[3] / "docs/reference/dp3.md"
Steps = Callable[..., Any]


@pytest.mark.parametrize(("version", "is_gone"), [((5, 4), False), ((6, 0), True), ((6, 6, 0), True)])
def test_a_key_goes_with_a_version(version: tuple[int, ...], is_gone: bool) -> None:
    assert bool(gone(["msin", "msout.writefullresflag"], version)) is is_gone


def test_a_deprecated_key_is_not_gone() -> None:
    types = [("solve", "ddecal"), ("other", "gaincal")]
    old = old_key("solve.usemodelcolumn", (6, 6), types)
    assert old is not None
    assert not old.is_gone
    assert old_key("other.usemodelcolumn", (6, 6), types) is None
    assert gone(["solve.usemodelcolumn"], (6, 6)) == []


def pipeline(*steps: Any, executable: str = "DP3.py") -> Any:
    task = SimpleNamespace(settings={"executable": executable})
    return SimpleNamespace(walk=lambda: iter(steps), config=SimpleNamespace(tasks={"dppp": task}))


def test_lint_tells_of_each_with_its_line(dp3: Path, step: Steps) -> None:
    arguments = {
        "msin": "a.MS",
        "msout.writefullresflag": "False",
        "solve.usemodelcolumn": "True",
        "steps": "[solve]",
        "solve.type": "ddecal",
    }
    first, second = check(pipeline(step(arguments), executable=str(dp3)))
    assert (first.severity, first.code) == (Severity.WARNING, "dp3-key-gone")
    assert first.location == Location("a.parset", 11)
    assert "'average'" in first.message
    assert "msout.writefullresflag" in first.message
    assert (second.code, second.location) == ("dp3-key-deprecated", Location("a.parset", 12))
    assert "modeldatacolumns" in second.hint


def test_nothing_is_said_of_other_programs_nor_of_a_dp3_that_was_built(step: Steps, tmp_path: Path) -> None:
    arguments = {"msout.writefullresflag": "False"}
    (tmp_path / "DP3").write_text("#!/bin/sh\n")
    (tmp_path / "DP3").chmod(0o755)
    assert list(check(pipeline(step(arguments), executable=str(tmp_path / "DP3")))) == []
    assert list(check(pipeline(step(arguments), executable="/bin/true"))) == []


def run_dp3(dp3: Path, folder: Path, *words: str) -> str:
    done = subprocess.run(
        [dp3, *words],
        cwd=folder,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_what_is_said_to_be_gone_or_deprecated_is(
    dp3: Path, real_set: Callable[[str], Path], tmp_path: Path
) -> None:
    found = package_of(str(dp3))
    assert found is not None
    keys = {old.pattern.replace("*", "solve"): old for old in OLD_KEYS if old.since <= found.version}
    taken = [key for key, old in keys.items() if old.is_gone]
    given = [f"{key}=True" for key in taken]
    path = real_set("tNDPPP-generic")
    said = run_dp3(dp3, tmp_path, f"msin={path}", "msout=", "steps=[]", *given)
    assert sorted(unused(said.splitlines())) == sorted(taken)
    for key, old in keys.items():
        if not old.is_gone:
            (kind,) = old.types or ("ddecal",)
            words = [f"{key}=MODEL_DATA" if key.startswith("msin") else f"{key}=True"]
            words += ["solve.usemodelcolumn=True"] * (key != "solve.usemodelcolumn")
            words += [f"solve.type={kind}", "solve.h5parm=x.h5", "steps=[solve]"]
            said = run_dp3(dp3, tmp_path, f"msin={path}", "msout=", *words)
            assert f"deprecated {key} setting" in " ".join(said.split()), said


def test_the_page_has_a_row_for_each() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for old in OLD_KEYS:
        shown = old.pattern.replace("*", "<step>")
        (row,) = [line for line in rows if line.startswith(f"| `{shown}` |")]
        since = ".".join(map(str, old.since))
        assert f"| {since} |" in row
        assert ("gone" if old.is_gone else "deprecated") in row
        assert old.source in row
