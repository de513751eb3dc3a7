"""Step plugins that open data answer without any in a mock run; all others are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from genericpipe import Job, JobIdentity, PythonCall

from .conftest import Mock

_FIRST, _SECOND = "/data/L1_SB000.MS", "/data/L1_SB001.MS"


@pytest.mark.parametrize(
    ("plugin", "keys", "key", "value"),
    [
        ("getTargetName", "", "targetName", "mock-target"),
        ("findRefAnt", "station_filter = CS.*", "refant", "CS001HBA0"),
        (
            "compareStationList",
            "filter = [CR]S*&\nask.control.h5parmdb = /a.h5\nask.control.solset_name = target",
            "filter",
            "[CR]S*&",
        ),
        ("compareStationListVLBI", "filter = *&", "filter", "*&"),
        ("identifyBadAntennas", "filter = *&\nask.control.other = x", "filter", "*&"),
    ],
)
def test_what_is_read_in_data(mock: Mock, plugin: str, keys: str, key: str, value: str) -> None:
    lines = f"ask.control.kind = plugin\nask.control.type = {plugin}\n"
    lines += "ask.control.mapfile_in = files.output.mapfile\n"
    done = mock(lines + (f"ask.control.{keys}\n" if keys else ""))
    assert done.results("ask") == {key: value}


def _list(name: str, *lines: str) -> str:
    keys = ("kind = plugin", "mapfile_dir = input.output.mapfile_dir", f"filename = {name}.mapfile", *lines)
    return "".join(f"{name}.control.{key}\n" for key in keys)


@pytest.mark.parametrize(
    ("number", "chosen"),
    # Image contract 4.2: at least 2, at most all, index round(i*(n-1)/(num-1)).
    [(1, [0, 4]), (3, [0, 2, 4]), (4, [0, 1, 3, 4]), (9, [0, 1, 2, 3, 4])],
)
def test_frequencies_are_spread_evenly(mock: Mock, number: int, chosen: list[int]) -> None:
    files = [f"/d/{letter}.MS" for letter in "abcde"]
    done = mock(
        _list("bands", "type = addListMapfile", "hosts = [localhost]", f"files = [{', '.join(files)}]")
        + _list("few", "type = selectDistFreqs", "mapfile_in = bands.output.mapfile", f"num = {number}")
        + _list(
            "sizes",
            "type = matchDistFreqs",
            "mapfile_in = bands.output.mapfile",
            "mapfile_dist = few.output.mapfile",
            "mapfile_full = bands.output.mapfile",
        )
    )
    assert done.map("few.mapfile") == [files[index] for index in chosen]
    assert done.map("sizes.mapfile") == done.map("few.mapfile")


@pytest.mark.parametrize("checks", [(), ("check_ms_column = DATA",)])
def test_listed_files_need_not_be_there(mock: Mock, checks: tuple[str, ...]) -> None:
    lines = ("type = addListMapfile", "hosts = [n1, n2]", f"files = [{_FIRST}, {_SECOND}, /data/c.MS]")
    done = mock(_list("given", *lines, "check_files_exist = True", *checks))
    assert done.map("given.mapfile") == [_FIRST, _SECOND, "/data/c.MS"]
    assert "'host': 'n2', 'file': '/data/L1_SB001.MS', 'skip': False" in (
        done.folder / "mapfiles" / "given.mapfile"
    ).read_text("utf-8")


def test_an_empty_list_becomes_made_up_inputs(mock: Mock) -> None:
    done = mock(_list("given", "type = addListMapfile", "hosts = [localhost]", "files = []"))
    assert [Path(file).name for file in done.map("given.mapfile")] == [
        f"L123456_SB00{number}_uv.MS" for number in range(3)
    ]


def test_copies_are_listed_and_made_in_the_job_folder_alone(mock: Mock, outside: Path) -> None:
    done = mock(
        _list(
            "copies",
            "type = copyFiles",
            "hosts = [localhost]",
            "input_file = /data/full-MFS-image.fits",
            f"output_files = [input.output.job_directory/out/a.fits, {outside}/b.fits]",
        )
    )
    assert done.map("copies.mapfile") == [str(done.folder / "out" / "a.fits"), str(outside / "b.fits")]
    assert (done.folder / "out" / "a.fits").read_bytes().startswith(b"SIMPLE  =")
    assert list(outside.iterdir()) == []


def test_linked_copies_are_listed_by_the_name_in_capitals(mock: Mock) -> None:
    done = mock(
        _list(
            "copies",
            "type = copyFiles",
            "hosts = [localhost]",
            "input_mapfile = files.output.mapfile",
            "output_files = [input.output.job_directory/out/a.MS, input.output.job_directory/out/b.MS]",
            "use_symlinks = True",
        )
    )
    # Image contract 2.5: every entry names the upper-case copy.
    assert done.map("copies.mapfile") == [str(done.folder / "out" / "L1_SB000.MS")] * 2


def test_other_plugins_are_called(mock: Mock) -> None:
    mock(
        _list("wrong", "type = mapfileMaxSize", "mapfile_in = files.output.mapfile"),
        status=1,  # its input holds no sizes: the plugin itself says so
    )


def test_a_plugin_has_no_folder_of_its_own(tmp_path: Path) -> None:
    """It starts in the folder of the command, where its user's own files are."""
    from genericpipe_plugins.mock.making import Maker

    call = PythonCall("copyFiles", (), {}, "plugin_main", is_module=True, is_step_plugin=True)
    log = tmp_path / "job" / "logs" / "start" / "step" / "0.log"
    job = Job(JobIdentity("step", 0), "localhost", (), {}, tmp_path, log, log, call=call)
    made = Maker(job)
    assert not made.is_own(str(tmp_path / "mine.fits"))
    assert made.is_own(str(tmp_path / "job" / "a.fits"))
    assert not made.is_own(str(tmp_path / "job" / ".." / "mine.fits"))
    assert not made.is_own(str(tmp_path / "job"))
