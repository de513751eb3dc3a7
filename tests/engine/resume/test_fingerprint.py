"""A fingerprint changes with what counts, and with nothing else."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.engine.resume.fingerprint import Fingerprints, difference, resolved_program
from genericpipe.mapfile import DataMap, DataProduct
from genericpipe.recipes.executable_args import Folders, Work
from genericpipe.recipes.inputs import Inputs
from genericpipe.recipes.job import Job, Limits, PythonCall, Resources
from genericpipe.recipes.outputmaps import output_maps

Make = Callable[..., Job]
NOW = "2026-01-01T12:00:00"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "tool"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def base(job: Make, program: Path, tmp_path: Path) -> Job:
    return job(
        argv=(str(program), "-a", "b c", f"/logs/{NOW}/x"),
        environment={"A": "1", "OMP_NUM_THREADS": "2"},
        working_directory=tmp_path,
        resources=Resources(threads=2),
        inputs=("/data/in",),
        products=("/data/out",),
        files={"/p.parset": "k=v\n"},
    )


def changes(base: Job, **fields: Any) -> str:
    prints = Fingerprints([NOW])
    return difference(prints.of(base), prints.of(dataclasses.replace(base, **fields)))


def test_it_is_short_hexadecimal_text(base: Job) -> None:
    made = Fingerprints([NOW]).of(base)
    assert re.fullmatch(r"[0-9a-f]{12}\.[0-9a-f]{8}\.[0-9a-f]{6}\.[0-9a-f]{6}", made)


def test_what_counts_is_named(base: Job, program: Path) -> None:
    argv = base.argv
    assert changes(base, argv=(*argv, "more")) == "arguments changed"
    assert changes(base, argv=(argv[0], "-a", "b", "c", argv[3])) == "arguments changed"
    assert changes(base, files={"/p.parset": "k=w\n"}) == "arguments changed"
    assert changes(base, environment={"A": "2", "OMP_NUM_THREADS": "2"}) == "environment changed"
    assert changes(base, inputs=("/data/other",)) == "mapfile entry changed"
    assert changes(base, products=("/data/other",)) == "mapfile entry changed"
    assert changes(base, argv=("/bin/true", *argv[1:])) == "program changed"


def test_what_does_not_count(base: Job) -> None:
    assert changes(base, host="node7") == ""
    assert changes(base, stdout=Path("/elsewhere")) == ""
    assert changes(base, limits=Limits(5.0, 3)) == ""
    threads = {"A": "1", "OMP_NUM_THREADS": "8"}
    assert changes(base, environment=threads, resources=Resources(threads=8)) == ""


def test_a_number_of_threads_that_the_step_sets_itself_counts(base: Job) -> None:
    assert changes(base, environment={"A": "1", "OMP_NUM_THREADS": "8"}) == "environment changed"


def test_another_program_of_the_same_name(base: Job, program: Path) -> None:
    before = Fingerprints([NOW]).of(base)
    os.utime(program, ns=(5, 5))
    assert difference(before, Fingerprints([NOW]).of(base)) == "program changed"


def test_programs_on_the_path_of_the_job(base: Job, program: Path, tmp_path: Path) -> None:
    other = tmp_path / "bin"
    other.mkdir()
    (other / "tool").write_text("#!/bin/sh\n# other\n")
    (other / "tool").chmod(0o755)
    named = dataclasses.replace(base, argv=("tool",))
    first = dataclasses.replace(named, environment={"PATH": str(tmp_path)})
    second = dataclasses.replace(named, environment={"PATH": str(other)})
    prints = Fingerprints([])
    assert prints.of(first).split(".")[1] != prints.of(second).split(".")[1]
    found = resolved_program("tool", "/", str(other))
    assert found is not None
    assert (found.path, found.size) == (str(other / "tool"), 18)
    assert resolved_program("bin/tool", str(tmp_path)) == (str(other / "tool"), 18, found.mtime_ns)
    assert resolved_program("no-such-tool", "/") is None


def test_a_script_is_its_content(base: Job, tmp_path: Path) -> None:
    script = tmp_path / "s.py"
    script.write_text("def main(): return {}\n")
    call = PythonCall(str(script), ("x",), {"k": "v"})
    called = dataclasses.replace(base, call=call, argv=(str(script), "x", "k=v"))
    before = Fingerprints([]).of(called)
    os.utime(script, ns=(5, 5))
    assert Fingerprints([]).of(called) == before
    script.write_text("def main(): return {'a': 1}\n")
    assert difference(before, Fingerprints([]).of(called)) == "program changed"
    moved = dataclasses.replace(called, call=dataclasses.replace(call, keywords={"k": "w"}))
    assert changes(called, call=moved.call) == "arguments changed"


def test_start_times_mean_the_same(base: Job) -> None:
    def at(start_time: str, *known: str) -> str:
        argv = (base.argv[0], f"logs/{start_time}/a", f"--log={start_time}")
        return Fingerprints([start_time, *known]).of(dataclasses.replace(base, argv=argv))

    assert at("2026-01-01T12:00:00") == at("2026-12-31T00:00:00", "2026-01-01T12:00:00")


def test_a_short_start_time_counts_only_as_a_folder(base: Job) -> None:
    def made(start_time: str, *words: str) -> str:
        return Fingerprints([start_time]).of(dataclasses.replace(base, argv=(base.argv[0], *words)))

    assert made("1", "/logs/1/x", "/logs/1") == made("2", "/logs/2/x", "/logs/2")
    assert made("1", "-n", "1") != made("2", "-n", "2")


@given(st.lists(st.text(st.characters(blacklist_characters="\0")), max_size=4), st.data())
def test_words_are_kept_apart(words: list[str], data: st.DataObject) -> None:
    prints = Fingerprints([])
    other = data.draw(st.lists(st.text(st.characters(blacklist_characters="\0")), max_size=4))
    made = [prints._digest(one, 32) for one in (words, other)]
    assert (made[0] == made[1]) == ("\0".join(words) == "\0".join(other))


def a_work(
    entries: list[str], tmp_path: Path, options: Mapping[str, str] | None = None, **fields: Any
) -> Work:
    given: dict[str, Any] = {
        "stepname": "s",
        "executable": "/bin/true",
        "arguments": ("in",),
        "options": options or {"k": "v"},
        "inputkeys": ("in",),
        "implicit": frozenset(),
        "outputkeys": ("out",),
        "mapfiles": ("/m",),
        "mapfiles_as_string": frozenset({"/m", "/n", "/o"}),
        "mapfiles_out": (),
        "skip_infile": False,
        "inplace": False,
        "outputsuffixes": (),
        "parsetasfile": False,
        "args_format": "gnu",
        "nodescript": "executable_args",
        "nthreads": 1,
        "max_per_node": 2,
        "environment": {},
        "error_tolerance": True,
        "data_root": tmp_path,
    }
    inputs = Inputs(**{**given, **fields})
    maps = [DataMap([DataProduct("localhost", entry, False) for entry in entries])]
    outputs = output_maps(inputs, maps[0], tmp_path, None)  # type: ignore[arg-type]
    bound: Any = SimpleNamespace(step=SimpleNamespace(name="s"), control={"type": "t"})
    return Work(bound, inputs, maps, outputs, Folders(tmp_path, tmp_path, tmp_path), "/bin/true")


def test_an_equal_basis_means_equal_fingerprints(tmp_path: Path) -> None:
    """Whatever changes a job's fingerprint changes the basis of its step."""
    variants = [
        a_work(["/a", "/b"], tmp_path),
        a_work(["/a", "/c"], tmp_path),
        a_work(["/a"], tmp_path),
        a_work(["/a", "/b"], tmp_path, {"k": "w"}),
        a_work(["/a", "/b"], tmp_path, arguments=("in", "-x")),
        a_work(["/a", "/b"], tmp_path, environment={"A": "1"}),
        a_work(["/a", "/b"], tmp_path, parsetasfile=True),
        a_work(["/a", "/b"], tmp_path, data_root=tmp_path / "x"),
    ]
    prints = Fingerprints([])
    bases = [prints.basis_of(work) for work in variants]
    jobs = [tuple(prints.of(work.job(index)) for index in work.indices) for work in variants]
    assert len(set(bases)) == len(set(jobs)) == len(variants)
    salted = Fingerprints([], "plugin 2")
    assert salted.basis_of(variants[0]) != bases[0]
    assert salted.of(variants[0].job(0)) != jobs[0][0]
    assert Fingerprints([]).basis_of(a_work(["/a", "/b"], tmp_path)) == bases[0]


def test_it_is_the_same_in_every_process(tmp_path: Path) -> None:
    """Sets are written in another order by each process."""
    code = (
        "import importlib.util, sys; from pathlib import Path; "
        f"spec = importlib.util.spec_from_file_location('t', {__file__!r}); "
        "t = importlib.util.module_from_spec(spec); spec.loader.exec_module(t); "
        f"print(t.Fingerprints([]).basis_of(t.a_work(['/a'], Path({str(tmp_path)!r}))))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1


def test_a_difference_is_told_in_words() -> None:
    assert difference("a.b.c.d", "a.b.c.d") == ""
    assert difference("", "a.b.c.d") == "what it was is not recorded"
    assert difference("a", "a.b.c.d") == "its record is of another form"
