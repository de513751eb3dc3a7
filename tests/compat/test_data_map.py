"""`lofarpipe.support.data_map` as scripts import it: errors, old functions, another interpreter (14)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import genericpipe.compat
from genericpipe.errors import GenericPipeError, MapfileError
from genericpipe.mapfile import DataProduct

COMPAT = Path(genericpipe.compat.__file__).parent


@pytest.fixture
def data_map(compat: Callable[[str], ModuleType]) -> ModuleType:
    """Return the module as a site plugin in our own process imports it."""
    return compat("lofarpipe.support.data_map")


@pytest.fixture
def exceptions(data_map: ModuleType) -> ModuleType:
    """Return the module of LOFAR's exceptions."""
    return import_module("lofarpipe.support.lofarexceptions")


def test_every_name_of_the_contract_can_be_imported(data_map: ModuleType) -> None:
    names = {"DataMap", "DataProduct", "MultiDataMap", "MultiDataProduct", "DataMapError"}
    names |= {"validate_data_maps", "align_data_maps", "load_data_map", "store_data_map", "tally_data_map"}
    assert names == set(data_map.__all__)
    assert all(hasattr(data_map, name) for name in names)


def test_lofars_exceptions_and_their_ancestry(exceptions: ModuleType) -> None:
    ours = ("PipelineRecipeFailed", "PipelineReceipeNotFound", "PipelineQuit", "ClusterError", "DataMapError")
    assert all(issubclass(getattr(exceptions, name), exceptions.PipelineException) for name in ours)
    assert issubclass(exceptions.PipelineException, Exception)
    assert issubclass(exceptions.ExecutableMissing, Exception)
    assert not issubclass(exceptions.ExecutableMissing, exceptions.PipelineException)


def test_a_script_may_raise_the_exceptions_itself(exceptions: ModuleType) -> None:
    with pytest.raises(exceptions.PipelineException, match=r"^no data$"):
        raise exceptions.DataMapError("no data")
    with pytest.raises(exceptions.DataMapError, match=r"^$"):
        raise exceptions.DataMapError
    assert exceptions.PipelineException("a", 1).args == ("a", 1)


def test_a_broken_file_raises_an_error_of_both_names(data_map: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "broken.mapfile"
    path.write_text("[{'host': 'h', 'file': 'f', 'skip': False},\n oops]")
    for kind in (data_map.DataMap, data_map.MultiDataMap):
        with pytest.raises(
            data_map.DataMapError, match=r"broken\.mapfile:2: entry 2: only literals"
        ) as caught:
            kind.load(str(path))
        assert isinstance(caught.value, MapfileError)
        assert isinstance(caught.value, GenericPipeError)


def test_wrong_entries_raise_it_too(data_map: ModuleType) -> None:
    for kind in (data_map.DataMap, data_map.MultiDataMap):
        with pytest.raises(data_map.DataMapError, match="Failed to validate data map: entry 1"):
            kind([3])
        with pytest.raises(data_map.DataMapError, match="Failed to append item: 3"):
            kind().append(3)


def test_a_missing_file_is_an_ioerror_as_it_was(data_map: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(IOError, match="No such file") as caught:
        data_map.DataMap.load(str(tmp_path / "none"))
    assert isinstance(caught.value, FileNotFoundError)
    assert isinstance(caught.value, MapfileError)
    assert not isinstance(caught.value, data_map.DataMapError)


def test_classes_build_on_one_another(data_map: ModuleType) -> None:
    assert issubclass(data_map.MultiDataMap, data_map.DataMap)
    assert issubclass(data_map.MultiDataProduct, data_map.DataProduct)
    # Where genericpipe is imported, its own classes are used.
    assert data_map.DataProduct is DataProduct


def test_aligning(data_map: ModuleType) -> None:
    first = data_map.DataMap([("h", "/a", True), ("h", "/b", False)])
    second = data_map.DataMap([("h", "/c", False), ("h", "/d", False)])
    assert data_map.validate_data_maps(first, second) is True
    data_map.align_data_maps(first, second)
    assert [p.skip for p in second] == [True, False]
    with pytest.raises(data_map.DataMapError, match="Validation of data maps failed in align_data_map"):
        data_map.align_data_maps(first, data_map.DataMap())
    with pytest.raises(data_map.DataMapError, match="two maps"):
        data_map.align_data_maps(first)


def test_the_deprecated_functions(data_map: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "m"
    with pytest.deprecated_call(match=r"use DataMap\.save"):
        data_map.store_data_map(str(path), [("h", "/a"), ("h", "/b", False)])
    # As in the constructor, a pair is skipped.
    assert path.read_text() == (
        "[{'host': 'h', 'file': '/a', 'skip': True}, {'host': 'h', 'file': '/b', 'skip': False}]"
    )
    with pytest.deprecated_call(match=r"use DataMap\.load"):
        loaded = data_map.load_data_map(str(path))
    assert type(loaded) is data_map.DataMap
    assert list(loaded) == [("h", "/a"), ("h", "/b")]
    with pytest.deprecated_call():
        data_map.store_data_map(str(tmp_path / "n"), loaded)
    assert (tmp_path / "n").read_text() == path.read_text()


def test_tallying_names_what_to_use_instead(data_map: ModuleType) -> None:
    with pytest.raises(
        data_map.DataMapError, match=r"tally_data_map is not supported\nhint: .*createMapfile"
    ):
        data_map.tally_data_map([("h", "/a")], "*.MS", None)


ALONE = """
import sys
from lofarpipe.support.data_map import *
from lofarpipe.support.lofarexceptions import DataMapError
m = DataMap.load("in.mapfile")
m.iterator = DataMap.SkipIterator
print([p.file for p in m])
m.data.append(DataProduct("localhost", "/c", False))
m.save("out.mapfile")
multi = MultiDataMap([{"host": "h", "file": "[/a,/b]", "skip": False}])
multi.save("multi.mapfile")
print(MultiDataMap.load("multi.mapfile")[0].file)
for action in (lambda: DataMap.load("multi.mapfile").append(1), lambda: DataMap.load("broken.mapfile")):
    try:
        action()
    except DataMapError as error:
        print("caught", error)
try:
    DataMap.load("none.mapfile")
except IOError as error:
    print("caught", type(error).__name__, error.errno)
print([name for name in sys.modules if name == "genericpipe" or name.startswith("genericpipe.")])
"""


def test_a_program_with_only_the_compat_folder_on_its_path(interpreters: list[str], tmp_path: Path) -> None:
    for number, program in enumerate(interpreters):
        folder = tmp_path / str(number)
        folder.mkdir()
        run_alone(program, folder)


def run_alone(program: str, tmp_path: Path) -> None:
    """Run the script in a folder under an interpreter and look at what it says and leaves."""
    (tmp_path / "in.mapfile").write_text("[('localhost', '/a'), ('localhost', '/b', True)]")
    (tmp_path / "broken.mapfile").write_text("[1]")
    (tmp_path / "script.py").write_text(ALONE)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(COMPAT)}
    done = subprocess.run(
        [program, "-S", "-s", "script.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "", program
    assert done.stdout.splitlines() == [
        "['/a']",
        "['/a', '/b']",
        "caught Failed to append item: 1",
        "caught broken.mapfile:1: entry 1: Failed to validate data map: neither a dictionary nor a tuple",
        "hint: a mapfile reads [{'host': 'localhost', 'file': '/data/a.MS', 'skip': False}, ...]",
        "caught MissingMapfileError 2",
        "[]",
    ]
    assert (tmp_path / "out.mapfile").read_text() == (
        "[{'host': 'localhost', 'file': '/a', 'skip': False}, "
        "{'host': 'localhost', 'file': '/b', 'skip': True}, "
        "{'host': 'localhost', 'file': '/c', 'skip': False}]"
    )
