"""Numbers of mapfiles and keys (contract 6.6, 7.2 and 7.4)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genericpipe.errors import Finding

#: Lines of a step that is right by itself.
STEP = (
    "{0}.control.type = executable_args\n{0}.control.executable = /bin/true\n"
    "{0}.control.mapfile_in = data.mapfile\n{0}.control.inputkey = f\n{0}.argument.flags = [f]\n"
)
A, B = STEP.format("a"), STEP.format("b")
AB = f"pipeline.steps = [a, b]\n{A}{B}"

TWO = f"{AB}b.control.mapfile_in = a.output.mapfile\n".replace("b.control.mapfile_in = data.mapfile\n", "")

#: code, severity, line, part of the message, part of the hint, bad parset, what mends it
CASES = [
    (
        "no-mapfile",
        "error",
        2,
        "step 'a' has no input mapfile",
        "a.control.mapfile_in = <step>.output.mapfile",
        f"pipeline.steps = [a]\n{A}".replace("a.control.mapfile_in = data.mapfile\n", ""),
        ("a.control.inputkey", "a.control.mapfile_in = data.mapfile\na.control.inputkey"),
    ),
    (
        "no-mapfile",
        "error",
        4,
        "step 'a' has no input mapfile",
        "<step>.output.mapfile",
        f"pipeline.steps = [a]\n{A}".replace("= data.mapfile", "="),
        ("mapfile_in =", "mapfile_in = data.mapfile"),
    ),
    (
        "key-count",
        "error",
        4,
        "1 input mapfile and 0 input keys do not match: data.mapfile and none",
        "skip_infile",
        f"pipeline.steps = [a]\n{A}".replace("a.control.inputkey = f\n", ""),
        ("a.argument", "a.control.skip_infile = True\na.argument"),
    ),
    (
        "key-count",
        "error",
        7,
        "2 input mapfiles and 1 input key do not match",
        "one key for each mapfile",
        f"pipeline.steps = [a]\n{A}a.control.mapfiles_in = [more.mapfile]\n",
        ("[more.mapfile]\n", "[more.mapfile]\na.control.inputkeys = [g]\n"),
    ),
    (
        "key-count",
        "error",
        13,
        "3 input mapfiles and 2 input keys",
        "one key for each mapfile",
        f"{AB}b.control.mapfiles_in = [a.output.mapfile, more.mapfile]\nb.control.inputkeys = [g]\n",
        ("[g]", "[g, h]"),
    ),
    (
        "key-count",
        "error",
        12,
        "1 input mapfile and 2 input keys",
        "",
        f"{AB}b.control.inputkeys = [f, g]\n",
        ("[f, g]", "[f]"),
    ),
    (
        "repeated-key",
        "error",
        8,
        "input key 'f' stands for data.mapfile and for more.mapfile",
        "a key of its own",
        f"pipeline.steps = [a]\n{A}a.control.mapfiles_in = [more.mapfile]\na.control.inputkeys = [f, f]\n",
        ("[f, f]", "[f, g]"),
    ),
    (
        "same-key",
        "warning",
        7,
        "'f' is input key and output key: the output wins",
        "two words",
        f"pipeline.steps = [a]\n{A}a.control.outputkey = f\n",
        ("outputkey = f", "outputkey = out"),
    ),
    (
        "inplace-output",
        "warning",
        8,
        "mapfile_out has no effect with inplace = True",
        "leave one",
        f"pipeline.steps = [a]\n{A}a.control.inplace = True\na.control.mapfile_out = more.mapfile\n",
        ("True", "False"),
    ),
    (
        "unmatched-mapfile",
        "error",
        12,
        "b.argument.x: a.output.mapfile has text around it",
        "the whole value",
        f"{AB}b.argument.x = pre a.output.mapfile\n",
        ("pre ", ""),
    ),
    (
        "unmatched-mapfile",
        "error",
        12,
        "b.argument.x: a.output.mapfile has text around it",
        "holds 'mapfile'",
        f"{AB}b.argument.x = file=a.output.mapfile\n".replace("file=", "file:"),
        ("argument.x", "argument.mapfile"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_inputs(judge: Callable[..., None], case: tuple[Any, ...]) -> None:
    judge(*case)


@pytest.mark.parametrize(
    "lines",
    [
        # An implicit mapfile brings its own key (contract 6.6).
        "b.argument.msin = a.output.mapfile\n",
        "b.argument.msin = [a.output.mapfile, data.mapfile]\n",
        "b.argument.x = a.output.mapfile\nb.argument.y = a.output.mapfile\n",
        # A key that says mapfile wants the path itself, and so does any value that is a folder.
        "b.argument.mapfile = a.output.mapfile\n",
        "b.argument.dir = input.output.mapfile_dir\n",
        # skip_infile: nobody asks for keys.
        "b.control.skip_infile = True\nb.control.mapfiles_in = [more.mapfile]\n",
        "b.control.skip_infile = True\nb.control.mapfiles_in = [more.mapfile]\n"
        "b.control.inputkeys = [f, f]\n",
        # The key of mapfile_in may stand among the others (contract 7.1).
        "b.control.mapfiles_in = [more.mapfile]\nb.control.inputkeys = [f, g]\n",
        # A word without any option stays text (contract 7.3).
        "b.argument.flags = [f, --map=a.output.mapfile]\n".replace("--map=", "--map:"),
    ],
)
def test_what_fits_is_no_finding(linted: Callable[..., list[Finding]], lines: str) -> None:
    assert [one for one in linted(f"{AB}{lines}") if one.code != "duplicate-key"] == []


def test_a_task_gives_keys_until_a_step_has_arguments(
    linted: Callable[..., list[Finding]], folder: Path
) -> None:
    """Contract 6.6: lists from arguments are handed on even when empty and beat the task's."""
    folder.joinpath("tasks.cfg").write_text(
        "[pair]\nrecipe = executable_args\nexecutable = /bin/true\ninputkeys = [f, g]\n"
    )
    text = (
        "pipeline.steps = [a]\na.control.type = pair\na.control.mapfiles_in = [data.mapfile, more.mapfile]\n"
    )
    assert linted(text) == []
    (finding,) = linted(f"{text}a.argument.flags = [f, g]\n")
    assert finding.code == "key-count"


def test_what_only_a_run_can_tell_is_not_counted(linted: Callable[..., list[Finding]]) -> None:
    plugin = "p.control.kind = plugin\np.control.type = any\n"
    text = f"pipeline.steps = [p, a]\n{plugin}{A}a.control.inputkeys = p.output.keys\n"
    assert linted(text) == []
    assert linted(f"pipeline.steps = [p, a]\n{plugin}{A}a.argument.x = p.output.mapfile_names\n") == []
