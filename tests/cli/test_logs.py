"""genericpipe logs: what jobs wrote."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from .jobs import FILES, chain


@pytest.fixture
def failed(project: Any) -> Any:
    """Return a project whose step b has failed."""
    site = project(FILES)
    site.write("p.parset", chain(site.path, "a", "b", programs={"b": "fail"}))
    site.run("run", "p.parset", "--start-time", "first").expect(1)
    return site


def test_the_logs_of_failed_jobs_with_the_telling_line_marked(failed: Any) -> None:
    logs = f"{failed.path}/p/logs/first/b"
    said = failed.run("logs", "p", "--failed").expect(0)
    first, second = said.stdout.split("\n\n")
    assert first.splitlines()[1:] == [
        f"==> {logs}/0.log <==",
        "  reading",
        f"==> {logs}/0.err <==",
        "> Error: no stations left",
        "  closing",
    ]
    assert first.splitlines()[0].startswith("step b, entry 0 (one")
    assert first.splitlines()[0].endswith("): exit status 3")
    assert second.startswith("step b, entry 1 (two")


def test_all_logs_of_the_last_run(failed: Any) -> None:
    said = failed.run("logs", "p").expect(0).stdout
    assert next(one for one in said.splitlines() if one.startswith("step ")) == "step make: exit status 0"
    assert f"  copying {failed.path}/data/one.in\n" in said
    assert said.count("> Error") == 2
    failed.write("p.parset", chain(failed.path, "a", "b"))
    failed.run("run", "p.parset", "--start-time", "second").expect(0)
    paths = failed.run("logs", "p", "--path").expect(0).stdout.splitlines()
    logs = f"{failed.path}/p/logs/second"
    assert [path for path in paths if "/make/" not in path] == [f"{logs}/b/0.log", f"{logs}/b/1.log"]
    assert failed.run("logs", "p", "--failed").expect(0).stderr == "no job has failed in the last run\n"


def test_with_a_step_each_job_s_last_try_counts_whichever_run_it_was(failed: Any) -> None:
    failed.run("run", "p.parset", "--start-time", "second").expect(1)
    paths = failed.run("logs", "p", "--step", "a", "--job", "1", "--path").expect(0).stdout
    assert paths == f"{failed.path}/p/logs/first/a/1.log\n"


def test_paths_alone(failed: Any) -> None:
    logs = f"{failed.path}/p/logs/first/b"
    said = failed.run("logs", "p", "--failed", "--job", "0", "--path").expect(0).stdout
    assert said == f"{logs}/0.log\n{logs}/0.err\n"


def test_long_logs_are_cut_and_the_telling_line_stays(project: Any) -> None:
    site = project(FILES)
    program = "#!/bin/sh\necho 'Error: disk'\nseq 1 300\nprintf 'a\\033[31mb\\tc\\n'\nexit 1\n"
    site.write("bin/long", program)
    site.write("p.parset", chain(site.path, "a", programs={"a": "long"}))
    site.run("run", "p.parset").expect(1)
    lines = site.run("logs", "p", "--failed", "--job", "0").expect(0).stdout.splitlines()
    assert lines[2] == "> Error: disk"
    assert lines[3] == "  ... lines before are left out: --tail all shows them ..."
    assert lines[4:-1] == [f"  {number}" for number in range(262, 301)]
    assert lines[-1] == "  a\\x1b[31mb c"
    lines = site.run("logs", "p", "--failed", "--job", "0", "--tail", "2").expect(0).stdout.splitlines()
    assert lines[4:] == ["  300", "  a\\x1b[31mb c"]
    lines = site.run("logs", "p", "--failed", "--job", "0", "--tail", "all").expect(0).stdout.splitlines()
    assert lines[2:5] == ["  Error: disk", "  1", "  2"]
    assert len(lines) == 2 + 302


def test_a_pager_may_be_left_early(project: Any) -> None:
    site = project(FILES)
    site.write("bin/long", "#!/bin/sh\nseq 1 200000\n")
    site.write("p.parset", chain(site.path, "a", programs={"a": "long"}))
    site.run("run", "p.parset")
    words = [sys.executable, "-m", "genericpipe", "logs", "p", "--step", "a", "--tail", "all"]
    with subprocess.Popen(
        words, cwd=site.path, env=site.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("words", [["--tail", "x"], ["--job", "-1"], ["--step", "bb"]])
def test_what_cannot_be_meant_is_refused(failed: Any, words: list[str]) -> None:
    failed.run("logs", "p", *words).expect(2)
