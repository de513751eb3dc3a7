"""Records of measurement sets and solutions (image contract 5.6)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from genericpipe_plugins.feedback import genericpipe_product_metadata

pytest.importorskip("casacore.tables")

from genericpipe_plugins.feedback.correlated import time_text

Maker = Callable[..., Path]


def described(path: Path, product_type: str = "Correlated") -> dict[str, str]:
    """Return the record of a measurement set."""
    answer = genericpipe_product_metadata(product_type=product_type, path=path)
    assert answer is not None
    return dict(answer)


def size_of(path: Path) -> str:
    return subprocess.run(
        ["du", "-s", "-b", path], capture_output=True, text=True, check=True
    ).stdout.split()[0]


@pytest.fixture(autouse=True)
def _no_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("CASACORE_VERSION", "DYSCO_VERSION"):
        monkeypatch.delenv(variable, raising=False)


def test_a_real_set(real_set: Path) -> None:
    """The recording of image contract 5.6 is of a set of the same observation; stationSubband is a fix."""
    record = described(real_set)
    assert float(record.pop("duration")) == pytest.approx(60.0834048, abs=1e-6)
    assert record == {
        "size": size_of(real_set),
        "fileFormat": "AIPS++/CASA",
        "percentageWritten": "100",
        "storageWriter": "CASA",
        "storageWriterVersion": "UNKNOWN",
        "startTime": "2013-03-29T13:59:48.000",
        "integrationInterval": "10.0139008",
        "centralFrequency": "134375000.0",
        "channelWidth": "24414.0625",
        "channelsPerSubband": "8",
        "subband": "31",
        # 134.375 MHz is 688 times 195312.5 Hz; 688 - 512 = 176.
        "stationSubband": "176",
    }


def test_a_set_that_we_made(small_set: Maker) -> None:
    record = described(small_set())
    assert record["SAP"] == "2"
    assert record["startTime"] == "2013-03-29T13:59:52.000"
    assert float(record["duration"]) == 30.0
    assert record["integrationInterval"] == "10.0"
    assert (record["subband"], record["channelsPerSubband"]) == ("3", "4")
    assert record["percentageWritten"] == "100"


@pytest.mark.parametrize(
    ("frequency", "clock", "expected"),
    [
        (134375000.0, 200.0, "176"),
        (60058593.75, 200.0, "308"),  # low band: 307.5 times the width, rounded to even
        (60156250.0, 200.0, "308"),
        (134375000.0, 160.0, "0"),
        (134375000.0, None, "0"),
    ],
)
def test_the_subband_of_the_stations(
    small_set: Maker, frequency: float, clock: float | None, expected: str
) -> None:
    assert described(small_set(frequency=frequency, clock=clock))["stationSubband"] == expected


@pytest.mark.parametrize("manager", ["StandardStMan", "TiledShapeStMan", "TiledColumnStMan"])
def test_casacore_has_written_it(small_set: Maker, manager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASACORE_VERSION", "3.5.0")
    record = described(small_set(manager=manager))
    assert (record["storageWriter"], record["storageWriterVersion"]) == ("CASA", "3.5.0")


def test_a_window_of_another_name(small_set: Maker, capsys: pytest.CaptureFixture[str]) -> None:
    """LOFAR's own failed on it."""
    record = described(small_set(window="band 7"))
    assert (record["subband"], record["percentageWritten"]) == ("0", "100")
    assert "called 'band 7', not SB-<number>" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "expected"),
    [("L1_SAP000_SB001_uv.MS", "0"), ("L1_SAP012.MS", "12"), ("L1_SB001_uv.MS", None), ("SAPPHO.MS", None)],
)
def test_the_beam_is_in_the_name(small_set: Maker, name: str, expected: str | None) -> None:
    assert described(small_set(name)).get("SAP") == expected


UNKNOWN = {
    "startTime": "not-a-datetime",
    "duration": "0.0",
    "integrationInterval": "0.0",
    "centralFrequency": "0.0",
    "channelWidth": "0.0",
    "channelsPerSubband": "0",
    "subband": "0",
}


def test_no_measurement_set(tmp_path: Path) -> None:
    path = tmp_path / "a.MS"
    path.mkdir()
    record = described(path)
    assert record.items() >= UNKNOWN.items()
    assert (record["percentageWritten"], record["incomplete"]) == ("50", "this is no measurement set")


def test_a_damaged_set(small_set: Maker) -> None:
    path = small_set()
    (path / "table.dat").write_bytes(b"rubbish")
    record = described(path)
    assert record.items() >= UNKNOWN.items()
    assert record["percentageWritten"] == "50"
    assert record["incomplete"]
    assert "\n" not in record["incomplete"]


def test_another_table(small_set: Maker) -> None:
    record = described(small_set() / "FIELD")
    assert record["percentageWritten"] == "50"
    assert record["startTime"] == "not-a-datetime"


def test_a_set_without_rows(small_set: Maker) -> None:
    record = described(small_set(times=()))
    assert (record["percentageWritten"], record["incomplete"]) == ("50", "it has no rows")
    assert record["centralFrequency"] == "134375000.0"


def test_a_set_that_is_not_there(tmp_path: Path) -> None:
    record = described(tmp_path / "a.MS")
    assert record.items() >= UNKNOWN.items()
    assert (record["percentageWritten"], record["size"]) == ("0", "0")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.0, "1858-11-17T00:00:00.000"),
        (4871282387.9999996, "2013-03-29T13:59:48.000"),
        (4871282388.0006, "2013-03-29T13:59:48.001"),
    ],
)
def test_times_are_rounded(seconds: float, expected: str) -> None:
    assert time_text(seconds) == expected


@pytest.mark.parametrize("seconds", [1e20, float("nan"), -1e12])
def test_no_time(seconds: float) -> None:
    with pytest.raises(RuntimeError, match="is no time"):
        time_text(seconds)


@pytest.mark.parametrize("name", ["instrument", "solutions.h5"])
def test_solutions(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir()
    (path / "table.dat").write_text("solutions")
    record = described(path, "InstrumentModel")
    writer = ("HDF5", "HDF5DEFAULT") if name.endswith(".h5") else ("AIPS++/CASA", "CASA")
    assert record == {
        "size": size_of(path),
        "fileFormat": writer[0],
        "percentageWritten": "100",
        "storageWriter": writer[1],
        "storageWriterVersion": "UNKNOWN",
    }


def test_empty_solutions(tmp_path: Path) -> None:
    path = tmp_path / "solutions.h5"
    path.touch()
    assert described(path, "InstrumentModel")["percentageWritten"] == "50"
    assert described(tmp_path / "none", "InstrumentModel")["percentageWritten"] == "0"
