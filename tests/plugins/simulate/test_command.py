"""The command: what it prints, which sets it leaves, how it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from genericpipe_plugins.simulate import command

from genericpipe.cli.commands import COMMANDS

Made = Callable[..., Any]
SMALL = "--stations CS001,RS106 --duration 60 --interval 20 --channels 1".split()


def test_an_observation(project: Made) -> None:
    site = project({"sky.txt": "name ra dec flux\nA 14:11:20 +52:12:00 2\nB 213 52 1\n"})
    done = site.run(
        *("simulate", "--out", "data", "--sky", "sky.txt", "--subbands", "120.1,140.5", "--obsid", "7"),
        *("--start", "2018-11-26T09:00:00", "--no-beam", "--failed", "rs106", *SMALL),
    ).expect(0)
    assert done.stderr == ""
    *made, summary, where = done.stdout.splitlines()
    assert sorted(made) == ["made data/L7_SB000_uv.MS", "made data/L7_SB001_uv.MS"]
    assert summary == (
        "2 sources around 212.8333, +52.2000 deg, seen from 2018-11-26T09:00:00.000Z to "
        "2018-11-26T09:01:00.000Z by 3 antenna fields"
    )
    assert where == "what is in them: data/truth.json"
    truth = json.loads(site.file("data/truth.json").read_text())
    assert [one["frequency"] for one in truth["subbands"]] == [120.1e6, 140.5e6]
    assert truth["beam"] == "none"
    assert [one["failed"] for one in truth["stations"]] == [False, False, True]


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ("", 2, "required: --out"),
        ("--out d --stations CS001,RS10", 2, "there is no station 'RS10'\nhint: did you mean 'RS"),
        ("--out d --subbands many", 2, "'many' is no number of subbands"),
        ("--out d --subbands 140.0 --frequency 140", 2, "--frequency goes with a number"),
        ("--out d --phase-centre 14:11:20", 2, "'14:11:20' is no direction as"),
        ("--out d --start yesterday", 2, "'yesterday' is no time as"),
        ("--out d --noise some", 2, "'some' is no number"),
        ("--out d --sky none.txt", 3, "the sky none.txt cannot be read"),
        ("--out d --sky bad.txt", 3, "bad.txt:2: ra: 'x' is no angle"),
        ("--out d --dp3 DP9", 3, "there is no program DP9 on this machine\nhint: pip install"),
        ("--out d --dp3 ./fails", 1, "fails ended with exit status 1: it cannot"),
    ],
)
def test_refusals_are_one_line_and_a_hint(project: Made, words: str, status: int, message: str) -> None:
    site = project({"bad.txt": "name ra dec flux\nA x 1 1\n", "fails": "#!/bin/sh\necho it cannot\nexit 1\n"})
    small = SMALL if "--stations" not in words else SMALL[2:]
    done = site.run("simulate", *words.split(), *small).expect(status)
    assert message in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert done.stdout == ""


def test_without_the_stations_there_is_a_hint(project: Made) -> None:
    site = project({"lofarantpos/__init__.py": "raise ImportError('not here')\n"})
    done = site.run("simulate", "--out", "d", *SMALL).expect(3)
    assert "lofarantpos, which knows the stations, cannot be imported: not here" in done.stderr
    assert "hint: pip install 'genericpipe[tools]'" in done.stderr


def test_the_summary_is_the_one_of_the_overview(project: Made) -> None:
    assert COMMANDS["simulate"].module == command.__name__
    assert COMMANDS["simulate"].summary in project().run("--help").expect(0).stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_a_signal_leaves_nothing_half_made(project: Made, number: signal.Signals) -> None:
    site = project({"endless": "#!/bin/sh\necho $$ >> started\nexec sleep 600\n"})
    words = ["simulate", "--out", "data", "--dp3", "./endless", "--subbands", "3", "--threads", "2", *SMALL]
    with subprocess.Popen(
        [sys.executable, "-m", "genericpipe", *words],
        cwd=site.path,
        env=site.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:
        until = time.monotonic() + 60
        while not (site.file("started").exists() and len(site.file("started").read_text().split()) == 2):
            assert time.monotonic() < until
            assert running.poll() is None
            time.sleep(0.05)
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 6
    assert "interrupted" in err
    assert out == ""
    assert list(site.file("data").iterdir()) == []
    for process in site.file("started").read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(process), 0)
