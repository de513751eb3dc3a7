"""Mock runs of archived pipelines against command lines that were derived by hand from the contract."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from genericpipe.mapfile import read

if TYPE_CHECKING:
    from tests.conftest import Project

HERE = Path(__file__).parent / "mock"
START = "2020-01-02T03:04:05"

#: Expectation -> the parset in the archive.
PARSETS = {
    "pre-facet-calibrator": "lofar-astron+prefactor/V3.2/Pre-Facet-Calibrator.parset",
    "pre-facet-image": "lofar-astron+prefactor/V3.0/Pre-Facet-Image.parset",
    "split-directions": "lmorabit+lofar-vlbi/v5.0-genericpipeline/Split-Directions.parset",
}


def filled(name: str, folder: Path) -> str:
    """Return an expectation, or a mock file, with what depends on the machine filled in."""
    text = (HERE / name).read_text("utf-8")
    cores = str(len(os.sched_getaffinity(0)))
    return text.replace("{cwd}", str(folder)).replace("{start_time}", START).replace("{cores}", cores)


def as_derived(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line of commands.jsonl in the words of the expectations: a plugin's keys in byte order."""
    argv = line["argv"]
    if line["kind"] == "plugin":
        words = argv[1:]
        keys = [word for word in words if "=" in word]
        positional = [word for word in words if "=" not in word]
        argv = [line["type"], *positional, *sorted(keys, key=lambda word: word.partition("=")[0].encode())]
    return {"step": line["step"], "index": line["index"], "kind": line["kind"], "argv": argv}


@pytest.fixture(params=sorted(PARSETS))
def mocked(
    request: pytest.FixtureRequest, project: Callable[..., Project], reference: Path
) -> tuple[str, Project, Path]:
    """Run an archived pipeline raw, without any configuration, on the inputs of its expectation."""
    name = request.param
    parset = reference / "archive" / PARSETS[name]
    site = project()
    site.write("mock.toml", filled(f"{name}.toml", site.path))
    words = ("run", "--mock", "--mock-file", "mock.toml", "--start-time", START, parset)
    site.run(*words).expect(0)
    return name, site, site.file(parset.stem)


def test_every_command_line_is_the_derived_one(mocked: tuple[str, Project, Path]) -> None:
    name, site, job = mocked
    expected = [json.loads(line) for line in filled(f"{name}.jsonl", site.path).splitlines()]
    found = [
        as_derived(json.loads(line)) for line in (job / "commands.jsonl").read_text("utf-8").splitlines()
    ]
    assert [(one["step"], one["index"]) for one in found] == [(one["step"], one["index"]) for one in expected]
    for is_, should in zip(found, expected, strict=True):
        assert is_ == should


def test_every_mapfile_is_as_long_as_its_inputs_make_it(mocked: tuple[str, Project, Path]) -> None:
    name, site, job = mocked
    expected = json.loads(filled(f"{name}.lengths.json", site.path))
    assert {path: len(read(job / "mapfiles" / path)) for path in expected} == expected
