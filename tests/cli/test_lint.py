from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from genericpipe.cli.findings import LONGEST, in_short, show, shows_colour, summary
from genericpipe.errors import Finding, Location, Severity

if TYPE_CHECKING:
    from tests.conftest import Outcome, Project

Projects = Callable[[Mapping[str, str]], "Project"]

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((ROOT / "docs/reference/lint.schema.json").read_text(encoding="utf-8"))

MAP = "[{'host': 'localhost', 'file': '/data/a', 'skip': False}]"
GOOD = (
    "pipeline.steps = [a]\na.control.type = executable_args\na.control.executable = /bin/true\n"
    "a.control.mapfile_in = data.mapfile\na.control.inputkey = f\na.argument.flags = [f]\n"
)
WARNED = f"{GOOD}a.argumentx = 1\n"
LACKING = GOOD.replace("/bin/true", "/opt/nowhere/true")
BAD = GOOD.replace("executable_args", "exectuable_args")
OPEN = f"{GOOD}a.argument.x = {{{{ nope }}}}\n"


@pytest.fixture
def made(project: Projects) -> Project:
    return project(
        {
            "data.mapfile": MAP,
            "good.parset": GOOD,
            "warned.parset": WARNED,
            "lacking.parset": LACKING,
            "bad.parset": BAD,
            "open.parset": OPEN,
        }
    )


def findings(outcome: Outcome) -> list[dict[str, Any]]:
    """Return what lint printed as JSON, held against the published schema."""
    found = outcome.json()
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert isinstance(found, list)
    return found


def codes(outcome: Outcome) -> list[str]:
    return [finding["code"] for finding in findings(outcome)]


@pytest.mark.parametrize(
    ("name", "options", "status"),
    [
        ("good", [], 0),
        ("warned", [], 0),
        ("warned", ["--strict"], 0),
        ("lacking", [], 0),
        ("lacking", ["--strict"], 3),
        ("bad", [], 3),
        ("open", [], 3),
        ("open", ["--allow-unresolved"], 0),
        ("open", ["--set", "nope=1"], 0),
        ("good", ["--set", "nope=1"], 3),
    ],
)
def test_the_exit_status(made: Project, name: str, options: list[str], status: int) -> None:
    made.run("lint", *options, f"{name}.parset").expect(status)
    made.run("lint", "--format", "json", *options, f"{name}.parset").expect(status)


def test_json_is_the_published_array(made: Project) -> None:
    (finding,) = findings(made.run("lint", "--format", "json", "bad.parset").expect(3))
    assert finding == {
        "severity": "error",
        "code": "unknown-task",
        "file": "bad.parset",
        "line": 2,
        "message": "step 'a': there is no task 'exectuable_args'",
        "hint": "did you mean 'executable_args'?",
    }
    assert findings(made.run("lint", "--format", "json", "good.parset").expect(0)) == []


def test_text_has_place_severity_code_hint_and_summary(made: Project) -> None:
    outcome = made.run("lint", "bad.parset", "lacking.parset").expect(3)
    assert outcome.stdout.splitlines() == [
        "bad.parset:2: error: step 'a': there is no task 'exectuable_args' [unknown-task]",
        "  hint: did you mean 'executable_args'?",
        "",
        "lacking.parset:3: missing: step 'a': executable: "
        "there is no program '/opt/nowhere/true' [no-such-program]",
        "  hint: there is no folder '/opt/nowhere'",
        "2 parsets: 1 error, 1 missing, 0 warnings",
    ]
    assert outcome.stderr == ""


def test_several_parsets_are_all_checked(made: Project) -> None:
    outcome = made.run(
        "lint", "--format", "json", "good.parset", "bad.parset", "warned.parset", "none.parset"
    )
    assert [(one["file"], one["code"]) for one in findings(outcome.expect(3))] == [
        ("bad.parset", "unknown-task"),
        ("warned.parset", "misspelt-block"),
        ("none.parset", "bad-parset"),
    ]


def test_a_file_that_is_no_parset_is_a_finding(made: Project) -> None:
    made.file("bytes.parset").write_bytes(b"a = 1\nb = \xff\xfe\n")
    made.file("folder.parset").mkdir()
    made.write("open-quote.parset", "a = 'b\n")
    outcome = made.run(
        "lint", "--format", "json", "bytes.parset", "folder.parset", "open-quote.parset"
    ).expect(3)
    told = findings(outcome)
    assert [(one["code"], one["file"], one["line"]) for one in told] == [
        ("bad-parset", "bytes.parset", 2),
        ("bad-parset", "folder.parset", None),
        ("bad-parset", "open-quote.parset", 1),
    ]
    assert "is not UTF-8 text" in told[0]["message"]
    assert "it is a directory" in told[1]["message"]
    assert outcome.stderr == ""


def test_a_name_that_is_no_text_can_be_printed(made: Project) -> None:
    name = os.fsencode(made.path) + b"/caf\xe9.parset"
    Path(os.fsdecode(name)).write_text(BAD)
    for words in (["lint"], ["lint", "--format", "json"]):
        outcome = made.run(*words, os.fsdecode(b"caf\xe9.parset")).expect(3)
        assert "exectuable_args" in outcome.stdout
        assert "udce9" in outcome.stdout


def test_a_configuration_that_is_not_there_is_a_finding(made: Project) -> None:
    (finding,) = findings(made.run("lint", "--format", "json", "-c", "none.cfg", "good.parset").expect(3))
    assert (finding["code"], finding["file"]) == ("bad-configuration", "none.cfg")
    assert "none.cfg does not exist" in finding["message"]


def test_a_configuration_that_cannot_be_read_is_a_finding(made: Project) -> None:
    made.write("torn.cfg", "no section = 1\n")
    (finding,) = findings(made.run("lint", "--format", "json", "-c", "torn.cfg", "good.parset").expect(3))
    assert (finding["code"], finding["file"], finding["line"]) == ("bad-configuration", "torn.cfg", 1)


def test_a_broken_plugin_breaks_no_json(made: Project) -> None:
    made.write("sites/torn.py", "from genericpipe import hookimpl\nimport nothing_like_it\n")
    outcome = made.run(
        "lint", "--format", "json", "good.parset", env={"GENERICPIPE_PLUGINS": str(made.file("sites"))}
    )
    (finding,) = findings(outcome.expect(3))
    assert (finding["code"], finding["file"], finding["line"]) == (
        "bad-plugin",
        str(made.file("sites/torn.py")),
        2,
    )


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "PARSET"),
        (["--set", "nope", "good.parset"], "NAME=VALUE"),
        (["--formt", "json", "good.parset"], "--format"),
        (["--format", "xml", "good.parset"], "xml"),
    ],
)
def test_a_wrong_command_line_is_exit_2(made: Project, words: list[str], text: str) -> None:
    outcome = made.run("lint", *words).expect(2)
    assert text in outcome.stderr
    assert outcome.stdout == ""


def test_nothing_is_written(made: Project) -> None:
    before = sorted(path.name for path in made.path.rglob("*"))
    made.run("lint", "good.parset", "bad.parset")
    assert sorted(path.name for path in made.path.rglob("*")) == before


def test_what_is_missing_in_the_same_way_is_told_once() -> None:
    at = [Location("a.parset", line) for line in (3, 9, 12, 20)]
    message = "step '{}': executable: there is no program 'NDPPP'"
    found = [
        Finding(Severity.MISSING, "no-such-program", message.format("a"), at[0], "on PATH"),
        Finding(Severity.WARNING, "unlisted-step", "step 'x' is defined but not listed", at[1]),
        Finding(Severity.MISSING, "no-such-program", message.format("b"), at[2], "on PATH"),
        Finding(Severity.MISSING, "no-such-program", message.format("c"), at[3], "on PATH"),
    ]
    stream = io.StringIO()
    show(found, stream)
    assert stream.getvalue().splitlines() == [
        "a.parset:3: missing: step 'a': executable: there is no program 'NDPPP' [no-such-program]",
        "  also: line 12 (b), line 20 (c)",
        "  hint: on PATH",
        "a.parset:9: warning: step 'x' is defined but not listed [unlisted-step]",
    ]
    assert summary(found, 1) == "1 parset: 0 errors, 3 missing, 1 warning"


def test_errors_are_never_put_together() -> None:
    found = [
        Finding(
            Severity.ERROR, "unknown-key", f"step {name!r}: there is no control key 'x'", Location("a", 1)
        )
        for name in ("a", "b")
    ]
    stream = io.StringIO()
    show(found, stream)
    assert len(stream.getvalue().splitlines()) == 2


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "coloured"),
    [
        (_Terminal(), {"TERM": "xterm"}, True),
        (_Terminal(), {"TERM": "xterm", "NO_COLOR": ""}, True),
        (_Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (_Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_for_terminals(stream: io.StringIO, environ: Mapping[str, str], coloured: bool) -> None:
    assert shows_colour(stream, environ) is coloured


@pytest.mark.parametrize(("extra", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_sees_colour(made: Project, extra: Mapping[str, str], coloured: bool) -> None:
    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "genericpipe", "lint", "bad.parset"],
            cwd=made.path,
            env=made.environment({"TERM": "xterm", **extra}),
            stdout=theirs,
            check=False,
            timeout=60,
        )
        said = os.read(ours, 65536)
    finally:
        os.close(ours)
        os.close(theirs)
    assert b"unknown-task" in said
    assert (b"\033[" in said) is coloured


def test_a_message_is_one_line_that_a_terminal_can_show() -> None:
    assert in_short("a\nb\tc\r\x1b[31m\x9b d\udce9 \ud800 é") == ("a b\\tc \\x1b[31m\\x9b d\\xe9 \\ud800 é")
    endless = in_short("[" * 10000 + "]")
    assert endless.startswith("[[[")
    assert endless.endswith("[[]")
    assert "10001 characters" in endless
    assert len(endless) < LONGEST


def test_what_is_wrong_with_a_file_that_is_no_text_takes_two_short_lines(project: Projects) -> None:
    made = project()
    made.path.joinpath("a.parset").write_bytes(bytes(range(256)) * 40)
    for command in ("lint", "plan"):
        outcome = made.run(command, "a.parset").expect(3)
        lines = (outcome.stdout + outcome.stderr).splitlines()
        assert "a.parset:1: " in lines[0].replace("a.parset:2: ", "a.parset:1: ")
        assert "hint: " in lines[1]
        assert max(map(len, lines)) < 500
        assert (outcome.stdout + outcome.stderr).replace("\n", "").isprintable()
