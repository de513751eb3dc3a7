"""Sub-pipelines: their parset, what their step hands over, names inside and outside (contract 6.3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genericpipe.errors import Finding, Location

A = (
    "pipeline.steps = [a]\na.control.type = executable_args\na.control.executable = /bin/true\n"
    "a.control.mapfile_in = data.mapfile\na.control.inputkey = f\na.argument.flags = [f]\n"
)

P = (
    "pipeline.steps = [sub_step]\nsub_step.control.kind = pipeline\nsub_step.control.type = sub.parset\n"
    "sub_step.control.mapfile_in = data.mapfile\nsub_step.argument.tag = 2\n"
)

#: code, severity, line, part of the message, part of the hint, bad parset, what mends it
CASES = [
    (
        "no-such-parset",
        "missing",
        3,
        "there is no parset 'sbu.parset' for the sub-pipeline",
        "looked for there and at",
        P.replace("sub.parset", "sbu.parset"),
        ("sbu", "sub"),
    ),
    (
        "parset-beside",
        "warning",
        3,
        "there is no parset 'elsewhere/sub.parset'",
        "sub.parset",
        P.replace("sub.parset", "elsewhere/sub.parset"),
        ("elsewhere/", ""),
    ),
    (
        "unused-argument",
        "warning",
        5,
        "argument 'tga' names no option of sub.parset: it has no effect",
        "did you mean 'tag'?",
        P.replace(".tag", ".tga"),
        ("tga", "tag"),
    ),
    (
        "unused-key",
        "warning",
        6,
        "there is no control key 'error_tolerance' for kind 'pipeline': it has no effect",
        "options of a sub-pipeline are sub_step.argument.NAME",
        f"{P}sub_step.control.error_tolerance = False\n",
        ("sub_step.control.error_tolerance = False\n", ""),
    ),
    (
        "unused-key",
        "warning",
        6,
        "there is no control key 'tag' for kind 'pipeline' (nor 4 more: a, b, c, ...): they have no effect",
        "options of a sub-pipeline are sub_step.argument.NAME",
        f"{P}sub_step.control.tag = 1\n" + "".join(f"sub_step.control.{name} = 1\n" for name in "abcd"),
        ("".join(f"sub_step.control.{name} = 1\n" for name in ("tag", *"abcd")), ""),
    ),
    (
        "steps-circle",
        "error",
        3,
        "contains itself",
        "",
        P.replace("sub.parset", "a.parset"),
        ("a.parset", "sub.parset"),
    ),
    ("bad-parset", "error", 1, "Empty key", "", P.replace("sub.parset", "torn.parset"), ("torn", "sub")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_subpipelines(judge: Callable[..., None], case: tuple[Any, ...]) -> None:
    judge(*case)


AFTER = A.replace("pipeline.steps = [a]\n", "")


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("sub_step-s.output.mapfile", None),
        ("sub.output.mapfile", None),
        ("s.output.mapfile", "unknown-reference"),
        ("sub_step.output.mapfile", "unknown-output"),
        ("sub_step-t.output.mapfile", "unknown-reference"),
    ],
)
def test_names_from_outside(linted: Callable[..., list[Finding]], reference: str, code: str | None) -> None:
    """Contract 6.3: sub-steps are called `<step>-<name>`, the hand-over after the sub-parset's file."""
    text = P.replace("[sub_step]", "[sub_step, a]") + AFTER + f"a.argument.x = {reference}\n"
    assert [one.code for one in linted(text)] == ([code] if code else [])


def test_findings_inside_stand_in_the_sub_parset(linted: Callable[..., list[Finding]], folder: Path) -> None:
    sub = folder / "sub.parset"
    sub.write_text(
        sub.read_text().replace("sub.output.mapfile", "t.output.mapfile") + "t.control.type = tidy\n"
    )
    found = linted(P)
    assert [(one.code, one.location) for one in found] == [
        ("unknown-reference", Location("sub.parset", 6)),
        ("unlisted-step", Location("sub.parset", 9)),
    ]


def test_an_open_option_inside_is_told_at_the_line_to_mend(
    linted: Callable[..., list[Finding]], folder: Path
) -> None:
    sub = folder / "sub.parset"
    sub.write_text(sub.read_text().replace("! tag = 1\n", "! tga = 1\n"))
    found = linted(P.replace("sub_step.argument.tag = 2\n", ""))
    (finding,) = [one for one in found if one.code == "unresolved-option"]
    assert finding.location == Location("sub.parset", 2)
    assert finding.hint == "did you mean 'tga'?"


def test_one_parset_used_twice_tells_its_faults_once(
    linted: Callable[..., list[Finding]], folder: Path
) -> None:
    sub = folder / "sub.parset"
    sub.write_text(sub.read_text() + "t.control.type = tidy\n")
    text = P.replace("[sub_step]", "[sub_step, sub_step]")
    assert [one.code for one in linted(text)] == ["unlisted-step"]


def test_steps_around_can_be_referred_to_from_inside(
    linted: Callable[..., list[Finding]], folder: Path
) -> None:
    sub = folder / "sub.parset"
    sub.write_text(sub.read_text().replace("sub.output.mapfile", "a.output.mapfile"))
    assert linted(P.replace("[sub_step]", "[a, sub_step]") + AFTER) == []
