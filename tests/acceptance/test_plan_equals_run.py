"""What `plan` calls exact is what runs: random pipelines, planned, then run with programs that record calls.

`GENERICPIPE_TEST_SEED` repeats the pipelines of an earlier test; the seed is printed.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.conftest import Project

Projects = Callable[[Mapping[str, str]], "Project"]

SEED = int(os.environ.get("GENERICPIPE_TEST_SEED") or random.SystemRandom().randrange(2**32))

# Writes its folder, environment and words, each followed by a zero byte, into a file of its own.
RECORDER = """\
#!/bin/sh
set -e
for word in "$@"; do case "$word" in *.parset) cp "$word" "$ARGV_LOG/$$.file";; esac; done
printf '%s\\0' "$PWD" "$OMP_NUM_THREADS" "$FOO" "$0" "$@" > "$ARGV_LOG/$$.call"
"""
SCRIPT = """\
import json, os

def main(*args, **kwargs):
    words = [*args, *(f"{key}={value}" for key, value in kwargs.items())]
    row = [os.getcwd(), os.environ.get("OMP_NUM_THREADS", ""), os.environ.get("FOO", ""), SCRIPT, *words]
    with open(os.path.join(os.environ["ARGV_LOG"], f"{os.getpid()}.call"), "w") as log:
        log.write("".join(word + "\\0" for word in row))
    return {"half": os.getpid()}  # another value for each job: products named after it do not collide
"""
CONFIG = """\
[DEFAULT]
runtime_directory = {root}/rt
working_directory = {root}/work
[remote]
method = local
max_per_node = 2
"""

Call = tuple[str, ...]


@dataclass
class Draft:
    """A parset while it is drawn; `maps` holds the text that refers to each map that its steps may read."""

    lines: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    maps: list[str] = field(default_factory=list)
    inner: str = ""

    def add(self, step: str, **keys: str) -> None:
        self.lines += [f"{step}.{key.replace('__', '.')} = {value}" for key, value in keys.items()]


WORDS = st.sampled_from(["-x", "10 20", "[a, b]", "{q:1}", "é", "$HOME", "k", "in", "=", "'", "a b  c"])


def quoted(word: str) -> str:
    """Return a word as the value of a parset key."""
    return f'"{word}"' if "'" in word or word == "=" else word


@st.composite
def executable_step(draw: st.DrawFn, name: str, draft: Draft, extra: Sequence[str] = ()) -> None:
    """Add a step of executable_args: a format, inputs by argument or by key, outputs of every kind."""
    script = draw(st.integers(0, 4)) == 0
    draft.add(name, control__type="pythonplugin" if script else "executable_args")
    draft.add(name, control__executable="ROOT/rec.py" if script else "ROOT/rec.sh")
    if not script:
        kind = draw(st.sampled_from(["gnu", "lofar", "argparse", "wsclean", "losoto", None]))
        if kind is not None:
            draft.add(name, control__args_format=kind)
        if kind == "losoto" or draw(st.integers(0, 4)) == 0:
            draft.add(name, control__parsetasfile="True")
    inputs = draw(st.lists(st.sampled_from(draft.maps), min_size=1, max_size=3, unique=True))
    flags = list(extra)
    if draw(st.booleans()):
        draft.add(name, control__mapfile_in=inputs[0], control__inputkey="k")
        options = {"opt": "k"} if draw(st.booleans()) else {}
        if draw(st.booleans()):
            flags.append("k")
        implicit = inputs[1:]
    else:
        implicit, options = inputs, {}
    for number, reference in enumerate(implicit):
        if draw(st.booleans()):
            flags.append(reference)
        else:
            options[f"o{number}"] = draw(st.sampled_from([reference, f"[{reference},z]"]))
    if draw(st.booleans()):
        flags.append("outputkey")
    if not script and draw(st.booleans()):
        options["free"] = quoted(draw(WORDS))
    draft.add(name, **{f"argument__{key}": value for key, value in options.items()})
    if flags:
        draft.add(name, argument__flags=f"[{','.join(flags)}]")
    outputs = draw(st.sampled_from(["", "suffixes", "inplace", "given"]))
    if outputs == "suffixes":
        draft.add(name, control__outputsuffixes="[-image.fits,-psf]")
    elif outputs == "inplace":
        draft.add(name, control__inplace="True")
    elif outputs == "given":
        draft.add(name, control__mapfile_out="out.mapfile")
    if draw(st.booleans()):
        draft.add(name, control__environment="{FOO: some words}", control__nthreads="3")
    if draw(st.integers(0, 5)) == 0:
        draft.add(name, control__skip_infile="True")
    if not draft.inner:
        draft.maps.append(f"{name}.output.mapfile")
        draft.maps.append(f"{name}.output.{draw(st.sampled_from(['ok', 'returncode']))}.mapfile")
        if outputs == "suffixes":
            draft.maps.append(f"{name}.output.{name}-image.fits.mapfile")
        if script:
            draft.maps.append(f"{name}.output.half.mapfile")


@st.composite
def pipelines(draw: st.DrawFn) -> tuple[dict[str, str], int]:
    """Return the files of a project and how many data files it has."""
    number = draw(st.sampled_from([2, 3, 4, 1, 0]))
    draft = Draft()
    draft.add("make", control__kind="plugin", control__type="createMapfile")
    draft.add("make", control__method="mapfile_from_folder", control__mapfile_dir="input.output.mapfile_dir")
    draft.add("make", control__filename="make.mapfile", control__folder="ROOT/data", control__pattern="*.MS")
    draft.steps.append("make")
    draft.maps += ["make.output.mapfile", "input.output.mapfile"]
    if draw(st.booleans()):
        draft.add("more", control__kind="plugin", control__type="changeMapfile")
        draft.add("more", control__mapfile_in=draw(st.sampled_from(draft.maps)), control__add_name=".x")
        if draw(st.booleans()):
            draft.add("more", control__newname="more.mapfile")
        draft.steps.append("more")
        draft.maps.append("more.output.mapfile")
    files: dict[str, str] = {}
    for place in range(draw(st.integers(1, 3))):
        name = f"s{place}"
        shape = draw(st.sampled_from(["plain", "plain", "loop", "sub", "joined"]))
        if shape == "loop":
            loop = f"l{place}"
            draft.add(loop, control__kind="loop", control__loopcount=str(draw(st.integers(1, 4))))
            draft.add(loop, control__loopsteps=f"[{name}]")
            draft.steps.append(loop)
            draw(executable_step(name, draft, [f"{loop}.output.counter"]))
        elif shape == "sub":
            inner = Draft(maps=[f"in{place}.output.mapfile"], inner="yes")
            draw(executable_step("x", inner, ["{{ tag }}"]))
            lines = ["! tag = none", "pipeline.steps = [x]", *inner.lines]
            files[f"in{place}.parset"] = "\n".join(lines) + "\n"
            draft.add(name, control__kind="pipeline", control__type=f"ROOT/in{place}.parset")
            draft.add(name, control__mapfile_in=draw(st.sampled_from(draft.maps)))
            draft.add(name, argument__tag=draw(st.sampled_from(["t1", "make.output.mapfile"])))
            draft.steps.append(name)
            draft.maps.append(f"{name}-x.output.mapfile")
        elif shape == "joined":
            draft.add(name, control__kind="plugin", control__type="createMapfile")
            draft.add(name, control__method="mapfile_all_to_one", control__filename=f"{name}.mapfile")
            draft.add(name, control__mapfile_in=draw(st.sampled_from(draft.maps)))
            draft.add(name, control__mapfile_dir="input.output.mapfile_dir")
            draft.steps.append(name)
            last = f"j{place}"
            draft.steps.append(last)
            draft.add(last, control__type="executable_args", control__executable="ROOT/rec.sh")
            draft.add(last, control__args_format="wsclean", argument__flags=f"[{name}.output.mapfile]")
        else:
            draft.steps.append(name)
            draw(executable_step(name, draft))
    files["p.parset"] = (
        "\n".join(
            [
                f"pipeline.steps = [{','.join(draft.steps)}]",
                "pipeline.mapfile = ROOT/skips.mapfile",
                *draft.lines,
            ]
        )
        + "\n"
    )
    return files, number


def lay_out(made: Project, files: Mapping[str, str], number: int) -> Path:
    """Write a drawn project, with its data and maps, into an empty folder; return that of the records."""
    shutil.rmtree(made.path)
    root = str(made.path)
    for name, text in files.items():
        made.write(name, text.replace("ROOT", root))
    made.write("pipeline.cfg", CONFIG.format(root=root))
    made.write("rec.sh", RECORDER)
    made.write("rec.py", SCRIPT.replace("SCRIPT", repr(f"{root}/rec.py")))
    for folder in ("data", "rt", "calls"):
        made.file(folder).mkdir()
    for index in range(number):
        made.file(f"data/L{index} SB.{index}.MS").mkdir()
    given = [
        {"host": "localhost", "file": f"/in/f{index}.h5", "skip": index % 3 == 1} for index in range(number)
    ]
    made.write("skips.mapfile", repr(given))
    named = [{"host": "localhost", "file": f"/o/{index}", "skip": index == 2} for index in range(number)]
    made.write("out.mapfile", repr(named))
    return made.file("calls")


def planned(document: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return every program's and script's job of a plan that is shown, and why steps are sure to fail."""
    jobs, problems = [], []
    waiting = list(document["steps"])
    while waiting:
        step = waiting.pop(0)
        waiting = [*step["steps"], *waiting]
        for run in step["runs"]:
            if run["problem"] and not run["depends_on"]:
                problems.append(run["problem"])
            jobs += [job for job in run["jobs"] if job["work"] != "step plugin"]
    return jobs, problems


def call_of(job: Mapping[str, Any]) -> Call:
    environment = job["environment"]
    seen = (environment.get("OMP_NUM_THREADS", ""), environment.get("FOO", ""))
    return (job["working_directory"], *seen, *job["argv"])


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Return every file and folder below a folder, with its content."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.slow
@seed(SEED)
@settings(
    max_examples=20,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=pipelines())
def test_exact_command_lines_are_those_that_run(project: Projects, drawn: tuple[dict[str, str], int]) -> None:
    files, number = drawn
    note(f"GENERICPIPE_TEST_SEED={SEED}")
    note("\n".join(f"--- {name}\n{text}" for name, text in files.items()))
    made = project({})
    calls = lay_out(made, files, number)
    before = snapshot(made.path)
    plan = made.run("plan", "--format", "json", "-c", "pipeline.cfg", "p.parset")
    assert plan.status == 0, plan.stderr
    assert snapshot(made.path) == before
    jobs, problems = planned(plan.json())

    run = made.run("run", "-c", "pipeline.cfg", "p.parset", env={"ARGV_LOG": str(calls)})
    ran = [tuple(path.read_bytes().decode().split("\0")[:-1]) for path in calls.glob("*.call")]
    note(run.stdout + run.stderr)
    assert (run.status == 0) == (not problems), problems
    if problems:
        return
    # A loop of four passes is shown by its first; the others are counted.
    shown = Counter(call_of(job) for job in jobs if job["exact"])
    happened = Counter(ran)
    assert not shown - happened
    counts = plan.json()["counts"]
    plugins = sum(1 for step in plan.json()["steps"] if step["kind"] == "plugin")
    if counts["jobs"] == len(jobs) + plugins and all(job["exact"] for job in jobs):
        assert shown == happened
    if all(one["number_known"] for step in plan.json()["steps"] for one in step["runs"]):
        assert counts["jobs"] == len(ran) + plugins
    files_of_jobs = {path: text for job in jobs if job["exact"] for path, text in job["files"].items()}
    for path, text in files_of_jobs.items():
        assert Path(path).read_text() == text
