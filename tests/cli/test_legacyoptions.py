"""The command line of genericpipeline.py, option by option (contract 1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from genericpipe.cli.legacyoptions import LegacyOptions, check_paths, parse
from genericpipe.errors import UsageError


def test_a_parset_alone() -> None:
    assert parse(["a.parset"]) == LegacyOptions("a.parset")
    assert parse(["a.parset"]).level == "INFO"


@pytest.mark.parametrize(
    "words",
    [
        ["a.parset", "-c", "p.cfg"],
        ["-c", "p.cfg", "a.parset"],
        ["-cp.cfg", "a.parset"],
        ["--config=p.cfg", "a.parset"],
        ["--config", "p.cfg", "a.parset"],
        ["--conf", "p.cfg", "a.parset"],
        ["-c", "p.cfg", "--", "a.parset"],
    ],
)
def test_every_way_to_write_an_option(words: list[str]) -> None:
    assert parse(words) == LegacyOptions("a.parset", config="p.cfg")


def test_all_options_with_a_value() -> None:
    words = ["-j", "job", "-t", "[a.cfg, b.cfg]", "-r", "/r", "-w", "/w", "--start-time", "then", "x.parset"]
    assert parse(words) == LegacyOptions(
        "x.parset",
        job_name="job",
        task_files=("a.cfg", "b.cfg"),
        runtime_directory="/r",
        working_directory="/w",
        start_time="then",
    )


@pytest.mark.parametrize(
    ("short", "attribute"), [("--job", "job_name"), ("--run", "runtime_directory"), ("--st", "start_time")]
)
def test_unique_prefixes(short: str, attribute: str) -> None:
    assert getattr(parse(["a.parset", short, "value"]), attribute) == "value"


def test_of_task_files_given_twice_the_last_wins() -> None:
    assert parse(["-t", "a,b", "-t", "c", "x.parset"]).task_files == ("c",)


@pytest.mark.parametrize(
    ("words", "level"),
    [
        (["-d"], "DEBUG"),
        (["-v"], "INFO"),
        (["-vd"], "DEBUG"),
        (["-dv"], "INFO"),
        (["-d", "-v"], "INFO"),
        (["--verbose", "--debug"], "DEBUG"),
        (["--loglevel", "warning"], "WARNING"),
        (["--loglevel=ERROR"], "ERROR"),
        (["-d", "--loglevel", "WARN"], "WARNING"),
        (["--loglevel", "ERROR", "-d"], "DEBUG"),
    ],
)
def test_of_the_levels_the_last_wins(words: list[str], level: str) -> None:
    assert parse([*words, "a.parset"]).level == level


@pytest.mark.parametrize(
    ("words", "dry"),
    [
        (["a.parset", "-n"], True),
        (["-n", "a.parset"], True),
        (["-n", "True", "a.parset"], True),
        (["-n", "false", "a.parset"], False),
        (["--dry-run", "a.parset"], True),
        (["--dry-run=True", "a.parset"], True),
        (["--dry-run=False", "a.parset"], False),
        (["--dr=no", "a.parset"], False),
        (["-nTrue", "a.parset"], True),
        (["-vdn", "a.parset"], True),
        (["a.parset", "-n", "-d"], True),
    ],
)
def test_a_dry_run_takes_the_next_word_only_if_it_spells_a_boolean(words: list[str], dry: bool) -> None:
    options = parse(words)
    assert (options.parset, options.dry_run) == ("a.parset", dry)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "no parset"),
        (["a.parset", "b.parset"], "b.parset"),
        (["--d", "a.parset"], "ambiguous option: --d"),
        (["--nonsense", "a.parset"], "no such option: --nonsense"),
        (["a.parset", "-c"], "-c option requires 1 argument"),
        (["--loglevel", "loud", "a.parset"], "'loud' is not one of"),
        (["--dry-run=maybe", "a.parset"], "'maybe' is neither"),
    ],
)
def test_wrong_usage(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(words)
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == ""
    assert said.err.startswith("Usage: genericpipeline.py PARSET [options]")
    assert told in said.err


@pytest.mark.parametrize("word", ["-h", "--help", "--he"])
def test_help(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse([word])
    said = capsys.readouterr()
    assert ended.value.code == 0
    assert said.err == ""
    for option in (
        "--verbose --debug --job-name --config --task-file --runtime-directory --working-directory "
        "--start-time --dry-run --loglevel"
    ).split():
        assert option in said.out
    assert "\nOutputs:\n" in said.out


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["-c", "gone.cfg"], "option -c: there is no file 'gone.cfg'"),
        (["-c", "."], "option -c: there is no file '.'"),
        (["-t", "here.cfg,gone.cfg"], "option -t: there is no file 'gone.cfg'"),
        (["-r", "gone"], "option -r: there is no folder 'gone'"),
        (["-r", "here.cfg"], "option -r: there is no folder 'here.cfg'"),
    ],
)
def test_paths_that_are_not_there(
    option: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.parset").touch()
    Path("here.cfg").touch()
    with pytest.raises(UsageError) as caught:
        check_paths(parse(["a.parset", *option]))
    assert caught.value.message == message


def test_a_parset_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Unable to open file .*/gone\.parset"):
        check_paths(LegacyOptions(str(tmp_path / "gone.parset")))
