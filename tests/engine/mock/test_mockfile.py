"""The mock file: what it may say, and how it is told what it may not."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from genericpipe.engine.mock.mockfile import MadeFailure, MadeMap, MockFile, read_mock_file
from genericpipe.errors import ConfigError

if TYPE_CHECKING:
    from tests.engine.mock.conftest import Stage

PIPELINE = """\
pipeline.steps = [work]
work.control.type = executable_args
work.control.executable = /no/such/program
work.control.mapfile_in = /no/such.mapfile
work.control.inputkey = a
work.argument.flags = [a]
"""


def said(tmp_path: Path, text: str) -> MockFile:
    """Return what a mock file with this text says."""
    path = tmp_path / "mock.toml"
    path.write_text(text, "utf-8")
    return read_mock_file(path)


def refused(tmp_path: Path, text: str) -> ConfigError:
    """Return the error about a mock file."""
    with pytest.raises(ConfigError) as caught:
        said(tmp_path, text)
    assert "\n" not in caught.value.message
    assert caught.value.location is not None
    assert caught.value.location.file == str(tmp_path / "mock.toml")
    return caught.value


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    file = said(tmp_path, "# nothing\n")
    assert file == MockFile(path=str(tmp_path / "mock.toml"))
    assert file.failure("any", 0) is None


def test_all_that_can_be_said(tmp_path: Path) -> None:
    file = said(
        tmp_path,
        """
        [inputs]
        "/data" = ["a.MS", "b.MS"]
        [mapfiles]
        "/maps/x.mapfile" = ["/data/a.MS", ["/data/b.MS", "/data/c.MS"]]
        [environment]
        LOFARROOT = "/opt/lofar"
        CORES = 8
        [returns.look]
        length = 3
        each = ["x", "y"]
        maps = {mapfile = ["/a", ["/b", "/c"]]}
        [[failures]]
        step = "work"
        entries = [0, 2]
        status = 137
        reason = "killed"
        [[failures]]
        step = "sub-other"
        """,
    )
    assert file.inputs == {"/data": ("a.MS", "b.MS")}
    assert file.mapfiles == {"/maps/x.mapfile": ("/data/a.MS", ("/data/b.MS", "/data/c.MS"))}
    assert file.environment == {"LOFARROOT": "/opt/lofar", "CORES": "8"}
    assert file.returns == {
        "look": {"length": "3", "each": ("x", "y"), "maps": MadeMap(("/a", ("/b", "/c")))}
    }
    assert file.failures == (MadeFailure("work", (0, 2), 137, "killed"), MadeFailure("sub-other"))
    assert file.failure("work", 1) is None
    assert file.failure("work", 2) == file.failures[0]
    assert file.failure("sub-other", 7) == file.failures[1]


@pytest.mark.parametrize(
    ("text", "line", "words", "hint"),
    [
        ("[inputs]\nx = [\n", 2, "no TOML", ""),
        ("[inputs]\n/data = ['a']\n", 2, "no TOML", ""),
        ("[inputs]\n'a' = ['x']\n'a' = ['y']\n", 3, "no TOML", ""),
        ("[input]\n", 1, "no table [input]", "inputs"),
        ("\n[return.look]\nx = 1\n", 2, "no table [return]", "returns"),
        ("[frogs]\n", 1, "no table [frogs]", "there are environment, failures"),
        ("inputs = 3\n", 1, "inputs is to be a table", ""),
        ("[[mapfiles]]\nx = 1\n", 1, "mapfiles is to be a table", ""),
        ("[inputs]\n'/data' = 'a.MS'\n", 2, "a list of texts is wanted", ""),
        ("[inputs]\n'/data' = [['a.MS']]\n", 2, "text or a number is wanted", ""),
        ("[mapfiles]\n'/x' = 'a.MS'\n", 2, "a list of entries is wanted", ""),
        ("[mapfiles]\n'/x' = [{a = 1}]\n", 2, "text or a number is wanted", ""),
        ("[environment]\nA = ['x']\n", 2, "text or a number is wanted", ""),
        ("[returns]\nlook = 3\n", 2, "returns.look is to be a table", ""),
        ("[returns.look]\nx = {map = ['a']}\n", 2, "{mapfile = [...]}", ""),
        ("[returns.look]\nx = {mapfile = 'a'}\n", 2, "a list of entries is wanted", ""),
        ("[returns.look]\nx = [['a']]\n", 2, "text or a number is wanted", ""),
        ("[failures]\nstep = 'a'\n", 1, "[[failures]]", ""),
        ("failures = [1]\n", 1, "[[failures]]", ""),
        ("[[failures]]\nentries = [1]\n", 1, "has to name its step", ""),
        ("[[failures]]\nstep = 3\n", 2, "has to name its step", ""),
        ("[[failures]]\nstep = 'a'\nentry = [1]\n", 3, "no key 'entry'", "entries"),
        ("[[failures]]\nstep = 'a'\nentries = 1\n", 3, "a list of numbers", ""),
        ("[[failures]]\nstep = 'a'\nentries = [-1]\n", 3, "a list of numbers", ""),
        ("[[failures]]\nstep = 'a'\nentries = [true]\n", 3, "a list of numbers", ""),
        ("[[failures]]\nstep = 'a'\nentries = ['x']\n", 3, "a list of numbers", ""),
        ("[[failures]]\nstep = 'a'\nstatus = 0\n", 3, "from 1 to 255", ""),
        ("[[failures]]\nstep = 'a'\nstatus = 256\n", 3, "from 1 to 255", ""),
        ("[[failures]]\nstep = 'a'\nstatus = 'x'\n", 3, "from 1 to 255", ""),
        ("[[failures]]\nstep = 'a'\nreason = ['x']\n", 3, "text or a number is wanted", ""),
        # The line of the key itself, not of a value or a comment that happens to hold its text.
        ("[inputs]\n# x\n'/data' = ['x']\n[environment]\nx = []\n", 5, "text or a number", ""),
        ("[returns.a]\nx = 1\n[returns.b]\nx = [[1]]\n", 4, "text or a number", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, words: str, hint: str
) -> None:
    error = refused(tmp_path, text)
    assert words in error.message
    assert hint in error.hint
    assert error.location is not None
    assert error.location.line == line


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_mock_file(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_mock_file(tmp_path)
    (tmp_path / "mock.toml").write_bytes(b"[inputs]\nx = '\xff'\n")
    with pytest.raises(ConfigError, match="it is no UTF-8"):
        read_mock_file(tmp_path / "mock.toml")


def test_a_bad_mock_file_is_one_error_and_no_job_folder(stage: Stage) -> None:
    done = stage.mock(PIPELINE, file="[input]\n", status=3)
    assert "mock.toml:1" in done.stderr
    assert "there is no table [input] in a mock file" in done.stderr
    assert "did you mean 'inputs'?" in done.stderr
    assert not stage.folder.exists()


@pytest.mark.parametrize(
    "text", ["[returns.wrok]\nx = 1\n", '[[failures]]\nstep = "wrok"\n', '\n\n[returns]\n"wrok" = {}\n']
)
def test_an_unknown_step_is_told_with_the_nearest_one(stage: Stage, text: str) -> None:
    done = stage.mock(PIPELINE, file=text, status=3)
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "wrok" in one)
    assert f"mock.toml:{line}: " in done.stderr
    assert "step 'wrok', which the pipeline does not have" in done.stderr
    assert "did you mean 'work'?" in done.stderr
    assert not stage.folder.exists()


def test_a_mock_file_without_a_mock_run_is_a_slip(stage: Stage) -> None:
    stage.project.write("mock.toml", "")
    stage.project.write("p.parset", PIPELINE)
    done = stage.project.run("run", "--mock-file", "mock.toml", "p.parset").expect(2)
    assert "--mock-file without --mock" in done.stderr


def test_a_mock_file_that_is_not_there(stage: Stage) -> None:
    done = stage.mock(PIPELINE, "--mock-file", "none.toml", status=3)
    assert "none.toml: the mock file cannot be read: No such file or directory" in done.stderr


def test_every_table_and_key_is_in_the_how_to() -> None:
    page = (Path(__file__).parents[3] / "docs/howto/mock.md").read_text("utf-8")
    section = page.partition("\n## The mock file\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?:`\[+(\w+)[^`]*`)? *\| (?:`(\w+)`)?", section, re.MULTILINE)
    tables = {table for table, _ in rows if table}
    keys = {key for _, key in rows if key}
    assert tables == {one.name for one in dataclasses.fields(MockFile)} - {"path", "steps"}
    assert keys == {one.name for one in dataclasses.fields(MadeFailure)}
