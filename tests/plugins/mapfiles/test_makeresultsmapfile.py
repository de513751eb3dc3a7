"""makeResultsMapfile and changeDirectory against image contract 4.2: the same files in another folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe import GenericPipeError

Run = Callable[..., str]
BOTH = pytest.mark.parametrize(
    ("plugin", "key"), [("makeResultsMapfile", "target_dir"), ("changeDirectory", "new_dir")]
)


def test_results_keep_host_and_skip(run: Run, maps: Run) -> None:
    path = maps("in", ("n1", "/d/a.b.MS"), ("n2", "/d/c", True))
    assert run("makeResultsMapfile", mapfile_in=path, target_dir="/r") == (
        "[{'host': 'n1', 'file': '/r/a.b.MS', 'skip': False}, {'host': 'n2', 'file': '/r/c', 'skip': True}]"
    )


@pytest.mark.parametrize(
    ("suffix", "names"), [(".pre-cal.ms", ("a.b.pre-cal.ms", "c.pre-cal.ms")), ("", ("a.b", "c"))]
)
def test_a_new_suffix_takes_the_place_of_the_last(
    run: Run, maps: Run, suffix: str, names: tuple[str, str]
) -> None:
    path = maps("in", ("h", "/d/a.b.MS"), ("h", "/d/c"))
    assert run("makeResultsMapfile", mapfile_in=path, target_dir="/r", new_suffix=suffix) == (
        f"[{{'host': 'h', 'file': '/r/{names[0]}', 'skip': False}}, "
        f"{{'host': 'h', 'file': '/r/{names[1]}', 'skip': False}}]"
    )


@pytest.mark.parametrize(("value", "made"), [("True", True), ("1", True), ("False", False), (None, False)])
def test_the_folder_is_made_where_asked_for(
    run: Run, maps: Run, tmp_path: Path, value: str | None, made: bool
) -> None:
    folder = tmp_path / "some" / "results"
    keywords = {} if value is None else {"make_target_dir": value}
    run("makeResultsMapfile", mapfile_in=maps("in", ("h", "/d/a")), target_dir=str(folder), **keywords)
    assert folder.is_dir() is made


def test_a_file_in_the_folders_place(run: Run, maps: Run, tmp_path: Path) -> None:
    file = tmp_path / "results"
    file.touch()
    path = maps("in", ("h", "/d/a"))
    with pytest.raises(
        GenericPipeError, match=f"^makeResultsMapfile: target_dir = '{file}' is there and no fo"
    ):
        run("makeResultsMapfile", mapfile_in=path, target_dir=str(file), make_target_dir="True")
    assert not (tmp_path / "made.mapfile").exists()


def test_a_changed_directory_drops_what_is_skipped(run: Run, maps: Run) -> None:
    path = maps("in", ("n1", "/d/a.MS"), ("n2", "/d/b", True), ("n3", "/d/c"))
    assert run("changeDirectory", mapfile_in=path, new_dir="/new", append=".x") == (
        "[{'host': 'n1', 'file': '/new/a.MS.x', 'skip': False}, "
        "{'host': 'n3', 'file': '/new/c.x', 'skip': False}]"
    )


@pytest.mark.parametrize(
    ("number", "hosts"),
    [
        ("1", ["n1", "n2", "n2", "n2", "n1"]),
        ("2", ["n1", "n1", "n2", "n2", "n1"]),
        ("3", ["n1", "n1", "n1", "n2", "n2"]),
        ("", ["n1", "n2", "n2", "n2", "n1"]),
    ],
)
def test_hosts_in_turn(run: Run, maps: Run, number: str, hosts: list[str]) -> None:
    given = ["n1", "n2", "n2", "n2", "n1"]
    entries = [("n9", "/d/s", True), *((host, f"/d/{place}") for place, host in enumerate(given))]
    made = run("changeDirectory", mapfile_in=maps("in", *entries), new_dir="/n", nitems_per_host=number)
    assert made == repr(
        [{"host": host, "file": f"/n/{place}", "skip": False} for place, host in enumerate(hosts)]
    )


@BOTH
def test_lists_move_file_by_file(run: Run, mapfile: Run, plugin: str, key: str) -> None:
    path = mapfile("[{'host': 'h', 'file': ['/d/a', '/e/b'], 'skip': False}]")
    assert (
        run(plugin, mapfile_in=path, **{key: "/r"}) == "[{'host': 'h', 'file': '[/r/a,/r/b]', 'skip': False}]"
    )


@BOTH
def test_a_file_without_a_name(run: Run, maps: Run, plugin: str, key: str) -> None:
    path = maps("in", ("h", "/d/a"), ("h", "/d/"))
    with pytest.raises(GenericPipeError) as caught:
        run(plugin, mapfile_in=path, **{key: "/r"})
    assert str(caught.value).splitlines()[0] == f"{plugin}: mapfile_in: entry 2 of {path} has no name: '/d/'"


@BOTH
def test_two_files_of_one_name(run: Run, maps: Run, plugin: str, key: str) -> None:
    same = maps("in", ("h", "/d/a"), ("h", "/e/a", True), ("n", "/e/a"), ("h", "/d/a"))
    assert "/r/a" in run(plugin, mapfile_in=same, **{key: "/r"})  # another host, or the very same file
    path = maps("in", ("h", "/d/a"), ("h", "/e/a"))
    with pytest.raises(GenericPipeError) as caught:
        run(plugin, mapfile_in=path, **{key: "/r"})
    assert str(caught.value).splitlines()[0] == f"{plugin}: mapfile_in: /d/a and /e/a would both become /r/a"


@BOTH
def test_an_empty_map(run: Run, maps: Run, caplog: pytest.LogCaptureFixture, plugin: str, key: str) -> None:
    assert run(plugin, mapfile_in=maps("in"), **{key: "/r"}) == "[]"
    assert "has no entries" in caplog.text


@pytest.mark.parametrize("number", ["0", "-1", "x"])
def test_numbers_of_items_that_cannot_be(run: Run, maps: Run, number: str) -> None:
    with pytest.raises(
        GenericPipeError, match=r"^changeDirectory: nitems_per_host = .* is no whole number from 1"
    ):
        run("changeDirectory", mapfile_in=maps("in"), new_dir="/n", nitems_per_host=number)
