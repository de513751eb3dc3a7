from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import genericpipe
from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.main import main
from genericpipe.pluginmanager.builtin import BUILTIN

# A site whose commands do what the frame has to cope with.
SITE = """
from genericpipe import Location, PluginError, hookimpl

def refuse(arguments):
    raise PluginError("the archive is closed", Location("a.parset", 7), "come back tomorrow")

def fail(arguments):
    raise KeyError("mapfile")

def interrupt(arguments):
    raise KeyboardInterrupt

def talk(arguments):
    for number in range(100_000):
        print(number)
    return 0

def answer(arguments):
    print(arguments.word, type(arguments.manager).__name__)
    return 5

@hookimpl
def genericpipe_add_commands(subparsers):
    for run in (refuse, fail, interrupt, talk):
        subparsers.add_parser(run.__name__, help=f"{run.__name__}!").set_defaults(run=run)
    parser = subparsers.add_parser("answer", help="gives an answer")
    parser.add_argument("--word", default="yes")
    parser.set_defaults(run=answer)
    subparsers.add_parser("undecided")
"""


@pytest.fixture
def site(project: Any) -> Any:
    made = project({"plugins/commands.py": SITE})

    def run(*words: str, **settings: Any) -> Any:
        env = {"GENERICPIPE_PLUGINS": str(made.file("plugins")), "TMPDIR": str(made.path)}
        return made.run(*words, env={**env, **settings})

    run.project = made
    return run


def test_version(project: Any) -> None:
    done = project().run("--version").expect(0)
    assert done.stdout == f"genericpipe {genericpipe.__version__}\n"


def test_help_shows_commands_in_groups_examples_and_statuses(site: Any) -> None:
    done = site("--help").expect(0)
    for name, command in COMMANDS.items():
        assert f"\n  {name:10}  {command.summary}\n" in done.stdout
        assert f"\n{command.group}:\n" in done.stdout
    for heading in ("of plugins:", "examples:", "exit statuses:"):
        assert f"\n{heading}\n" in done.stdout
    assert "gives an answer" in done.stdout
    assert done.stderr == ""


def test_help_survives_a_broken_plugin(site: Any) -> None:
    site.project.write("plugins/broken.py", "import genericpipe, no_such_package_here\n")
    done = site("--help").expect(0)
    assert "not usable:" in done.stdout
    assert "no_such_package_here" in done.stdout
    assert "gives an answer" in done.stdout


def test_no_command_is_a_usage_error(project: Any) -> None:
    done = project().run().expect(2)
    assert done.stdout == ""
    assert "exit statuses:" in done.stderr


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["plugns"], "there is no command 'plugns'", "did you mean 'plugins'?"),
        (["xyzzy"], "there is no command 'xyzzy'", "'genericpipe --help' lists them"),
        (["plugins", "--fromat=json"], "genericpipe plugins: unknown argument '--fromat=json'", "'--format'"),
        (["--debgu", "plugins"], "genericpipe: unknown argument '--debgu'", "did you mean '--debug'?"),
        (["--debgu"], "genericpipe: unknown argument '--debgu'", "did you mean '--debug'?"),
        (["plugins", "--format", "xml"], "argument --format: invalid choice: 'xml'", "plugins --help"),
        (["completion"], "genericpipe completion: the following arguments are required: shell", "--help"),
        (["undecided"], "'genericpipe undecided' needs to be told what to do", "--help"),
    ],
)
def test_a_wrong_command_line_is_one_line_with_a_hint(
    site: Any, words: list[str], message: str, hint: str
) -> None:
    done = site(*words).expect(2)
    assert done.stdout == ""
    error, told = done.stderr.splitlines()
    assert error.startswith("genericpipe: error: ")
    assert message in error
    assert told.startswith("hint: ")
    assert hint in told


def test_a_command_of_a_plugin_runs_with_its_arguments_and_the_manager(site: Any) -> None:
    assert site("answer", "--word", "no").expect(5).stdout == "no PluginManager\n"


def test_what_a_user_caused_is_told_with_its_place(site: Any) -> None:
    done = site("refuse").expect(3)
    assert done.stderr == "genericpipe: error: a.parset:7: the archive is closed\nhint: come back tomorrow\n"


@pytest.mark.parametrize("words", [["--debug", "refuse"], ["refuse", "--debug"]])
def test_debug_shows_the_traceback_too(site: Any, words: list[str]) -> None:
    done = site(*words).expect(3)
    assert "Traceback" in done.stderr
    assert done.stderr.endswith("a.parset:7: the archive is closed\nhint: come back tomorrow\n")


def test_a_defect_is_one_line_and_a_kept_traceback(site: Any) -> None:
    done = site("fail").expect(1)
    line, where = done.stderr.splitlines()
    assert line == "genericpipe: unexpected KeyError: 'mapfile'"
    kept = Path(where.split()[-1])
    assert kept.parent == site.project.path
    text = kept.read_text()
    assert "genericpipe fail" in text
    assert genericpipe.__version__ in text
    assert 'raise KeyError("mapfile")' in text
    assert "Traceback" in site("--debug", "fail").expect(1).stderr


def test_a_traceback_that_cannot_be_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "commands.py").write_text(SITE)
    monkeypatch.setenv("GENERICPIPE_PLUGINS", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    assert main(["fail"]) == 1
    assert "--debug prints it" in capsys.readouterr().err


def test_an_interrupt_is_told_and_has_its_own_status(site: Any) -> None:
    done = site("interrupt").expect(6)
    assert done.stderr == "\ngenericpipe: interrupted\n"


def test_a_reader_that_stops_reading_is_no_defect(site: Any) -> None:
    words = [sys.executable, "-m", "genericpipe", "talk"]
    env = site.project.environment({"GENERICPIPE_PLUGINS": str(site.project.file("plugins"))})
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "0\n"
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) == 6


def test_an_output_for_which_there_is_no_room_is_told(project: Any) -> None:
    made = project()
    with Path("/dev/full").open("w") as full:  # Linux has a file that is always full
        done = subprocess.run(
            [sys.executable, "-m", "genericpipe", "plugins"],
            cwd=made.path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "genericpipe: error: the output cannot be written: No space left on device",
        "hint: make room where it goes",
    ]


def test_a_plugin_cannot_take_the_name_of_a_command(site: Any) -> None:
    site.project.write(
        "plugins/taking.py",
        "from genericpipe import hookimpl\n"
        "@hookimpl\n"
        "def genericpipe_add_commands(subparsers):\n    subparsers.add_parser('lint')\n",
    )
    done = site("answer").expect(3)
    assert "lint" in done.stderr
    assert "plugin 'taking'" in done.stderr


def complete(project: Any, line: str, **settings: str) -> set[str]:
    """Return what argcomplete is told for a line with the cursor at its end."""
    answer = project.file("answer")
    env = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SHELL": "bash",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "_ARGCOMPLETE_IFS": "\n",
        "IFS": "\n",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    project.run(env={**env, **settings}).expect(0)
    return set(answer.read_text().split("\n"))


def test_completion_of_commands_and_options(site: Any) -> None:
    plugged = {"GENERICPIPE_PLUGINS": str(site.project.file("plugins"))}
    assert complete(site.project, "genericpipe plu") == {"plugins"}
    assert complete(site.project, "genericpipe ans", **plugged) == {"answer"}
    assert complete(site.project, "genericpipe plugins --for") == {"--format"}
    assert complete(site.project, "genericpipe plugins --format ") == {"text", "json"}
    assert complete(site.project, "genericpipe answer --wo", **plugged) == {"--word"}


def test_completion_of_names_of_files_and_keys(project: Any) -> None:
    made = project({"a.parset": "", "pipeline.cfg": "[site]\nhome = /x\n", "torn.cfg": "torn"})
    assert complete(made, "genericpipe lint a.") == {"a.parset"}
    assert complete(made, "genericpipe config set site.") == {"site.home"}
    assert "remote.max_per_node" in complete(made, "genericpipe config get remote.")
    assert complete(made, "genericpipe config get -c torn.cfg remote.me") == {"remote.method"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_what_a_shell_can_source(project: Any, shell: str) -> None:
    done = project().run("completion", shell).expect(0)
    assert "genericpipe" in done.stdout
    assert "_ARGCOMPLETE" in done.stdout
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=done.stdout, text=True, check=True)


def test_the_tables_of_commands_agree() -> None:
    assert {command.module for command in COMMANDS.values()} == set(BUILTIN["add_commands"])


def test_the_environment_of_the_process_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    before = dict(os.environ)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"genericpipe {genericpipe.__version__}\n"
    assert dict(os.environ) == before


def test_a_closed_standard_output_stops_nothing(project: Any) -> None:
    site = project({"a.parset": "pipeline.steps = []\n"})
    command = f"{sys.executable} -m genericpipe lint a.parset"
    status = site.run("lint", "a.parset").status
    done = subprocess.run(
        ["sh", "-c", f"{command} >&-"],
        cwd=site.path,
        env=site.environment(),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (status, "")
