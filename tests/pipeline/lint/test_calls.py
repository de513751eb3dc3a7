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
        "uses Python 2's .iteritems: its jobs are given it, with a warning",
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


@pytest.mark.parametrize(
    ("line", "construct"),
    [
        ("print ('%s files') % args", "the print statement, print (...) % ..."),
        ("print >>log, 'x'", "print >>"),
        ("print ['a', 'b']", "the print statement, print [...]"),
        ("raise 'no such map'", "`raise` of a text"),
    ],
)
def test_statements_that_parse_as_something_else_are_told(
    linted: Callable[..., list[Finding]], folder: Path, line: str, construct: str
) -> None:
    """They are seen before the job reaches them: the source as a whole may be Python 3."""
    text = f"def plugin_main(args, log=None, **kwargs):\n    {line}\n"
    folder.joinpath("site/plugins/PipelineStep_of2.py").write_text(text)
    (finding,) = linted(P.replace("= trim", "= of2"))
    assert (finding.code, finding.severity) == ("python2-name", Severity.WARNING)
    assert finding.location == Location("site/plugins/PipelineStep_of2.py", 2)
    assert finding.message.endswith(f"is Python 2 source: {construct}: it fails when it gets there")


@pytest.mark.parametrize(
    ("line", "construct"),
    [
        ("raise ValueError('x'), None, 3", "`raise Error, text`"),
        ("return 0xFFL", "a long number"),
        ("return lambda (k, v): v", "a tuple as parameter"),
        ("x = ur'a'", "a text such as ur''"),
        ("True = 1", "a value given to True"),
        ("async = 1", "the name async"),
        ("print 'a %s' % args,", "the print statement"),
    ],
)
def test_further_constructs_are_named(
    linted: Callable[..., list[Finding]], folder: Path, line: str, construct: str
) -> None:
    text = f"def plugin_main(args, **kwargs):\n    {line}\n"
    folder.joinpath("site/plugins/PipelineStep_of2.py").write_text(text)
    (finding,) = linted(P.replace("= trim", "= of2"))
    assert finding.code == "python2-source"
    assert f"is Python 2 source: {construct}" in finding.message


def test_all_that_jobs_are_given_is_named_once(linted: Callable[..., list[Finding]], folder: Path) -> None:
    text = "def plugin_main(args, **kw):\n    for k in xrange(3):\n        kw.has_key(unicode(k))\n"
    folder.joinpath("site/plugins/PipelineStep_of2.py").write_text(text)
    (finding,) = linted(P.replace("= trim", "= of2"))
    assert finding.message.endswith(
        "uses Python 2's xrange (and .has_key, unicode): its jobs are given it, with a warning"
    )
    assert finding.location == Location("site/plugins/PipelineStep_of2.py", 2)


IMPORTER = "import {name}\ndef plugin_main(args, **kwargs):\n    return {{}}\n"


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("oldmod", {"oldmod.py": "print 'x'\n"}),
        ("oldpack.part", {"oldpack/__init__.py": "", "oldpack/part.py": "x = 1\nprint 'x'\n"}),
        ("newmod", {"newmod.py": "from oldmod import x\n", "oldmod.py": "\n\nprint 'x'\n"}),
    ],
)
def test_a_module_that_a_plugin_imports_may_be_python_2(
    linted: Callable[..., list[Finding]], folder: Path, name: str, files: dict[str, str]
) -> None:
    plugins = folder / "site/plugins"
    plugins.joinpath("PipelineStep_of2.py").write_text(IMPORTER.format(name=name))
    for file, text in files.items():
        plugins.joinpath(file).parent.mkdir(exist_ok=True)
        plugins.joinpath(file).write_text(text)
    guilty = next(file for file, text in files.items() if "print" in text)
    (finding,) = linted(P.replace("= trim", "= of2"))
    assert (finding.code, finding.severity) == ("python2-source", Severity.ERROR)
    assert finding.location == Location(f"site/plugins/{guilty}", files[guilty].count("\n"))
    assert f"PipelineStep_of2.py imports site/plugins/{guilty}, which is Python 2 source" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "def plugin_main(args, **kwargs):\n    import oldmod\n",
        "try:\n    import oldmod\nexcept Exception:\n    oldmod = None\ndef plugin_main(args, **kw): pass\n",
        "import string\ndef plugin_main(args, **kwargs): pass\n",
        "import torn\ndef plugin_main(args, **kwargs): pass\n",
    ],
)
def test_an_import_that_may_never_fail_is_no_finding(
    linted: Callable[..., list[Finding]], folder: Path, text: str
) -> None:
    """One is not reached, one is tried, one finds another file, one is no Python at all."""
    plugins = folder / "site/plugins"
    plugins.joinpath("PipelineStep_of2.py").write_text(text)
    for name in ("oldmod", "string"):
        plugins.joinpath(f"{name}.py").write_text("print 'x'\n")
    plugins.joinpath("torn.py").write_text("def torn(:\n")
    assert linted(P.replace("= trim", "= of2")) == []


def test_a_script_finds_what_lies_beside_it_only_if_it_says_so(
    linted: Callable[..., list[Finding]], folder: Path
) -> None:
    """Contract 8: neither the script's folder nor the current one is on the path."""
    folder.joinpath("scripts/beside.py").write_text("print 'x'\n")
    script = folder / "scripts/one.py"
    script.write_text("import beside\ndef main(ms, step='1'): pass\n")
    assert linted(S) == []
    script.write_text("import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n" + script.read_text())
    (finding,) = linted(S)
    assert finding.location == Location(str(Path("scripts/beside.py")), 1)
