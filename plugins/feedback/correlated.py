"""Records of measurement sets (image contract 5.6)."""

from __future__ import annotations

import os
import re
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .record import Record, base_record, version_of

#: What ``startTime`` is where it is not known.
NO_TIME = "not-a-datetime"
_NUMBERS: dict[str, int | float] = {
    "duration": 0.0,
    "integrationInterval": 0.0,
    "centralFrequency": 0.0,
    "channelWidth": 0.0,
    "channelsPerSubband": 0,
    "subband": 0,
    "stationSubband": 0,
}
# Data manager of DATA -> storage writer.
_CASA = "StandardStMan IncrementalStMan TiledColumnStMan TiledCellStMan TiledShapeStMan".split()
_WRITERS = {**dict.fromkeys(_CASA, "CASA"), "LofarStMan": "LOFAR", "DyscoStMan": "DYSCO"}
_VERSIONS = {"CASA": "CASACORE_VERSION", "DYSCO": "DYSCO_VERSION"}
#: The day from which casacore's seconds count: modified Julian date 0.
_DAY_ZERO = datetime(1858, 11, 17)
_CLOCK, _SUBBAND_WIDTH, _SUBBANDS = 200.0, 195312.5, 512


def describe(path: Path) -> Record:
    """Return the record of a measurement set.

    Parameters
    ----------
    path
        The measurement set.
    """
    record = base_record(path, "AIPS++/CASA")
    record.put("startTime", NO_TIME)
    for key, nothing in _NUMBERS.items():
        record.put(key, nothing)
    if record.lacks:
        return record
    if not (path / "table.dat").is_file():
        record.lacks.append("this is no measurement set")
        return record.finished()
    pointing = re.search(r"_SAP(\d+)(?=[_.]|$)", path.name)
    if pointing:
        record.put("SAP", int(pointing[1]))
    try:
        _put_main(record, path)
        _put_window(record, path)
    except ImportError as error:
        record.lacks.append(f"python-casacore cannot be imported: {error}")
    except RuntimeError as error:  # what casacore raises for everything
        record.lacks.append(next(iter(str(error).splitlines()), "casacore gives no reason"))
    return record.finished()


def _open(path: Path, name: str = "") -> Any:
    from casacore.tables import table

    # Not locked for reading: nothing else may wait for us, nor we for it.
    return closing(table(os.path.join(path, name), ack=False, lockoptions="autonoread"))


def _put_main(record: Record, path: Path) -> None:
    with _open(path) as main:
        if "DATA" in main.colnames():
            _put_writer(record, main.getdminfo("DATA"))
        if not main.nrows():
            record.lacks.append("it has no rows")
            return
        exposure = float(main.getcell("EXPOSURE", 0))
        start = float(main.getcell("TIME", 0)) - exposure / 2
        end = float(main.getcell("TIME", main.nrows() - 1)) + exposure / 2
        record.put("startTime", time_text(start))
        record.put("duration", end - start)
        record.put("integrationInterval", exposure)


def time_text(seconds: float) -> str:
    """Return casacore's seconds, UTC, as ``YYYY-MM-DDTHH:MM:SS.mmm``, rounded.

    Raises
    ------
    RuntimeError
        If no calendar has that day.
    """
    try:
        moment = _DAY_ZERO + timedelta(milliseconds=round(seconds * 1000))
    except (OverflowError, ValueError):
        raise RuntimeError(f"TIME = {seconds} is no time") from None
    return moment.isoformat(timespec="milliseconds")


def _put_writer(record: Record, manager: dict[str, Any]) -> None:
    writer = _WRITERS.get(str(manager.get("TYPE")), "UNKNOWN")
    record.put("storageWriter", writer)
    if writer == "LOFAR":
        record.put("storageWriterVersion", str(manager.get("SPEC", {}).get("version", "UNKNOWN")))
    elif writer in _VERSIONS:
        record.put("storageWriterVersion", version_of(_VERSIONS[writer]))


def _put_window(record: Record, path: Path) -> None:
    with _open(path, "SPECTRAL_WINDOW") as windows:
        if not windows.nrows():
            record.lacks.append("its table SPECTRAL_WINDOW is empty")
            return
        frequency = float(windows.getcell("REF_FREQUENCY", 0))
        record.put("centralFrequency", frequency)
        record.put("channelWidth", float(windows.getcell("RESOLUTION", 0)[0]))
        record.put("channelsPerSubband", int(windows.getcell("NUM_CHAN", 0)))
        name = str(windows.getcell("NAME", 0))
    numbered = re.fullmatch(r"SB-(\d+)", name)
    if numbered:
        record.put("subband", int(numbered[1]))
    else:
        record.remarks.append(f"its spectral window is called {name!r}, not SB-<number>: subband 0 is told")
    record.put("stationSubband", _station_subband(path, frequency))


def _station_subband(path: Path, frequency: float) -> int:
    """Return which subband of the stations this is: 0 for any clock but that of 200 MHz.

    LOFAR's own always wrote 0.
    """
    with _open(path, "OBSERVATION") as observations:
        column = "LOFAR_CLOCK_FREQUENCY"
        if column not in observations.colnames() or not observations.nrows():
            return 0
        if float(observations.getcell(column, 0)) != _CLOCK:
            return 0
    return round(frequency / _SUBBAND_WIDTH) % _SUBBANDS
