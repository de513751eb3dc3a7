from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.observations import compareStationList

from genericpipe import GenericPipeError

Make = Callable[..., Any]


@pytest.fixture
def compare(measurement_set: Make, mapfile: Make) -> Callable[..., str]:
    """Return the plugin, called for a set of four stations: path of the solutions, keywords -> the filter."""
    given = mapfile(("h", measurement_set("a.MS")), ("h", "/none"))

    def call(solutions: str, **changed: str) -> str:
        keywords = {"solset_name": "calibrator", "filter": "[CR]S*&", **changed}
        result = compareStationList.plugin_main([], mapfile_in=given, h5parmdb=solutions, **keywords)
        assert list(result) == ["filter"]
        return result["filter"]

    return call


def test_stations_without_solutions_are_left_out(compare: Make, h5parm: Make) -> None:
    """In the order of the measurement set; a name that only begins alike is another station."""
    solutions = h5parm({"calibrator": ["RS106HBA", "CS002HBA0", "CS001HBA", "DE601HBA"], "target": []})
    assert compare(solutions) == "[CR]S*&;!CS001HBA0*;!RS305HBA*"
    assert compare(solutions) == "[CR]S*&;!CS001HBA0*;!RS305HBA*"
    assert compare(solutions, filter="") == ";!CS001HBA0*;!RS305HBA*"


def test_all_have_solutions(compare: Make, h5parm: Make) -> None:
    solutions = h5parm({"calibrator": ["CS001HBA0", "CS002HBA0", "RS106HBA", "RS305HBA"]})
    assert compare(solutions) == "[CR]S*&"


@pytest.mark.parametrize(
    ("solution_set", "hint"),
    [("calibrater", "did you mean 'calibrator'?"), ("sol000", "there are calibrator, target")],
)
def test_no_such_solution_set(compare: Make, h5parm: Make, solution_set: str, hint: str) -> None:
    solutions = h5parm({"calibrator": [], "target": []})
    with pytest.raises(GenericPipeError) as caught:
        compare(solutions, solset_name=solution_set)
    message = f"compareStationList: h5parmdb: {solutions} has no solution set {solution_set!r}"
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_set_that_lists_no_antennas(compare: Make, tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        file.create_group("bare")
        file.create_group("grouped/antenna")
        file["dataset"] = [1, 2]
        file["numbers/antenna"] = [1, 2]
    for name in ("bare", "grouped", "dataset", "numbers"):
        with pytest.raises(GenericPipeError, match=f"{path}: the solution set '{name}' lists no antennas"):
            compare(str(path), solset_name=name)


def test_a_file_that_cannot_be_read(compare: Make, tmp_path: Path) -> None:
    text = tmp_path / "text.h5"
    text.write_text("no HDF5")
    for path in ("/none/solutions.h5", str(text), str(tmp_path)):
        with pytest.raises(GenericPipeError) as caught:
            compare(path)
        message = caught.value.message
        assert message.startswith(f"compareStationList: h5parmdb: {path} cannot be read: ")
        assert "\n" not in message


def test_without_h5py(measurement_set: Make, mapfile: Make) -> None:
    code = (
        "import sys\n"
        "sys.modules['h5py'] = None\n"
        "from genericpipe_plugins.observations.compareStationList import plugin_main\n"
        "try:\n"
        "    plugin_main([], mapfile_in=sys.argv[1], h5parmdb='s.h5', solset_name='calibrator', filter='')\n"
        "except Exception as error:\n"
        "    print(error)\n"
    )
    words = [sys.executable, "-c", code, mapfile(("h", measurement_set("a.MS")))]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    message = "compareStationList: h5parmdb: h5py, which reads s.h5, cannot be imported: "
    assert done.stdout.startswith(message)
    assert done.stdout.endswith('\nhint: pip install "genericpipe[h5parm]"\n')


@pytest.mark.parametrize("key", ["h5parmdb", "solset_name", "filter", "mapfile_in"])
def test_keys_are_needed(measurement_set: Make, mapfile: Make, h5parm: Make, key: str) -> None:
    keywords = {
        "mapfile_in": mapfile(("h", measurement_set("a.MS"))),
        "h5parmdb": h5parm({"calibrator": []}),
        "solset_name": "calibrator",
        "filter": "",
    }
    del keywords[key]
    with pytest.raises(GenericPipeError, match=f"compareStationList: the key '{key}' is missing"):
        compareStationList.plugin_main([], **keywords)
