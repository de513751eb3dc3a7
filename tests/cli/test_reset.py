"""genericpipe reset: a step and all after it run again."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from .jobs import FILES, chain


@pytest.fixture
def done(project: Any) -> Any:
    """Return a project whose three steps are done."""
    site = project(FILES)
    site.write("p.parset", chain(site.path, "a", "b", "c"))
    site.run("run", "p.parset").expect(0)
    return site


def steps_in_statefile(site: Any) -> list[str]:
    _, steps = pickle.loads(site.file("p/statefile").read_bytes())
    return [os.path.basename(result["ok.mapfile"]).split(".")[0] for _, result in steps]


def ran(said: str) -> list[str]:
    return [line.split(":")[0] for line in said.splitlines() if line.endswith(" s, 2 jobs")]


def test_a_step_and_all_after_it(done: Any) -> None:
    said = done.run("reset", "p", "b").expect(0)
    assert said.stdout == "b: runs again, 2 jobs\nc: runs again, 2 jobs\n"
    assert said.stderr == ""
    assert steps_in_statefile(done) == ["a"]
    again = done.run("run", "p.parset").expect(0).stdout
    assert ran(again) == ["b", "c"]
    assert "taken out of the statefile" not in again
    assert steps_in_statefile(done) == ["a", "b", "c"]
    assert ran(done.run("run", "p.parset").expect(0).stdout) == []


def test_the_first_step_of_all(done: Any) -> None:
    said = done.run("reset", "p", "make").expect(0).stdout
    assert said.splitlines()[0] == "make: runs again, 1 job"
    assert steps_in_statefile(done) == []
    assert ran(done.run("run", "p.parset").expect(0).stdout) == ["a", "b", "c"]


def test_a_statefile_that_was_cut_counts_as_well(done: Any) -> None:
    path = done.file("p/statefile")
    inputs, steps = pickle.loads(path.read_bytes())
    path.write_bytes(pickle.dumps([inputs, steps[:2]], protocol=2))
    said = done.run("reset", "p", "b").expect(0).stdout
    assert said == "c: runs again, 2 jobs\nb: runs again, 2 jobs\n"
    assert ran(done.run("run", "p.parset").expect(0).stdout) == ["b", "c"]


def test_a_mapfile_that_a_forgotten_step_overwrote_goes_back(project: Any) -> None:
    site = project(FILES)
    suffix = (
        "suffix.control.kind = plugin\nsuffix.control.type = createMapfile\n"
        "suffix.control.method = add_suffix_to_file\nsuffix.control.mapfile_in = a.output.mapfile\n"
        "suffix.control.add_suffix_to_file = .k\nsuffix.control.mapfile_dir = input.output.mapfile_dir\n"
        "suffix.control.filename = a.mapfile\n"
    )
    site.write("p.parset", chain(site.path, "a", more=suffix).replace("[make, a]", "[make, a, suffix]"))
    site.run("run", "p.parset").expect(0)
    text = site.file("p/mapfiles/a.mapfile").read_text()
    assert text.count(".a.k'") == 2
    assert site.run("reset", "p", "suffix").expect(0).stdout == "suffix: runs again, 1 job\n"
    site.run("run", "p.parset").expect(0)
    assert site.file("p/mapfiles/a.mapfile").read_text() == text


def test_a_step_that_worked_in_place_is_warned_of(project: Any) -> None:
    site = project(FILES)
    inplace = "b.control.inplace = True\n"
    site.write("p.parset", chain(site.path, "a", "b", programs={"b": "append"}, more=inplace))
    site.run("run", "p.parset").expect(0)
    said = site.run("reset", "p", "b").expect(0).stderr
    assert "step 'b' changed a file in place that stays as it is now" in said
    assert "hint: reset 'a' instead: it makes the file anew" in said
    site.run("run", "p.parset").expect(0)
    assert site.run("reset", "p", "a").expect(0).stderr == ""


def test_an_unknown_step(done: Any) -> None:
    before = done.file("p/journal.jsonl").read_bytes()
    said = done.run("reset", "p", "mak").expect(2).stderr
    assert "no step 'mak' has run in p\nhint: did you mean 'make'?" in said
    assert done.file("p/journal.jsonl").read_bytes() == before


@pytest.mark.parametrize("command", [["reset", "p", "a"], ["clean", "p"], ["clean", "p", "--dry-run"]])
def test_not_while_a_run_is_on(project: Any, command: list[str]) -> None:
    site = project(FILES)
    site.write("p.parset", chain(site.path, "a", programs={"a": "wait"}))
    words = [sys.executable, "-m", "genericpipe", "run", "p.parset"]
    runner = subprocess.Popen(words, cwd=site.path, env=site.environment(), stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not list(site.path.rglob("*.waits")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        said = site.run(*command).expect(4).stderr
    finally:
        runner.send_signal(signal.SIGTERM)
        runner.wait(60)
    assert f"is in use by process {runner.pid}" in said
