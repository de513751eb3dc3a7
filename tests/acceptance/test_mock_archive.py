"""Archived pipelines run to their end without data, programs, scripts or a configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from genericpipe import Parset, entries_of, read_parset
from genericpipe.mapfile import read

if TYPE_CHECKING:
    from tests.conftest import Outcome

_PREFACTOR, _VLBI = "lofar-astron+prefactor", "lmorabit+lofar-vlbi"
#: Each is run as it lies in the archive; what else it is given, as words of the command line.
PARSETS: Mapping[str, tuple[str, ...]] = {
    f"{_PREFACTOR}/v1.1/Pre-Facet-Cal.parset": (),
    f"{_PREFACTOR}/V2.0/Pre-Facet-Cal.parset": (),
    f"{_PREFACTOR}/V3.0/Concatenate.parset": (),
    f"{_PREFACTOR}/V3.0/Initial-Subtract-IDG-LowMemory.parset": (),
    f"{_PREFACTOR}/V3.0/Initial-Subtract-IDG.parset": (),
    f"{_PREFACTOR}/V3.0/Initial-Subtract.parset": (),
    f"{_PREFACTOR}/V3.0/Pre-Facet-Calibrator.parset": (),
    f"{_PREFACTOR}/V3.0/Pre-Facet-Image.parset": (),
    f"{_PREFACTOR}/V3.0/Pre-Facet-Target.parset": (),
    f"{_PREFACTOR}/V3.2/Pre-Facet-Calibrator.parset": (),
    f"{_PREFACTOR}/V3.2/Pre-Facet-Target.parset": (),
    "lmorabit+prefactor/production/Pre-Facet-Image.parset": ("-t", "tasks.cfg"),
    **{
        f"{_VLBI}/{version}/{name}.parset": ()
        for version in ("v3.0.0", "v4.0.0", "v5.0-genericpipeline")
        for name in ("Delay-Calibration", "Split-Directions")
    },
}

# How the values of an option look that names keys, and what a reference in a value looks like.
_KEYS = ("inputkey", "inputkeys", "outputkey")
_REFERENCE = re.compile(r"(\w+)\.output\.([\w.-]+)")


@dataclass(frozen=True)
class Mocked:
    """A mock run that ended: what it said, and what lies in its job folder."""

    name: str
    outcome: Outcome
    folder: Path
    parset: Parset

    def commands(self) -> list[dict[str, Any]]:
        """Return the command lines."""
        text = (self.folder / "commands.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Return what the journal says of a kind of event."""
        lines = map(json.loads, (self.folder / "journal.jsonl").read_text("utf-8").splitlines())
        return [line for line in lines if line["event"] == kind]

    def control(self, step: str, key: str) -> str:
        """Return the text of a control key of a step; of ``a1``, the second ``a``, that of ``a``."""
        first = re.sub(r"[0-9]+$", "", step)
        return self.parset.text(f"{step}.control.{key}", self.parset.text(f"{first}.control.{key}", ""))


@pytest.fixture(scope="module", params=sorted(PARSETS))
def mocked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, home: Path, reference: Path
) -> Mocked:
    """Run an archived pipeline raw."""
    from tests.conftest import Project

    name = request.param
    parset = reference / "archive" / name
    if not parset.is_file():
        pytest.skip(f"no archived parset {parset}")
    folder = tmp_path_factory.mktemp("mock")
    words = [str(parset.parent / word) if word.endswith(".cfg") else word for word in PARSETS[name]]
    outcome = Project(folder, home).run("run", "--mock", *words, parset)
    return Mocked(name, outcome, folder / parset.stem, read_parset(parset))


def test_it_ends_well(mocked: Mocked) -> None:
    mocked.outcome.expect(0)
    assert [event["status"] for event in mocked.events("run_finished")] == ["done"]


def test_each_step_has_its_turn(mocked: Mocked) -> None:
    (started,) = mocked.events("run_started")
    ended = {event["step"]: event["status"] for event in mocked.events("step_finished")}
    assert set(ended.values()) == {"done"}
    assert len(started["steps"]) > 5
    assert set(started["steps"]) - set(ended) == set()


def test_nothing_is_left_open_in_a_command_line(mocked: Mocked) -> None:
    commands = mocked.commands()
    assert len(commands) > 5
    for command in commands:
        # A plugin's keys hold mapfiles, of which none is called like a reference either.
        for word in command["argv"]:
            assert not [sign for sign in ("{{", "}}", ".output.") if sign in word], (command["step"], word)


def test_no_key_is_left_in_a_command_line(mocked: Mocked) -> None:
    for command in mocked.commands():
        step = command["step"]
        if command["kind"] == "plugin" or mocked.control(step, "skip_infile").lower() == "true":
            continue
        keys = {key for name in _KEYS for key in entries_of(mocked.control(step, name)) if key}
        words = {word.partition("=")[2] or word for word in command["argv"][1:] if not word.startswith("-")}
        assert words & {*keys, "outputkey"} == set(), step


def test_the_maps_of_a_step_are_as_long_as_its_input(mocked: Mocked) -> None:
    results = {event["step"]: event["result"] for event in mocked.events("step_finished")}
    jobs: dict[str, int] = {}
    for command in mocked.commands():
        if command["kind"] != "plugin":
            jobs[command["step"]] = jobs.get(command["step"], 0) + 1
    for step, number in jobs.items():
        expected = next(input_lengths(mocked, step, results), number)
        maps = [
            path
            for path in (mocked.folder / "mapfiles").glob(f"{step}.*mapfile")
            if not path.name.endswith(".made-up.mapfile")
        ]
        lengths = {path.name: len(read(path)) for path in maps}
        assert len(lengths) > 2
        assert lengths == dict.fromkeys(lengths, expected)


def input_lengths(mocked: Mocked, step: str, results: Mapping[str, Mapping[str, str]]) -> Iterator[int]:
    """Yield the lengths of the input maps that control keys of a step name and that steps gave."""
    texts = [mocked.control(step, "mapfile_in"), *entries_of(mocked.control(step, "mapfiles_in"))]
    for text in texts:
        match = _REFERENCE.fullmatch(text.strip())
        path = results.get(match[1], {}).get(match[2], "") if match else ""
        if path and Path(path).is_file():
            yield len(read(path))
