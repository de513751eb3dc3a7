"""Plugins and scripts: there, in Python 3, and with a signature that fits (contract 8 and 9)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genericpipe.errors import Finding, Location, Severity

A = (
    "pipeline.steps = [a]\na.control.type = executable_args\na.control.executable = /bin/true\n"
    "a.control.mapfile_in = data.mapfile\na.control.inputkey = f\na.argument.flags = [f]\n"
)

#: A plugin step, whose keywords begin in line 4.
P = (
    "pipeline.steps = [p]\np.control.kind = plugin\np.control.type = trim\n"
    "p.control.mapfile_in = data.mapfile\n"
)
#: A script that is called for each entry.
S = A.replace("= executable_args", "= pythonplugin").replace("/bin/true", "scripts/one.py")

#: code, severity, line, part of the message, part of the hint, bad parset, what mends it
CASES = [
    (
        "no-such-plugin",
        "missing",
        3,
        "there is no plugin PipelineStep_trimm.py in site/plugins",
        "did you mean 'trim'?",
        P.replace("= trim", "= trimm"),
        ("trimm", "trim"),
    ),
    (
        "no-such-plugin",
        "missing",
        3,
        "there is no plugin PipelineStep_zzz.py",
        "pipeline.pluginpath",
        P.replace("= trim", "= zzz"),
        ("zzz", "any"),
    ),
    (
        "bad-call",
        "error",
        5,
        "plugin_main of site/plugins/PipelineStep_trim.py:1 takes no argument 'lenght'",
        "did you mean 'length'?",
        f"{P}p.control.lenght = 3\n",
        ("lenght", "length"),
    ),
    (
        "bad-call",
        "error",
        3,
        "needs 'mapfile_in'",
        "give it as an argument",
        P.replace("p.control.mapfile_in = data.mapfile\n", ""),
        ("= trim\n", "= trim\np.control.mapfile_in = data.mapfile\n"),
    ),
    (
        "bad-call",
        "error",
        5,
        "takes no argument 'parset'",
        "lines p.argument.* reach a plugin as parset; a keyword is p.control.*",
        f"{P}p.argument.x = 1\n",
        ("= trim", "= any"),
    ),
    (
        "bad-call",
        "error",
        3,
        "main of scripts/one.py:1 takes 2 positional arguments and gets 3",
        "",
        S.replace("[f]", "[f, 1, 2]"),
        ("[f, 1, 2]", "[f, 1]"),
    ),
    (
        "bad-call",
        "error",
        7,
        "takes no argument 'stp'",
        "did you mean 'step'?",
        f"{S}a.argument.stp = 1\n",
        (".stp", ".step"),
    ),
    (
        "bad-call",
        "error",
        7,
        "gets 'ms' twice: by position and by name",
        "",
        f"{S}a.argument.ms = 1\n",
        (".ms =", ".step ="),
    ),
    (
        "bad-call",
        "error",
        5,
        "takes no argument 'f'",
        "it takes ms, step",
        S.replace("[f]", "[x]") + "a.argument.step = 1\n",
        ("[x]", "[f]"),
    ),
    (
        "bad-call",
        "error",
        3,
        "needs 'ms'",
        "give it as an argument",
        S.replace("a.argument.flags = [f]\n", "").replace("inputkey", "inputkey"),
        ("inputkey = f\n", "inputkey = f\na.argument.ms = f\n"),
    ),
    (
        "python2-source",
        "error",
        2,
        "is Python 2 source: the print statement in \"print 'hello'\"",
        "2to3",
        P.replace("= trim", "= old"),
        ("= old", "= any"),
    ),
    (
        "python2-source",
        "error",
        4,
        "is Python 2 source: `except Error, name` in 'except ValueError, e:'",
        "2to3",
        S.replace("one.py", "oldstyle.py"),
        ("oldstyle.py", "one.py"),
    ),
    (
        "python2-name",
        "warning",
        2,
        "is Python 2 source: .iteritems",
        "Python 3 has items",
        P.replace("= trim", "= elderly"),
        ("elderly", "any"),
    ),
    ("bad-source", "error", 1, "has a syntax error", "", P.replace("= trim", "= torn"), ("torn", "any")),
    (
        "bad-source",
        "error",
        3,
        "defines no function 'plugin_main'",
        "def plugin_main",
        P.replace("= trim", "= empty"),
        ("empty", "any"),
    ),
    (
        "no-such-nodescript",
        "missing",
        7,
        "there is no node script 'python_plugn'",
        "did you mean 'python_plugin'?",
        f"{A}a.control.nodescript = python_plugn\n",
        ("python_plugn", "executable_args"),
    ),
    (
        "python2-source",
        "error",
        4,
        "site/nodes/of_old.py is Python 2 source: the print statement",
        "2to3",
        f"{A}a.control.nodescript = of_old\n",
        ("of_old", "of_the_site"),
    ),
    (
        "no-such-nodescript",
        "missing",
        7,
        "there is no node script 'of_another'",
        "of_another.py was looked for in ",
        f"{A}a.control.nodescript = of_another\n",
        ("of_another", "of_the_site"),
    ),
    (
        "no-such-nodescript",
        "missing",
        7,
        "'calibrate-stand-alone', a node script of LOFAR's own, is not supported",
        "gaincal and applycal calibrate, in a step of task dppp",
        f"{A}a.control.nodescript = calibrate-stand-alone\n",
        ("calibrate-stand-alone", "executable_args"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_calls(judge: Callable[..., None], case: tuple[Any, ...]) -> None:
    judge(*case)


@pytest.mark.parametrize(
    "text",
    [
        f"{P}p.control.cmdline.x = 1\n",
        P.replace("= trim", "= wrapped"),
        f"{S}a.control.arguments = [f, 2]\na.argument.step = 1\n".replace("a.argument.step = 1\n", ""),
        S.replace("[f]", "[a, input.output.job_name]"),
        f"{S}a.argument.step = f\n",
        f"{A}a.control.nodescript = of_the_site\n",
    ],
)
def test_a_call_that_works_is_no_finding(linted: Callable[..., list[Finding]], text: str) -> None:
    assert linted(text) == []


def test_a_plugin_of_pluginpath_is_found(linted: Callable[..., list[Finding]], folder: Path) -> None:
    folder.joinpath("mine").mkdir()
    folder.joinpath("mine/PipelineStep_mine.py").write_text("def plugin_main(args, **kwargs): pass\n")
    text = P.replace("= trim", "= mine")
    assert [one.code for one in linted(text)] == ["no-such-plugin"]
    assert linted(f"{text}pipeline.pluginpath = mine\n") == []


@pytest.mark.parametrize(
    ("source", "line", "construct"),
    [
        ("def plugin_main(args, **kwargs):\n    exec 'x = 1'\n", 2, "the exec statement"),
        ("def plugin_main(args, **kwargs):\n    raise ValueError, 'x'\n", 2, "`raise Error, text`"),
        ("def plugin_main(args, **kwargs):\n    return 1 <> 2\n", 2, "the operator <>"),
        ("def plugin_main(args, **kwargs):\n    return `args`\n", 2, "backquotes"),
        ("def plugin_main(args, **kwargs):\n    return 0777\n", 2, "an octal number"),
        ("def plugin_main(args, **kwargs):\n    return 10L\n", 2, "a long number"),
        (
            "def plugin_main(args, **kwargs):\n    if 1:\n\tpass\n        return 2\n",
            3,
            "tabs mixed with blanks",
        ),
    ],
)
def test_constructs_of_python_2_are_named(
    linted: Callable[..., list[Finding]], folder: Path, source: str, line: int, construct: str
) -> None:
    path = folder / "site/plugins/PipelineStep_of2.py"
    path.write_text(source)
    (finding,) = linted(P.replace("= trim", "= of2"))
    assert finding.code == "python2-source"
    assert finding.location == Location("site/plugins/PipelineStep_of2.py", line)
    assert construct in finding.message


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("def plugin_main(args, **kw):\n    return xrange(3)\n", ["python2-name"]),
        ("try:\n    xrange\nexcept NameError:\n    xrange = range\ndef plugin_main(args, **kw): pass\n", []),
        ("import six\ndef plugin_main(args, **kw):\n    return six.iteritems(kw)\n", []),
        ("import sys\ndef plugin_main(args, **kw):\n    print >>sys.stderr, 'x'\n", ["python2-name"]),
        ("def plugin_main(args, **kw):\n    print (1,\n", ["bad-source"]),
    ],
)
def test_names_that_are_gone_are_a_warning(
    linted: Callable[..., list[Finding]], folder: Path, source: str, codes: list[str]
) -> None:
    folder.joinpath("site/plugins/PipelineStep_of2.py").write_text(source)
    assert [one.code for one in linted(P.replace("= trim", "= of2"))] == codes


def test_nothing_of_a_site_is_imported(linted: Callable[..., list[Finding]], folder: Path) -> None:
    folder.joinpath("site/plugins/PipelineStep_of2.py").write_text(
        "open('imported', 'w').close()\ndef plugin_main(args, **kw): pass\n"
    )
    assert linted(P.replace("= trim", "= of2")) == []
    assert not folder.joinpath("imported").exists()


def test_a_plugin_that_is_only_missing_is_no_error(linted: Callable[..., list[Finding]]) -> None:
    assert {one.severity for one in linted(P.replace("= trim", "= zzz"))} == {Severity.MISSING}
