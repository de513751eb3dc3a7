"""Options that nothing defines, go round in a circle or are not filled in (contract 4.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from genericpipe.errors import Finding, Severity

#: A step that is right by itself, in lines 2 to 6.
A = (
    "pipeline.steps = [a]\na.control.type = executable_args\na.control.executable = /bin/true\n"
    "a.control.mapfile_in = data.mapfile\na.control.inputkey = f\na.argument.flags = [f]\n"
)


#: code, severity, line, part of the message, part of the hint, bad parset, what mends it
CASES = [
    (
        "unresolved-option",
        "error",
        8,
        "a.argument.size: nothing defines {{ imsize }}",
        "did you mean 'imsiz'?",
        f"{A}! imsiz = 3\na.argument.size = {{{{ imsize }}}}\n",
        ("imsiz =", "imsize ="),
    ),
    (
        "unresolved-option",
        "error",
        7,
        "a.argument.size: nothing defines {{ nothing_like_it }}",
        "define it: ! nothing_like_it = ...",
        f"{A}a.argument.size = {{{{ nothing_like_it }}}}\n",
        ("{{ nothing_like_it }}", "3"),
    ),
    (
        "unresolved-option",
        "error",
        9,
        "a.argument.sizes: nothing defines {{ two }}",
        "define it",
        f"{A}a.argument.sizes = [1,\n 2,\n {{{{ two }}}}]\n",
        ("{{ two }}", "2"),
    ),
    (
        "unresolved-option",
        "error",
        7,
        "! folder: nothing defines {{ rot }}",
        "did you mean 'root'?",
        f"{A}! folder = {{{{ rot }}}}/x\n! root = /\na.argument.x = {{{{ folder }}}}\n"
        "a.argument.y = {{ folder }}\n",
        ("{{ rot }}", "{{ root }}"),
    ),
    (
        "unresolved-option",
        "warning",
        7,
        "b.argument.x: nothing defines {{ nope }}",
        "define it",
        f"{A}b.argument.x = {{{{ nope }}}}\nb.control.type = tidy\n",
        ("{{ nope }}", "1"),
    ),
    (
        "unresolved-option",
        "error",
        1,
        "pipeline.steps: nothing defines {{ rest }}",
        "define it",
        A.replace("[a]", "[a, {{ rest }}]"),
        (", {{ rest }}", ""),
    ),
    (
        "unresolved-option",
        "error",
        7,
        "pipeline.pluginpath: nothing defines {{ where }}",
        "define it",
        f"{A}pipeline.pluginpath = {{{{ where }}}}\n",
        ("{{ where }}", "site/plugins"),
    ),
    (
        "unresolved-option",
        "warning",
        9,
        "l.control.unread: nothing defines {{ nope }}",
        "define it",
        A.replace("[a]\n", "[l]\n", 1)
        + "l.control.kind = loop\nl.control.loopcount = 1\nl.control.unread = {{ nope }}\n"
        "l.control.loopsteps = [a]\n",
        ("{{ nope }}", "1"),
    ),
    (
        "option-circle",
        "error",
        7,
        "options go round in a circle",
        "",
        f"{A}! x = {{{{ y }}}}\n! y = {{{{ x }}}}\n",
        ("{{ x }}", "1"),
    ),
    (
        "option-spacing",
        "warning",
        8,
        "option 'size' is not filled in",
        "write {{ size }}",
        f"{A}! size = 3\na.argument.size = {{{{size}}}}\n",
        ("{{size}}", "{{ size }}"),
    ),
    (
        "unset-variable",
        "missing",
        7,
        "the environment has no variable 'NOWHERE_SET': $NOWHERE_SET stays as it is",
        "export NOWHERE_SET=...",
        f"{A}! root = $NOWHERE_SET/x\na.argument.x = {{{{ root }}}}\n",
        ("$NOWHERE_SET", "/opt"),
    ),
    (
        "unset-variable",
        "missing",
        7,
        "${NOWHERE_SET} stays as it is",
        "export NOWHERE_SET=...",
        f"{A}! root = ${{NOWHERE_SET}}/x\na.argument.x = {{{{ root }}}}\n",
        ("${NOWHERE_SET}", "/opt"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_options(judge: Callable[..., None], case: tuple[Any, ...]) -> None:
    judge(*case)


def test_an_option_set_from_outside_must_be_one(linted: Callable[..., list[Finding]]) -> None:
    text = f"{A}! level = 3\na.argument.level = {{{{ level }}}}\n"
    (finding,) = linted(text, "--set", "levle=4")
    assert (finding.severity, finding.code) == (Severity.ERROR, "unknown-option")
    assert finding.hint == "did you mean 'level'?"
    assert linted(text, "--set", "level=4") == []


def test_an_option_may_be_given_from_outside_alone(linted: Callable[..., list[Finding]]) -> None:
    assert linted(f"{A}a.argument.level = {{{{ level }}}}\n", "--set", "level=4") == []


def test_unresolved_options_may_be_allowed(linted: Callable[..., list[Finding]]) -> None:
    (finding,) = linted(f"{A}a.argument.x = {{{{ nope }}}}\n", "--allow-unresolved")
    assert (finding.severity, finding.code) == (Severity.WARNING, "unresolved-option")


def test_only_definitions_look_into_the_environment(linted: Callable[..., list[Finding]]) -> None:
    """Contract 4.6, item 2: `$NAME` anywhere else is text, and a definition that nobody uses does no harm."""
    assert linted(f"{A}a.argument.x = $NOWHERE_SET\n! unused = $NOWHERE_SET\n") == []


def test_a_definition_may_be_used_before_it_stands(linted: Callable[..., list[Finding]]) -> None:
    """Contract 4.6, item 3 (FIX): in any order, innermost first."""
    text = f"{A}a.argument.x = {{{{ {{{{ which }}}}_size }}}}\n! which = big\n! big_size = 3\n"
    assert linted(text) == []


def test_with_an_opts_block_the_rest_of_control_is_not_read(linted: Callable[..., list[Finding]]) -> None:
    text = (
        "pipeline.steps = [p]\np.control.kind = plugin\np.control.type = any\n"
        "p.control.opts.x = 1\np.control.y = {{ nope }}\n"
    )
    (finding,) = linted(text)
    assert (finding.severity, finding.code) == (Severity.WARNING, "unresolved-option")
    assert linted(text.replace("control.y", "control.opts.y"))[0].severity is Severity.ERROR
