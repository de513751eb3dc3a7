"""addListMapfile against image contract 4.2: hosts in turn, maps of lists, the checks of production."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe import GenericPipeError

Run = Callable[..., str]


def fields(text: str) -> list[tuple[str, str, bool]]:
    """Return (host, file, skip) of each entry of a map's text."""
    return [(one["host"], one["file"], one["skip"]) for one in ast.literal_eval(text)]


def test_one_entry_per_file_and_hosts_in_turn(run: Run) -> None:
    assert run("addListMapfile", files="[/a, '/b c' ,\"/d\",/e,/f]", hosts="[n1,n2]") == (
        "[{'host': 'n1', 'file': '/a', 'skip': False}, {'host': 'n2', 'file': '/b c', 'skip': False}, "
        "{'host': 'n1', 'file': '/d', 'skip': False}, {'host': 'n2', 'file': '/e', 'skip': False}, "
        "{'host': 'n1', 'file': '/f', 'skip': False}]"
    )


@pytest.mark.parametrize("hosts", ["['localhost']", "[localhost]", "localhost", "[localhost, n1]"])
@pytest.mark.parametrize("files", ["[ /p/Ateam.skymodel ]", "['/p/Ateam.skymodel']", "/p/Ateam.skymodel"])
def test_the_spellings_of_archived_parsets(run: Run, files: str, hosts: str) -> None:
    assert run("addListMapfile", files=files, hosts=hosts) == (
        "[{'host': 'localhost', 'file': '/p/Ateam.skymodel', 'skip': False}]"
    )


def test_a_list_without_brackets(run: Run) -> None:
    assert fields(run("addListMapfile", files="/a, /b", hosts="h")) == [
        ("h", "/a", False),
        ("h", "/b", False),
    ]


def test_a_map_of_lists(run: Run, mapfile: Run) -> None:
    path = mapfile("[('x', ['/a', '/b'], False), ('x', '[/c,/d]', True), ('x', '/e', False)]")
    assert fields(run("addListMapfile", files=path, hosts="[n1, n2]")) == [
        ("n1", "/a", False),
        ("n2", "/b", False),
        ("n1", "/c", True),
        ("n2", "/d", True),
        ("n1", "/e", False),
    ]


def test_a_file_that_is_no_map_is_the_file(run: Run, tmp_path: Path) -> None:
    sky = tmp_path / "a.skymodel"
    sky.write_text("# (Name, Type, Ra, Dec, I) = format\n")
    assert fields(run("addListMapfile", files=str(sky), hosts="h")) == [("h", str(sky), False)]


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"hosts": "h"}, "addListMapfile: the key 'files' is missing"),
        ({"files": "[/a]"}, "addListMapfile: the key 'hosts' is missing"),
        ({"files": "[]", "hosts": "h"}, "addListMapfile: files = '[]' is an empty list"),
        ({"files": "[ ]", "hosts": "h"}, "addListMapfile: files = '[ ]' is an empty list"),
        ({"files": "['/a', '']", "hosts": "h"}, "addListMapfile: files = \"['/a', '']\" has an empty item"),
        ({"files": "[/a]", "hosts": "[]"}, "addListMapfile: hosts = '[]' is an empty list"),
        (
            {"files": "/no/in.mapfile", "hosts": "h"},
            "/no/in.mapfile: addListMapfile: files: the mapfile cannot be read: No such file or directory",
        ),
        (
            {"files": "[/a]", "hosts": "h", "check_files_exist": "perhaps"},
            "addListMapfile: check_files_exist = 'perhaps' is no truth value",
        ),
    ],
)
def test_errors(run: Run, tmp_path: Path, keywords: dict[str, str], message: str) -> None:
    """LOFAR's own made an entry without a name of an empty list."""
    with pytest.raises(GenericPipeError) as caught:
        run("addListMapfile", **keywords)
    assert str(caught.value).splitlines()[0] == message
    assert not (tmp_path / "made.mapfile").exists()


def test_an_empty_map_of_lists(run: Run, mapfile: Run) -> None:
    with pytest.raises(GenericPipeError, match=r"files: the mapfile .* has no entries"):
        run("addListMapfile", files=mapfile("[]"), hosts="h")


@pytest.fixture
def measurement_sets(tmp_path: Path) -> Path:
    """Return a folder with a measurement set with DATA, one without, a file and a folder."""
    tables = pytest.importorskip("casacore.tables")
    for name in ("good.MS", "bare.MS"):
        tables.default_ms(str(tmp_path / name)).close()
    data = tables.makearrcoldesc("DATA", 0j, ndim=2)
    with tables.table(str(tmp_path / "good.MS"), readonly=False, ack=False) as table:
        table.addcols(tables.maketabdesc(data))
    (tmp_path / "text.MS").write_text("no table")
    (tmp_path / "folder.MS").mkdir()
    return tmp_path


def test_missing_files_are_skipped(
    run: Run, measurement_sets: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = [str(measurement_sets / name) for name in ("good.MS", "none.MS", "text.MS")]
    made = run("addListMapfile", files=str(files), hosts="[localhost]", check_files_exist="True")
    assert [skip for _, _, skip in fields(made)] == [False, True, False]
    assert [file for _, file, _ in fields(made)] == files
    assert f"addListMapfile: {files[1]} is skipped: there is no such file" in caplog.text


def test_files_without_the_column_are_skipped(
    run: Run, measurement_sets: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("good.MS", "none.MS", "bare.MS", "text.MS", "folder.MS")
    files = [str(measurement_sets / name) for name in names]
    made = run(
        "addListMapfile",
        files=f"[{', '.join(files)}]",
        hosts="[localhost]",
        check_files_exist="True",
        check_ms_column="DATA",
    )
    assert [skip for _, _, skip in fields(made)] == [False, True, True, True, True]
    assert f"{files[2]} is skipped: it has no column DATA" in caplog.text
    for file in files[3:]:
        assert f"{file} is skipped: it cannot be opened as a measurement set: " in caplog.text


def test_the_column_counts_only_together_with_the_files(run: Run, measurement_sets: Path) -> None:
    files = f"[{measurement_sets / 'bare.MS'}, /none.MS]"
    for check in ({}, {"check_files_exist": "False"}):
        made = run("addListMapfile", files=files, hosts="h", check_ms_column="DATA", **check)
        assert [skip for _, _, skip in fields(made)] == [False, False]


@pytest.mark.parametrize("column", ["", " ", "None", "False"])
def test_no_column_to_look_for(run: Run, measurement_sets: Path, column: str) -> None:
    keywords = {"check_files_exist": "True", "check_ms_column": column}
    made = run("addListMapfile", files=f"[{measurement_sets / 'text.MS'}]", hosts="h", **keywords)
    assert [skip for _, _, skip in fields(made)] == [False]


def test_no_file_left(run: Run) -> None:
    """LOFAR's own went on and died later (image contract 6)."""
    with pytest.raises(GenericPipeError) as caught:
        run("addListMapfile", files="[/no/a.MS, /no/b.MS]", hosts="h", check_files_exist="True")
    assert str(caught.value).splitlines()[0] == (
        "addListMapfile: files: none of them can be used: /no/b.MS: there is no such file"
    )


def test_casacore_is_imported_only_for_columns(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from genericpipe_plugins.mapfiles.addListMapfile import plugin_main\n"
        f"plugin_main([], files='[{tmp_path}]', hosts='h', mapfile_dir={str(tmp_path)!r}, filename='m', "
        "check_files_exist='True')\n"
        "print('casacore' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
