"""Kinds, types, tasks and control keys (contract 3, 6 and 7.1)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genericpipe.errors import Finding, Location, Severity

#: A step that is right by itself, in lines 2 to 6.
A = (
    "pipeline.steps = [a]\na.control.type = executable_args\na.control.executable = /bin/true\n"
    "a.control.mapfile_in = data.mapfile\na.control.inputkey = f\na.argument.flags = [f]\n"
)

PLUGIN = "pipeline.steps = [p]\np.control.kind = plugin\np.control.type = any\n"
LOOP = f"{A}l.control.kind = loop\nl.control.loopcount = 2\nl.control.loopsteps = [a]\n".replace(
    "[a]", "[l]", 1
)
EXPANDED = (
    "pipeline.steps = [p]\np.control.kind = plugin\np.control.type = expandMapfile\n"
    "p.control.mapfile_in = data.mapfile\np.control.mapfile_to_match = more.mapfile\n"
    "p.control.mapfile_dir = .\np.control.filename = p.mapfile\n"
)
FEEDBACK = (
    "pipeline.steps = [fb]\nfb.control.kind = feedback\nfb.control.mapfile_in = data.mapfile\n"
    "fb.control.metadata_file = out.parset\nfb.control.product_type = SkyImage\n"
)

#: code, severity, line, part of the message, part of the hint, bad parset, what mends it
CASES = [
    (
        "unknown-kind",
        "error",
        2,
        "there is no kind 'pluggin'",
        "did you mean 'plugin'?",
        PLUGIN.replace("= plugin", "= pluggin"),
        ("pluggin", "plugin"),
    ),
    (
        "no-type",
        "error",
        2,
        "step 'p' does not say which plugin it runs",
        "p.control.type = ...",
        PLUGIN.replace("p.control.type = any\n", ""),
        ("= plugin\n", "= plugin\np.control.type = any\n"),
    ),
    (
        "no-type",
        "error",
        2,
        "step 'a' does not say which task it runs",
        "a.control.type = ...",
        A.replace("a.control.type = executable_args\n", ""),
        ("[a]\n", "[a]\na.control.type = tidy\n"),
    ),
    (
        "reference-in-type",
        "error",
        2,
        "not read in control.type",
        "write the name itself",
        A.replace("= executable_args", "= input.output.job_name"),
        ("input.output.job_name", "tidy"),
    ),
    (
        "unknown-task",
        "error",
        2,
        "there is no task 'exectuable_args'",
        "did you mean 'executable_args'?",
        A.replace("= executable_args", "= exectuable_args"),
        ("exectuable_args", "executable_args"),
    ),
    (
        "unknown-task",
        "error",
        2,
        "there is no task 'zzz'",
        "tasks.cfg",
        A.replace("= executable_args", "= zzz"),
        ("zzz", "tidy"),
    ),
    (
        "unsupported-recipe",
        "error",
        2,
        "task 'copier' runs the recipe 'copier', one of the observatory's own, which is not supported",
        "the step plugin copyFiles",
        A.replace("= executable_args", "= copier"),
        ("copier", "tidy"),
    ),
    (
        "unknown-task-key",
        "error",
        7,
        "task [typo]: its recipe 'executable_args' takes no key 'max_per_nod'",
        "did you mean 'max_per_node'?",
        A.replace("= executable_args", "= typo"),
        ("typo", "tidy"),
    ),
    (
        "bad-interpolation",
        "error",
        10,
        "%(nowhere)s",
        "",
        A.replace("= executable_args", "= broken"),
        ("broken", "tidy"),
    ),
    (
        "no-recipe",
        "error",
        11,
        "task [bare] has no key 'recipe'",
        "recipe = executable_args",
        A.replace("= executable_args", "= bare"),
        ("bare", "tidy"),
    ),
    (
        "bad-value",
        "error",
        16,
        "nthreads = 'few' is not a whole number",
        "",
        A.replace("= executable_args", "= wordy"),
        ("wordy", "tidy"),
    ),
    (
        "unknown-key",
        "error",
        7,
        "there is no control key 'mapfile_inn'",
        "did you mean 'mapfile_in'?",
        f"{A}a.control.mapfile_inn = x\n",
        ("a.control.mapfile_inn = x\n", ""),
    ),
    (
        "unknown-key",
        "error",
        7,
        "there is no control key 'msin.baseline'",
        "a.argument.msin.baseline",
        f"{A}a.control.msin.baseline = x\n",
        ("control.msin", "argument.msin"),
    ),
    (
        "unused-key",
        "warning",
        10,
        "there is no control key 'loopcuont' for kind 'loop': it has no effect",
        "did you mean 'loopcount'?",
        f"{LOOP}l.control.loopcuont = 3\n",
        ("l.control.loopcuont = 3\n", ""),
    ),
    (
        "ignored-key",
        "warning",
        7,
        "control key 'skip_outfile' has no effect",
        "leave it out",
        f"{A}a.control.skip_outfile = True\n",
        ("skip_outfile", "skip_infile"),
    ),
    (
        "missing-key",
        "error",
        2,
        "step 'fb' of kind 'feedback' needs control key 'metadata_file'",
        "fb.control.metadata_file = ...",
        FEEDBACK.replace("fb.control.metadata_file = out.parset\n", ""),
        ("= SkyImage\n", "= SkyImage\nfb.control.metadata_file = out.parset\n"),
    ),
    (
        "missing-key",
        "error",
        2,
        "step 'p': plugin 'expandMapfile' needs control key 'mapfile_to_match'",
        "add p.control.mapfile_to_match = ...",
        EXPANDED.replace("p.control.mapfile_to_match = more.mapfile\n", ""),
        ("p.control.filename", "p.control.mapfile_to_match = more.mapfile\np.control.filename"),
    ),
    (
        "unknown-choice",
        "error",
        5,
        "product_type = 'SkyImag' is not one of SkyImage, Correlated",
        "did you mean 'SkyImage'?",
        FEEDBACK.replace("SkyImage", "SkyImag"),
        ("SkyImag", "SkyImage"),
    ),
    (
        "unknown-choice",
        "error",
        7,
        "args_format = 'wsclaen' is not one of gnu, lofar",
        "did you mean 'wsclean'?",
        f"{A}a.control.args_format = wsclaen\n",
        ("wsclaen", "wsclean"),
    ),
    (
        "bad-value",
        "error",
        7,
        "inplace = 'Ture' is neither True nor False",
        "write True or False",
        f"{A}a.control.inplace = Ture\n",
        ("Ture", "True"),
    ),
    (
        "bad-value",
        "error",
        7,
        "max_per_node = 'plenty' is not a whole number",
        "",
        f"{A}a.control.max_per_node = input.output.many\n",
        ("output.many", "output.max_per_node"),
    ),
    (
        "bad-value",
        "error",
        8,
        "nthreads = 'some' is not a whole number",
        "",
        f"{A}! threads = some\na.control.nthreads = {{{{ threads }}}}\n",
        ("some", "8"),
    ),
    (
        "bad-environment",
        "error",
        7,
        "PATH",
        "write {NAME: value",
        f"{A}a.control.environment = {{PATH}}\n",
        ("{PATH}", "{PATH: /bin}"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_kinds_and_keys(judge: Callable[..., None], case: tuple[Any, ...]) -> None:
    judge(*case)


@pytest.mark.parametrize("text", ["True", "true", "yes", "1", "False", "None", "", "'True'"])
def test_every_spelling_of_yes_and_no_is_taken(linted: Callable[..., list[Finding]], text: str) -> None:
    """LOFAR's own took True, False, None and nothing; contract 7.1 wants the usual ones too."""
    assert linted(f"{A}a.control.error_tolerance = {text}\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "a.control.environment = {LD_LIBRARY_PATH: /a:/b, X: 'a, b'}",
        "a.control.environment = {OMP_NUM_THREADS: input.output.max_per_node}",
        "a.control.max_per_node = input.output.max_per_node",
        "a.control.max_per_node = 03",
        "a.control.working_directory = /elsewhere",
        "a.argument.any.thing = at all",
    ],
)
def test_what_lofar_took_is_no_finding(linted: Callable[..., list[Finding]], line: str) -> None:
    assert linted(f"{A}{line}\n") == []


def test_without_a_configuration_an_unknown_task_may_be_a_sites(
    linted: Callable[..., list[Finding]], folder: Path
) -> None:
    folder.joinpath("pipeline.cfg").unlink()
    (finding,) = linted(A.replace("= executable_args", "= facet_selfcal"))
    assert (finding.severity, finding.code) == (Severity.MISSING, "unknown-task")
    assert "give it with -c or -t" in finding.hint


def test_a_tasks_faults_stand_in_its_file(linted: Callable[..., list[Finding]]) -> None:
    (finding,) = linted(A.replace("= executable_args", "= typo"))
    assert finding.location == Location("tasks.cfg", 7)
