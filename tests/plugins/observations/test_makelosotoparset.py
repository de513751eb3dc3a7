from __future__ import annotations

import configparser
import os
from pathlib import Path

import pytest
from genericpipe_plugins.observations import makeLosotoParset

from genericpipe import GenericPipeError

# As archived pipelines write it.
GIVEN = {
    "steps": "[plotP3, flag,plotB3]",
    "global.ncpu": "8",
    "flag.soltab": "sol000/amplitude000",
    "flag.operation": "FLAG",
    "flag.axesToFlag": "[time,freq]",
    "plotB3.operation": "PLOT",
    "plotB3.time.minmaxstep": "[0,1e20,500000]",
    "plotB3.freq;minmaxstep": "[0,300e6,100]",
    "plotP3.operation": "PLOT",
    "plotP3.prefix": "",
    "unused.operation": "PLOT",
}
# image contract 4.2: the global options, then a section for each step, in the order of steps.
WRITTEN = """\
ncpu = 8

[plotP3]
operation = PLOT
prefix =\x20

[flag]
soltab = sol000/amplitude000
operation = FLAG
axesToFlag = [time,freq]

[plotB3]
operation = PLOT
time.minmaxstep = [0,1e20,500000]
freq.minmaxstep = [0,300e6,100]
"""


def test_the_file(tmp_path: Path) -> None:
    path = tmp_path / "losoto.parset"
    for _ in range(2):
        assert makeLosotoParset.plugin_main([], filename=str(path), **GIVEN) == 0
        assert path.read_text() == WRITTEN
    assert os.listdir(tmp_path) == ["losoto.parset"]


def test_losoto_can_read_it(tmp_path: Path) -> None:
    """LoSoTo reads it with Python's configparser, the global options under a section of its own."""
    path = tmp_path / "losoto.parset"
    makeLosotoParset.plugin_main([], filename=str(path), **GIVEN)
    parser = configparser.RawConfigParser()
    parser.read_string("[_global]\n" + path.read_text())
    assert parser.sections() == ["_global", "plotP3", "flag", "plotB3"]
    assert parser["_global"]["ncpu"] == "8"
    assert parser["plotB3"]["time.minmaxstep"] == "[0,1e20,500000]"


@pytest.mark.parametrize("steps", ["a", "[a]", "['a']", "[ a ]"])
def test_one_step_and_no_global_options(tmp_path: Path, steps: str) -> None:
    path = tmp_path / "p"
    makeLosotoParset.plugin_main([], filename=str(path), steps=steps, **{"a.operation": "RESET"})
    assert path.read_text() == "[a]\noperation = RESET\n"


def test_steps_without_brackets(tmp_path: Path) -> None:
    path = tmp_path / "p"
    makeLosotoParset.plugin_main([], filename=str(path), steps="b,a", **{"a.x": "1", "b.y": "2"})
    assert path.read_text() == "[b]\ny = 2\n\n[a]\nx = 1\n"


def test_what_losoto_will_not_like_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "p"
    given = {"plotP3.operation": "PLOT", "flag.operation": "FLAG"}
    makeLosotoParset.plugin_main([], filename=str(path), steps="[plotP,flag,flag]", **given)
    assert path.read_text() == "[plotP]\n\n[flag]\noperation = FLAG\n\n[flag]\noperation = FLAG\n"
    assert "the step 'plotP' has no options; did you mean 'plotP3'?" in caplog.text
    assert "the step 'flag' stands twice in steps" in caplog.text


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"steps": "[a]"}, "the key 'filename' is missing"),
        ({"filename": "p"}, "the key 'steps' is missing"),
        ({"filename": "p", "steps": "[]"}, "steps = '[]' is an empty list"),
        (
            {"filename": "/none/p", "steps": "[a]"},
            "filename: /none/p cannot be written: No such file or directory",
        ),
    ],
)
def test_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keywords: dict[str, str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GenericPipeError) as caught:
        makeLosotoParset.plugin_main([], **keywords)
    assert caught.value.message == f"makeLosotoParset: {message}"
    assert os.listdir(tmp_path) == []


def test_a_folder_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    with pytest.raises(GenericPipeError, match=r"filename: .*/p cannot be written: Is a directory"):
        makeLosotoParset.plugin_main([], filename=str(tmp_path / "p"), steps="[a]")
    assert os.listdir(tmp_path) == ["p"]
