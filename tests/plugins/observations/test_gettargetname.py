from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.observations import getTargetName

from genericpipe import GenericPipeError

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("text", "3C196"),
        ("array", ["3C196", "3C295"]),
        ("array", {"shape": [2, 2], "array": ["3C196", "a", "b", "c"]}),
    ],
)
def test_the_first_item(measurement_set: Make, mapfile: Make, column: str, target: Any) -> None:
    path = measurement_set("a.MS", target_column=column, target=target)
    given = mapfile(("h", "/skipped", True), ("h", [str(path), "/none"]), ("h", "/none/b"))
    assert getTargetName.plugin_main([], mapfile_in=given) == {"targetName": "3C196"}


@pytest.mark.parametrize(
    ("column", "target", "reason"),
    [
        ("", None, "OBSERVATION has no column LOFAR_TARGET"),
        ("array", None, "OBSERVATION names no target in LOFAR_TARGET"),
        ("text", "", "OBSERVATION names no target in LOFAR_TARGET"),
    ],
)
def test_no_target(measurement_set: Make, mapfile: Make, column: str, target: Any, reason: str) -> None:
    path = measurement_set("a.MS", target_column=column, target=target)
    with pytest.raises(GenericPipeError) as caught:
        getTargetName.plugin_main([], mapfile_in=mapfile(("h", path)))
    assert caught.value.message == f"getTargetName: mapfile_in: {path}: {reason}"


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([("h", "/none/a.MS")], "/none/a.MS: there is no such measurement set"),
        ([("h", "{}")], "{}: this is no measurement set"),
        ([("h", "{}", True)], "skips all its entries"),
        ([("h", "")], "entry 1 of .* names no file"),
        ([], "has no entries"),
    ],
)
def test_no_measurement_set(mapfile: Make, tmp_path: Path, entries: list[Any], reason: str) -> None:
    filled = [(host, file.format(tmp_path), *skip) for host, file, *skip in entries]
    with pytest.raises(GenericPipeError, match=f"^getTargetName: mapfile_in: .*{reason.format(tmp_path)}"):
        getTargetName.plugin_main([], mapfile_in=mapfile(*filled))


def test_a_damaged_set(mapfile: Make, tmp_path: Path) -> None:
    pytest.importorskip("casacore.tables")
    path = tmp_path / "a.MS"
    (path / "OBSERVATION").mkdir(parents=True)
    for folder in (path, path / "OBSERVATION"):
        (folder / "table.dat").write_bytes(b"nothing of the kind")
    with pytest.raises(GenericPipeError) as caught:
        getTargetName.plugin_main([], mapfile_in=mapfile(("h", path)))
    assert caught.value.message.startswith(f"getTargetName: mapfile_in: {path}: OBSERVATION cannot be read: ")
    assert "\n" not in caught.value.message
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("name", "target"), [("tNDPPP-generic", "3C48"), ("tAWImager2", "3C295")])
def test_of_real_sets(mapfile: Make, real_set: Make, name: str, target: str) -> None:
    assert getTargetName.plugin_main([], mapfile_in=mapfile(("h", real_set(name)))) == {"targetName": target}
