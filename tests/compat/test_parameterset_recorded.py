"""Every recorded answer of the original C++ parameter set, by the compatible class and by the room."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import genericpipe.compat
from genericpipe import parset as room
from genericpipe.errors import ParsetError

COMPAT = Path(genericpipe.compat.__file__).parent
RECORDINGS = Path(__file__).resolve().parent.parent / "golden" / "parset_semantics.jsonl"
RECORDED = [json.loads(line) for line in RECORDINGS.read_text(encoding="utf-8").splitlines()]
KINDS = ("text", "value", "bool", "num", "fullModuleName")

# The set whose modules the recordings search (their README).
MODULES = (
    "average.argument.avg.type average.control.type avg.control.type avg.argument.x x.avg.control.z"
    " pipeline.steps step1.control.a step10.control.a my-step.control.a zz.steps.q"
).split()


def recorded(kind):
    return [
        pytest.param(line, id=f"{number}-{line[kind]!r}")
        for number, line in enumerate(RECORDED, 1)
        if kind in line
    ]


@pytest.fixture
def new(compat):
    return compat("lofar.parameterset").parameterset


def check(function, expected):
    """Compare with a recorded answer; where the original raised, so must ours, with its text."""
    if isinstance(expected, dict) and set(expected) == {"error"}:
        with pytest.raises((RuntimeError, ParsetError)) as caught:
            function()
        assert expected["error"].rpartition("; ")[2] in str(caught.value)
    else:
        assert function() == expected


def test_every_recording_is_of_a_known_kind():
    assert all(sum(kind in line for kind in KINDS) == 1 for line in RECORDED)
    assert len(RECORDED) > 50


@pytest.mark.parametrize("line", recorded("text"))
def test_texts(new, line, tmp_path):
    path = tmp_path / "p"
    path.write_bytes(line["text"].encode())

    def raw_and_string():
        parset = new(str(path))
        return {key: [parset.get(key).get(), parset.getString(key)] for key in parset.keywords()}

    def written():
        new(str(path)).writeFile(str(tmp_path / "out"))
        return (tmp_path / "out").read_bytes().decode()

    check(raw_and_string, line["raw_and_string"])
    check(written, line["written"])
    check(
        lambda: {k: [e.raw, room.as_string(e.raw)] for k, e in room.read(path).items()},
        line["raw_and_string"],
    )
    check(lambda: room.format(room.read(path)), line["written"])


@pytest.mark.parametrize("line", recorded("value"))
def test_vectors(new, line):
    parset = new()
    parset.add("k", line["value"])
    check(lambda: parset.getStringVector("k"), line["vector"])
    check(lambda: parset.getStringVector("k", None, True), line["expanded"])
    check(lambda: parset.get("k").isVector(), line["isVector"])
    check(lambda: parset.get("k").isRecord(), line["isRecord"])
    check(lambda: room.as_strings(line["value"]), line["vector"])
    check(lambda: room.as_strings(room.expand(line["value"])), line["expanded"])
    check(lambda: room.is_vector(line["value"]), line["isVector"])
    check(lambda: room.is_record(line["value"]), line["isRecord"])


@pytest.mark.parametrize("line", recorded("bool"))
def test_booleans(new, line):
    parset = new()
    parset.add("k", line["bool"])
    check(lambda: parset.getBool("k"), line["r"])
    check(lambda: room.as_bool(line["bool"]), line["r"])


@pytest.mark.parametrize("line", recorded("num"))
def test_numbers(new, line):
    parset = new()
    parset.add("k", line["num"])
    check(lambda: parset.getInt("k"), line["int"])
    check(lambda: str(parset.getFloat("k")), line["float"])
    check(lambda: str(parset.getDouble("k")), line["double"])
    check(lambda: room.as_int(line["num"]), line["int"])
    check(lambda: str(room.as_single(line["num"])), line["float"])
    check(lambda: str(room.as_float(line["num"])), line["double"])


@pytest.mark.parametrize("line", recorded("fullModuleName"))
def test_modules(new, line):
    parset = new(dict.fromkeys(MODULES, "1"))
    answer = parset.fullModuleName(line["fullModuleName"])
    assert answer == line["r"]
    assert parset.makeSubset(answer + ".").keywords() == line["subset"]
