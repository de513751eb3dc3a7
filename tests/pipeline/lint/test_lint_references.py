"""References: to which step, when, and to which of its outputs (contract 6.5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genericpipe.errors import Finding, Severity

#: Lines of a step that is right by itself.
STEP = (
    "{0}.control.type = executable_args\n{0}.control.executable = /bin/true\n"
    "{0}.control.mapfile_in = data.mapfile\n{0}.control.inputkey = f\n{0}.argument.flags = [f]\n"
)
A, B = STEP.format("a"), STEP.format("b")
AB = f"pipeline.steps = [a, b]\n{A}{B}"

PLUGIN = "p.control.kind = plugin\np.control.type = any\n"
LOOP = "l.control.kind = loop\nl.control.loopcount = 2\nl.control.loopsteps = [b]\n"

MADE = (
    "p.control.kind = plugin\np.control.type = createMapfile\np.control.method = mapfile_from_folder\n"
    "p.control.folder = data\np.control.mapfile_dir = .\np.control.filename = p.mapfile\n"
    "p.control.pattern = *.MS\n! unused = 1\n"
)
COMBINED = (
    "p.control.kind = plugin\np.control.type = combineParsets\n"
    "p.control.first_parset = opts.parset\np.control.second_parset = opts.parset\n"
    "p.control.result_parset = x\n"
)
NAMED = (
    "p.control.kind = plugin\np.control.type = mapfilenamesFromMapfiles\n"
    "p.control.mapfile_groupmap = data.mapfile\n"
)

#: code, severity, line, part of the message, part of the hint, bad parset, what mends it
CASES = [
    (
        "unknown-reference",
        "error",
        12,
        "b.argument.x: aa.output.mapfile: there is no step 'aa'",
        "",
        f"{AB}b.argument.x = aa.output.mapfile\n",
        ("aa.output", "a.output"),
    ),
    (
        "unknown-reference",
        "error",
        12,
        "b.argument.x: inptu.output.job_name: there is no step 'inptu'",
        "did you mean 'input'?",
        f"{AB}b.argument.x = inptu.output.job_name\n",
        ("inptu", "input"),
    ),
    (
        "unknown-reference",
        "error",
        12,
        "b.argument.x: inptu.output.job_name",
        "did you mean 'input'?",
        f"{AB}! name = inptu.output.job_name\nb.argument.x = {{{{ name }}}}\n",
        ("inptu", "input"),
    ),
    (
        "unknown-reference",
        "error",
        13,
        "b.argument.x: zzz.output.ok.mapfile: there is no step 'zzz'",
        "no section of the configuration",
        f"{AB}b.argument.x = [1,\n  zzz.output.ok.mapfile]\n",
        ("zzz.output.ok.mapfile", "2"),
    ),
    (
        "unknown-reference",
        "error",
        12,
        "pre_input.output.job_name: there is no step 'pre_input'",
        "did you mean 'input'?",
        f"{AB}b.argument.x = pre_input.output.job_name\n",
        ("pre_", "pre-/"),
    ),
    (
        "later-step",
        "error",
        7,
        "a.argument.x: b.output.mapfile: step 'b' has not run by then",
        "list 'b' before",
        f"pipeline.steps = [a, b]\n{A}a.argument.x = b.output.mapfile\n{B}",
        ("[a, b]", "[b, a]"),
    ),
    (
        "later-step",
        "error",
        7,
        "step 'c' has not run by then",
        "list 'c' before",
        f"pipeline.steps = [l, c]\n{B}b.argument.x = c.output.mapfile\n{LOOP}{STEP.format('c')}",
        ("[l, c]", "[c, l]"),
    ),
    (
        "own-output",
        "error",
        7,
        "a.argument.x: a.output.mapfile: a step cannot read what it gives itself",
        "name the step",
        f"pipeline.steps = [a]\n{A}a.argument.x = a.output.mapfile\n",
        ("a.output.mapfile", "1"),
    ),
    (
        "unlisted-reference",
        "error",
        7,
        "step 'b' is defined at a.parset:8 but not listed",
        "list it in pipeline.steps",
        f"pipeline.steps = [a]\n{A}a.argument.x = b.output.mapfile\n{B}",
        ("[a]", "[b, a]"),
    ),
    (
        "unknown-output",
        "error",
        12,
        "b.argument.x: a.output.mapfil: 'a' gives no 'mapfil'",
        "did you mean 'mapfile'?",
        f"{AB}b.argument.x = a.output.mapfil\n",
        ("mapfil\n", "mapfile\n"),
    ),
    (
        "unknown-output",
        "error",
        12,
        "'a' gives no 'colour'",
        "it gives",
        f"{AB}b.argument.x = a.output.colour\n",
        ("a.output.colour", "a.output.ok.mapfile"),
    ),
    (
        "unknown-output",
        "error",
        13,
        "'a' gives no 'a.img.fits.mapfile'",
        "did you mean 'a-img.fits.mapfile'?",
        f"{AB}a.control.outputsuffixes = [-img.fits]\nb.argument.x = a.output.a.img.fits.mapfile\n",
        ("a.output.a.img", "a.output.a-img"),
    ),
    (
        "unknown-output",
        "error",
        12,
        "'input' gives no 'job_nam'",
        "did you mean 'job_name'?",
        f"{AB}b.argument.x = input.output.job_nam\n",
        ("job_nam\n", "job_name\n"),
    ),
    (
        "unknown-output",
        "error",
        12,
        "'remote' gives no 'zzz'",
        "",
        f"{AB}b.argument.x = remote.output.zzz\n",
        ("zzz", "Max_Per_Node"),
    ),
    (
        "unknown-output",
        "error",
        12,
        "'a' gives no 'MAPFILE'",
        "",
        f"{AB}b.argument.x = a.output.MAPFILE\n",
        ("MAPFILE", "mapfile"),
    ),
    (
        "unknown-output",
        "error",
        15,
        "b.argument.x: p.output.groupmap: 'p' gives no 'groupmap'",
        "it gives mapfile",
        f"pipeline.steps = [p, b]\n{MADE}{B}b.argument.x = p.output.groupmap\n{A}",
        ("groupmap", "mapfile"),
    ),
    (
        "unknown-output",
        "error",
        12,
        "b.argument.x: p.output.mapfile: 'p' gives no 'mapfile'",
        "it gives nothing",
        f"pipeline.steps = [p, b]\n{COMBINED}{B}b.argument.x = p.output.mapfile\n",
        ("p.output.mapfile", "1"),
    ),
    (
        "unknown-output",
        "error",
        10,
        "b.argument.x: p.output.gruopmap: 'p' gives no 'gruopmap'",
        "did you mean 'groupmap'?",
        f"pipeline.steps = [p, b]\n{NAMED}{B}b.argument.x = p.output.gruopmap\n",
        ("gruopmap", "groupmap"),
    ),
    (
        "unknown-output",
        "error",
        10,
        "b.argument.x: l.output.count: 'l' gives no 'count'",
        "did you mean 'counter'?",
        f"pipeline.steps = [l]\n{LOOP}{B}b.argument.x = l.output.count\n",
        ("count\n", "counter\n"),
    ),
    (
        "shortened-reference",
        "warning",
        12,
        "input.output.job_name.h5 is read as input.output.job_name followed by '.h5'",
        "LOFAR's own",
        f"{AB}b.argument.x = input.output.job_name.h5\n",
        (".h5", "/h5"),
    ),
    (
        "shadows-configuration",
        "warning",
        2,
        "step 'remote' hides the configuration's remote.output.*",
        "another name",
        "pipeline.steps = [remote]\n" + STEP.format("remote"),
        ("remote", "distant"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_references(judge: Callable[..., None], case: tuple[Any, ...]) -> None:
    judge(*case)


@pytest.mark.parametrize(
    "text",
    [
        f"{AB}b.argument.x = a.output.mapfile\n",
        f"{AB}b.argument.x = input.output.working_directory/input.output.job_name\n",
        f"{AB}b.argument.x = layout.output.job_directory\n",
        f"{AB}b.argument.x = a.output.returncode.mapfile\n",
        f"pipeline.steps = [a, p, b]\n{A}{B}{PLUGIN}b.argument.x = p.output.whatever\n",
        f"pipeline.steps = [a, a, b]\n{A}{B}b.argument.x = a1.output.mapfile\n",
        f"{AB}a.control.type = pythonplugin\na.control.executable = scripts/one.py\n"
        "a.argument.flags = [f]\nb.argument.x = a.output.sums.mapfile\n",
        f"{AB}a.control.outputsuffixes = [-img.fits, .res]\nb.argument.x = a.output.a.res.mapfile\n",
        f"{AB}a.control.outputsuffixes = [.res]\na.control.stepname = z\n"
        "b.argument.x = a.output.z.res.mapfile\n",
        f"pipeline.steps = [b, l]\n{LOOP}{B}",
        f"pipeline.steps = [l, a]\n{LOOP}{A}{B}a.argument.x = b.output.mapfile\n",
        f"pipeline.steps = [l, a]\n{LOOP}{A}{B}a.argument.x = l.output.break\n",
        f"{AB}b.argument.x = genericpipeline.output.parset\n",
    ],
)
def test_a_reference_that_works_is_no_error(linted: Callable[..., list[Finding]], text: str) -> None:
    assert [one for one in linted(text) if one.code not in ("duplicate-key", "unmatched-mapfile")] == []


def test_a_setting_is_looked_for_in_the_defaults_where_there_is_no_configuration(
    linted: Callable[..., list[Finding]], folder: Path
) -> None:
    folder.joinpath("pipeline.cfg").unlink()
    (finding,) = linted(f"{AB}b.argument.x = input.output.lofarroot\n")
    assert (finding.severity, finding.code) == (Severity.MISSING, "no-such-setting")
    assert "-c" in finding.hint
