"""Step lists, loops and lines that belong to nothing (contract 4.1, 4.3, 5 and 6.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from genericpipe.errors import Finding, Location

#: Lines of a step that is right by itself.
STEP = (
    "{0}.control.type = executable_args\n{0}.control.executable = /bin/true\n"
    "{0}.control.mapfile_in = data.mapfile\n{0}.control.inputkey = f\n{0}.argument.flags = [f]\n"
)
A, B, C, LOOPED = (STEP.format(name) for name in ("a", "b", "c", "inner"))
LOOP = "l.control.kind = loop\nl.control.loopcount = 2\nl.control.loopsteps = [inner]\n"

#: code, severity, line, part of the message, part of the hint, bad parset, what mends it
CASES = [
    (
        "undefined-step",
        "error",
        1,
        "step 'calibb' is listed but not defined",
        "did you mean 'calib'?",
        f"pipeline.steps = [a, calibb]\n{A}" + STEP.format("calib"),
        ("calibb]", "calib]"),
    ),
    (
        "undefined-step",
        "error",
        3,
        "step 'zzz' is listed but not defined",
        "zzz.control.type",
        f"pipeline.steps = [a,\n  b,\n  zzz]\n{A}{B}",
        ("b,\n  zzz]", "b]"),
    ),
    (
        "undefined-step",
        "error",
        2,
        "step 'zzz' is listed",
        "zzz.control.type",
        f"pipeline.steps = [a, more]\npipeline.steps.more = [b, zzz]\n{A}{B}",
        ("b, zzz]", "b]"),
    ),
    (
        "no-steps",
        "error",
        None,
        "No pipeline steps defined",
        "pipeline.steps = [first, second]",
        f"pipeline.stepss = [a]\n{A}",
        ("stepss", "steps"),
    ),
    (
        "empty-list",
        "warning",
        1,
        "pipeline.steps is empty: nothing runs",
        "",
        f"pipeline.steps = []\n{A}",
        ("[]", "[a]"),
    ),
    (
        "empty-step",
        "warning",
        1,
        "an empty element in pipeline.steps is left out",
        "comma",
        f"pipeline.steps = [a,,b]\n{A}{B}",
        (",,", ","),
    ),
    ("bad-list", "error", 1, "Unbalanced", "bracket", f"pipeline.steps = [a, (b]\n{A}{B}", ("(b", "b")),
    (
        "repeat-collides",
        "error",
        1,
        "the repeat of step 'a' is called 'a1'",
        "another name",
        "pipeline.steps = [a, a, a1]\n" + A + STEP.format("a1"),
        ("a, a, a1", "a, a1"),
    ),
    (
        "steps-circle",
        "error",
        3,
        "x -> y -> x",
        "",
        f"pipeline.steps = [a, x]\npipeline.steps.x = [y]\npipeline.steps.y = [x]\n{A}",
        ("y = [x]", "y = [a]"),
    ),
    (
        "steps-circle",
        "error",
        4,
        "loops go round in a circle: l -> l",
        "",
        f"pipeline.steps = [l]\n{LOOP}{LOOPED}".replace("[inner]", "[inner, l]"),
        ("inner, l]", "inner]"),
    ),
    (
        "unlisted-step",
        "warning",
        7,
        "step 'b' is defined but not listed: it does not run",
        "list it in pipeline.steps",
        f"pipeline.steps = [a]\n{A}{B}",
        ("[a]", "[a, b]"),
    ),
    (
        "unlisted-step",
        "warning",
        7,
        "10 steps are defined but not listed: s0, s1, s2, s3, s4, s5, s6, s7 and 2 more do not run",
        "list what is to run",
        f"pipeline.steps = [a]\n{A}" + "".join(STEP.format(f"s{number}") for number in range(10)),
        ("[a]", "[a, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9]"),
    ),
    (
        "stray-step",
        "warning",
        7,
        "there is no step 'calip': nothing reads its 1 line",
        "did you mean 'calib'?",
        "pipeline.steps = [calib]\n" + STEP.format("calib") + "calip.argument.x = 1\n",
        ("calip.", "calib."),
    ),
    (
        "stray-step",
        "warning",
        7,
        "there is no step 'a.b': nothing reads its 1 line",
        "a place in pipeline.steps",
        f"pipeline.steps = [a]\n{A}a.b.argument.x = 1\n",
        ("a.b.argument", "a.argument.b"),
    ),
    (
        "unused-list",
        "warning",
        2,
        "pipeline.steps.more: no list that runs names 'more'",
        "name more in",
        f"pipeline.steps = [a]\npipeline.steps.more = [a]\n{A}",
        ("[a]\np", "[a, more]\np"),
    ),
    (
        "misspelt-block",
        "warning",
        7,
        "a.argumentmsout: nothing reads this line",
        "did you mean 'a.argument.msout'?",
        f"pipeline.steps = [a]\n{A}a.argumentmsout = x\n",
        ("argumentmsout", "argument.msout"),
    ),
    (
        "misspelt-block",
        "warning",
        7,
        "a.argumentmsout.writefullresflag",
        "'a.argument.msout.writefullresflag'",
        f"pipeline.steps = [a]\n{A}a.argumentmsout.writefullresflag = x\n",
        ("argumentm", "argument.m"),
    ),
    (
        "misspelt-block",
        "warning",
        7,
        "a.arguments.x",
        "did you mean 'a.argument.x'?",
        f"pipeline.steps = [a]\n{A}a.arguments.x = 1\n",
        ("arguments.", "argument."),
    ),
    (
        "misspelt-block",
        "warning",
        7,
        "a.contol.inplace",
        "did you mean 'a.control.inplace'?",
        f"pipeline.steps = [a]\n{A}a.contol.inplace = True\n",
        ("contol", "control"),
    ),
    (
        "misspelt-block",
        "warning",
        7,
        "a.steps: nothing reads this line",
        "did you mean 'a.argument.steps'?",
        f"pipeline.steps = [a]\n{A}a.steps = []\n",
        ("a.steps", "a.argument.steps"),
    ),
    (
        "stray-key",
        "warning",
        7,
        "calbi.flags: nothing reads this line",
        "did you mean 'calib.flags'?",
        "pipeline.steps = [calib]\n" + STEP.format("calib") + "calbi.flags = 1\n",
        ("calbi.flags", "calib.argument.x"),
    ),
    (
        "stray-key",
        "warning",
        2,
        "size: nothing reads this line",
        "! size = ...",
        f"pipeline.steps = [a]\nsize = 3\n{A}",
        ("size", "! size"),
    ),
    (
        "stray-key",
        "warning",
        2,
        "pipeline.plugin_path: nothing reads this line",
        "did you mean 'pipeline.pluginpath'?",
        f"pipeline.steps = [a]\npipeline.plugin_path = x\n{A}",
        ("plugin_path", "pluginpath"),
    ),
    (
        "nul-character",
        "error",
        2,
        "NUL character",
        "text file",
        f"pipeline.steps = [a]\na.argument.x = a\0b\n{A}",
        ("\0", ""),
    ),
    (
        "duplicate-key",
        "warning",
        7,
        "'a.control.inputkey' is given twice, in line 5 and in line 7; both say the same",
        "remove one",
        f"pipeline.steps = [a]\n{A}a.control.inputkey = f\n",
        ("a.control.inputkey = f\na.argument", "a.argument"),
    ),
    (
        "duplicate-key",
        "warning",
        7,
        "'a.control.inputkey' is given twice, in line 5 and in line 7; line 7 counts",
        "remove one",
        f"pipeline.steps = [a]\n{A.replace('inputkey = f', 'inputkey = g')}a.control.inputkey = f\n",
        ("a.control.inputkey = g\n", ""),
    ),
    (
        "second-equals",
        "warning",
        7,
        "a second '='",
        "quotes",
        f"pipeline.steps = [a]\n{A}a.argument.x = y=z\n",
        ("y=z", '"y=z"'),
    ),
    (
        "no-loopsteps",
        "error",
        1,
        "loop 'l' does not say which steps it runs",
        "l.control.loopsteps = [first, second]",
        "pipeline.steps = [l, inner]\nl.control.kind = loop\nl.control.loopcount = 2\n" + LOOPED,
        ("count = 2\n", "count = 2\nl.control.loopsteps = [inner]\n"),
    ),
    (
        "no-loopcount",
        "error",
        1,
        "loop 'l' does not say how often it runs",
        "l.control.loopcount = 3",
        f"pipeline.steps = [l]\nl.control.kind = loop\nl.control.loopsteps = [inner]\n{LOOPED}",
        ("kind = loop\n", "kind = loop\nl.control.loopcount = 2\n"),
    ),
    (
        "bad-loopcount",
        "error",
        3,
        "loopcount of 'l': few is not an integer value",
        "a whole number",
        f"pipeline.steps = [l]\n{LOOP}{LOOPED}".replace("= 2", "= few"),
        ("few", "3"),
    ),
    (
        "bad-loopcount",
        "error",
        3,
        "loopcount of 'l'",
        "references to other steps are not read here",
        "pipeline.steps = [l]\nl.control.kind = loop\nl.control.loopcount = input.output.max_per_node\n"
        f"l.control.loopsteps = [inner]\n{LOOPED}",
        ("input.output.max_per_node", "4"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_structure(judge: Callable[..., None], case: tuple[Any, ...]) -> None:
    judge(*case)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"pipeline.steps = [a]\n! all = ,b\n{A}{B}", id="an option names the step"),
        pytest.param(
            f"pipeline.steps = [{{{{ which }}}}]\n! which = one\npipeline.steps.one = [a]\n"
            f"pipeline.steps.two = [b]\n{A}{B}",
            id="an option chooses between lists",
        ),
        pytest.param(
            f"pipeline.steps = [a]\n! more = two\npipeline.steps.two = [b]\n{A}{B}",
            id="an option names the list",
        ),
    ],
)
def test_what_an_option_leaves_out_is_a_choice(linted: Callable[..., list[Finding]], text: str) -> None:
    assert linted(text) == []


def test_a_list_that_is_left_out_is_told_and_not_each_of_its_steps(
    linted: Callable[..., list[Finding]],
) -> None:
    text = f"pipeline.steps = [a]\npipeline.steps.two = [b, more]\npipeline.steps.more = [b]\n{A}{B}"
    (finding,) = linted(text)
    assert (finding.code, finding.location) == ("unused-list", Location("a.parset", 2))


def test_stray_lines_may_belong_to_a_step_that_is_not_listed(linted: Callable[..., list[Finding]]) -> None:
    text = f"pipeline.steps = [a]\n{A}{STEP.format('calib')}calip.argument.x = 1\n"
    (hint,) = [one.hint for one in linted(text) if one.code == "stray-step"]
    assert hint == "did you mean 'calib'?"


def test_lines_of_the_observatory_are_no_mistake(linted: Any) -> None:
    """Contract 13: the log names two of them, and a scheduler writes many more."""
    text = "ObsSW.Observation.momID = 12\nObsSW.Observation.otdbID = 34\nObsSW.Observation.Campaign.PI = X\n"
    assert linted(f"pipeline.steps = [a]\n{text}{A}") == []
