"""Programs, files and folders that are not there (design 5 and 8, contract 6 and 7.1)."""

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

P = "pipeline.steps = [p]\np.control.kind = plugin\np.control.type = any\np.control.folder = data\n"

#: code, severity, line, part of the message, part of the hint, bad parset, what mends it
CASES = [
    (
        "no-executable",
        "error",
        2,
        "step 'a' does not say which program it runs, nor does task 'executable_args'",
        "a.control.executable = /path/to/program",
        A.replace("a.control.executable = /bin/true\n", ""),
        ("= executable_args\n", "= executable_args\na.control.executable = /bin/true\n"),
    ),
    (
        "no-such-program",
        "missing",
        3,
        "executable: there is no program 'no_such_tool_here'",
        "PATH",
        A.replace("/bin/true", "no_such_tool_here"),
        ("no_such_tool_here", "true"),
    ),
    (
        "no-such-program",
        "missing",
        3,
        "there is no program './notexec'",
        "chmod +x ./notexec",
        A.replace("/bin/true", "./notexec"),
        ("./notexec", "/bin/true"),
    ),
    (
        "no-such-program",
        "missing",
        3,
        "there is no program '/bin'",
        "it is a folder",
        A.replace("/bin/true", "/bin"),
        ("= /bin\n", "= input.output.program\n"),
    ),
    (
        "no-such-script",
        "missing",
        3,
        "executable: there is no script 'scripts/One.py'",
        "did you mean 'scripts/one.py'?",
        A.replace("/bin/true", "scripts/One.py").replace("= executable_args", "= pythonplugin"),
        ("One", "one"),
    ),
    (
        "no-such-script",
        "missing",
        3,
        "there is no script 'Scripts/one.py'",
        "did you mean 'scripts/one.py'?",
        A.replace("/bin/true", "Scripts/one.py").replace("= executable_args", "= pythonplugin"),
        ("Scripts", "scripts"),
    ),
    (
        "no-such-script",
        "missing",
        3,
        "there is no script 'elsewhere/deep/one.py'",
        "there is no folder 'elsewhere'",
        A.replace("/bin/true", "elsewhere/deep/one.py").replace("= executable_args", "= pythonplugin"),
        ("elsewhere/deep", "scripts"),
    ),
    (
        "no-such-file",
        "missing",
        4,
        "mapfile_in: there is no file 'dat.mapfile'",
        "did you mean 'data.mapfile'?",
        A.replace("data.mapfile", "dat.mapfile"),
        ("dat.mapfile", "data.mapfile"),
    ),
    (
        "no-such-file",
        "missing",
        8,
        "mapfiles_in: there is no file 'mor.mapfile'",
        "did you mean 'more.mapfile'?",
        f"{A}a.control.mapfiles_in = [data.mapfile,\n  mor.mapfile]\na.control.inputkeys = [g, h]\n",
        ("mor.map", "more.map"),
    ),
    (
        "no-such-file",
        "missing",
        7,
        "argument.parset: there is no file 'opt.parset'",
        "did you mean 'opts.parset'?",
        f"{A}a.argument.parset = opt.parset\n",
        ("opt.parset", "opts.parset"),
    ),
    (
        "bad-parset",
        "error",
        1,
        "Empty key given in line = 3",
        "before the '='",
        f"{A}a.argument.parset = torn.parset\n",
        ("torn", "opts"),
    ),
    (
        "no-such-folder",
        "missing",
        4,
        "folder: there is no folder 'Data'",
        "did you mean 'data'?",
        P.replace("= data", "= Data"),
        ("Data", "data"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_files(judge: Callable[..., None], case: tuple[Any, ...]) -> None:
    judge(*case)


@pytest.mark.parametrize(
    "line",
    [
        # What an earlier step writes need not be there yet.
        "a.control.mapfile_out = job/mapfiles/later.mapfile\n",
        "p.control.filename = made.mapfile\na.control.mapfile_out = anywhere/made.mapfile\n",
        # Contract 6: with a reference in it, it is an ordinary option, on which scripts rely.
        "a.argument.parset = p.output.file\n",
    ],
)
def test_what_a_step_makes_need_not_be_there(linted: Callable[..., list[Finding]], line: str) -> None:
    assert linted(A.replace("[a]", "[p, a]", 1) + P.partition("\n")[2] + line) == []


def test_a_located_program_is_a_warning(
    linted: Callable[..., list[Finding]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugins = folder / "plugged"
    plugins.mkdir()
    plugins.joinpath("finder.py").write_text(
        "from pathlib import Path\nfrom genericpipe import hookimpl\n\n"
        "@hookimpl\ndef genericpipe_locate_program(name, step):\n"
        "    return Path('/bin/true') if name == 'NDPPP' else None\n"
    )
    monkeypatch.setenv("GENERICPIPE_PLUGINS", str(plugins))
    (finding,) = linted(A.replace("/bin/true", "NDPPP"))
    assert (finding.severity, finding.code) == (Severity.WARNING, "other-program")
    assert "NDPPP is not there; /bin/true of finder runs instead" in finding.message
    assert finding.location == Location("a.parset", 3)


@pytest.mark.parametrize(
    ("source", "severity", "code", "message"),
    [
        ("def genericpipe_lint(pipeline):\n    raise ValueError('boom')", "warning", "plugin-failed", "boom"),
        ("def genericpipe_lnt(pipeline):\n    return []", "error", "bad-plugin", "genericpipe_lnt"),
        (
            "def genericpipe_replacements(config):\n    raise KeyError('x')",
            "error",
            "plugin-failed",
            "KeyError",
        ),
    ],
)
def test_a_broken_plugin_is_a_finding(
    linted: Callable[..., list[Finding]],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    severity: str,
    code: str,
    message: str,
) -> None:
    plugins = folder / "plugged"
    plugins.mkdir()
    plugins.joinpath("shaky.py").write_text(f"from genericpipe import hookimpl\n\n@hookimpl\n{source}\n")
    monkeypatch.setenv("GENERICPIPE_PLUGINS", str(plugins))
    (finding,) = linted(A)
    assert (finding.severity.value, finding.code) == (severity, code)
    assert message in finding.message
    assert finding.location is not None
    assert finding.location.file == str(plugins / "shaky.py")


def test_a_plugins_own_findings_are_among_them(
    linted: Callable[..., list[Finding]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugins = folder / "plugged"
    plugins.mkdir()
    plugins.joinpath("strict.py").write_text(
        "from genericpipe import Finding, Severity, hookimpl\n\n@hookimpl\n"
        "def genericpipe_lint(pipeline):\n"
        "    step = pipeline.steps[0]\n"
        "    yield Finding(Severity.ERROR, 'our-rule', f'{len(pipeline.steps)} steps', step.location)\n"
    )
    monkeypatch.setenv("GENERICPIPE_PLUGINS", str(plugins))
    (finding,) = linted(A)
    assert (finding.code, finding.message, finding.location) == (
        "our-rule",
        "1 steps",
        Location("a.parset", 2),
    )


def test_what_an_unset_variable_stands_in_the_path_of_is_told_once(
    linted: Callable[..., list[Finding]],
) -> None:
    text = A.replace("/bin/true", "{{ root }}/bin/tool").replace("data.mapfile", "{{ root }}/m")
    text += "! root = $NOWHERE_SET/lofar\n"
    assert [one.code for one in linted(text)] == ["unset-variable"]
    outside = A.replace("/bin/true", "$NOWHERE_SET/bin/tool")  # LOFAR expands variables in definitions alone
    assert [one.code for one in linted(outside)] == ["no-such-program"]
