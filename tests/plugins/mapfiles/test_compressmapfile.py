"""compressMapfile against image contract 4.2: spelling 2, chunks, hosts, what is refused."""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from genericpipe_plugins.mapfiles import compressMapfile
from hypothesis import given
from hypothesis import strategies as st

from genericpipe import GenericPipeError, entries_of

Run = Callable[..., str]
Maps = Callable[..., str]


def test_all_files_become_one_entry_on_the_first_host(run: Run, maps: Maps) -> None:
    path = maps("in", ("n9", "/d/x", True), ("n1", "/d/a.MS"), ("n2", "/d/b.MS"), ("n1", "/d/c.MS"))
    assert run("compressMapfile", mapfile_in=path) == (
        "[{'host': 'n1', 'file': '[/d/a.MS,/d/b.MS,/d/c.MS]', 'skip': False}]"
    )


@pytest.mark.parametrize("size", ["-1", "0", "-7", "", " 99 "])
def test_numbers_that_mean_all(run: Run, maps: Maps, size: str) -> None:
    path = maps("in", ("h", "/a"), ("h", "/b"))
    assert run("compressMapfile", mapfile_in=path, nitems_to_compress=size) == (
        "[{'host': 'h', 'file': '[/a,/b]', 'skip': False}]"
    )


def test_chunks_have_the_host_of_their_first_item(run: Run, maps: Maps) -> None:
    path = maps(
        "in", ("n1", "/a"), ("n2", "/b"), ("n2", "/s", True), ("n2", "/c"), ("n3", "/d"), ("n4", "/e")
    )
    assert run("compressMapfile", mapfile_in=path, nitems_to_compress="2") == (
        "[{'host': 'n1', 'file': '[/a,/b]', 'skip': False}, "
        "{'host': 'n2', 'file': '[/c,/d]', 'skip': False}, "
        "{'host': 'n4', 'file': '[/e]', 'skip': False}]"
    )


@pytest.mark.parametrize(
    "field",
    ["['/a', '/b']", "'[/a,/b]'", "'[/a, /b]'", "\"['/a', '/b']\""],
    ids=["spelling 1", "spelling 2", "with a blank", "spelling 3"],
)
def test_lists_in_any_spelling_are_flattened(run: Run, mapfile: Run, field: str) -> None:
    """LOFAR's own failed on the first (image contract 4.1)."""
    path = mapfile(
        f"[{{'host': 'h', 'file': {field}, 'skip': False}}, {{'host': 'h', 'file': '/c', 'skip': False}}]"
    )
    assert run("compressMapfile", mapfile_in=path) == ("[{'host': 'h', 'file': '[/a,/b,/c]', 'skip': False}]")


def test_lists_are_not_cut(run: Run, mapfile: Run) -> None:
    """LOFAR's own lost files (image contract 4.2)."""
    path = mapfile("[{'host': 'h', 'file': '[/a,/b]', 'skip': False}]")
    with pytest.raises(GenericPipeError) as caught:
        run("compressMapfile", mapfile_in=path, nitems_to_compress="1")
    assert str(caught.value).splitlines()[0] == (
        f"compressMapfile: mapfile_in: {path} has lists of files, which cannot be put into chunks of 1: "
        "[/a,/b]"
    )


@pytest.mark.parametrize(
    ("entries", "why"),
    [((), "has no entries"), ((("h", "/a", True),), "skips all its entries")],
)
def test_nothing_to_compress(run: Run, maps: Maps, entries: tuple[object, ...], why: str) -> None:
    path = maps("in", *entries)
    with pytest.raises(GenericPipeError, match=f"^compressMapfile: mapfile_in: the mapfile {path} {why}"):
        run("compressMapfile", mapfile_in=path)


def test_an_entry_without_a_file(run: Run, maps: Maps) -> None:
    path = maps("in", ("h", "/a", True), ("h", "/b"), ("h", ""))
    with pytest.raises(GenericPipeError, match=f"mapfile_in: entry 3 of {path} names no file"):
        run("compressMapfile", mapfile_in=path)


def test_a_name_with_a_comma_is_told(run: Run, maps: Maps, caplog: pytest.LogCaptureFixture) -> None:
    path = maps("in", ("h", "/a"), ("h", "/b,c"))
    assert "[/a,/b,c]" in run("compressMapfile", mapfile_in=path)
    assert "compressMapfile: programs cannot tell '/b,c' apart" in caplog.text


def test_a_method_does_not_matter(run: Run, maps: Maps, caplog: pytest.LogCaptureFixture) -> None:
    """Thirteen archived parsets give one."""
    path = maps("in", ("h", "/a"))
    assert run("compressMapfile", mapfile_in=path, method="mapfile_all_to_one") == (
        "[{'host': 'h', 'file': '[/a]', 'skip': False}]"
    )
    assert caplog.text == ""
    with pytest.raises(GenericPipeError, match=r"^compressMapfile: the key 'mapfile_in' is missing"):
        run("compressMapfile", method="mapfile_all_to_one")


NAMES = st.text("abc/._-X0", min_size=1, max_size=6)


@given(st.lists(st.tuples(NAMES, st.booleans()), min_size=1, max_size=9), st.integers(-1, 4))
def test_no_file_is_lost_or_moved(entries: list[tuple[str, bool]], size: int) -> None:
    kept = [name for name, skip in entries if not skip]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "in.mapfile")
        path.write_text(repr([("h", name, skip) for name, skip in entries]))
        given = {"mapfile_in": str(path), "mapfile_dir": folder, "filename": "out"}
        if not kept:
            with pytest.raises(GenericPipeError):
                compressMapfile.plugin_main([], **given, nitems_to_compress=str(size))
            return
        compressMapfile.plugin_main([], **given, nitems_to_compress=str(size))
        made = [entries_of(one["file"]) for one in ast.literal_eval(Path(folder, "out").read_text())]
    assert [file for files in made for file in files] == kept
    if size > 0:
        assert [len(files) for files in made[:-1]] == [size] * (len(made) - 1)
        assert 0 < len(made[-1]) <= size
    else:
        assert len(made) == 1
