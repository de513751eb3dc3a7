"""Records of calibration solutions: what any data product has, and no more (image contract 5.6)."""

from __future__ import annotations

from pathlib import Path

from .record import Record, base_record, version_of


def describe(path: Path) -> Record:
    """Return the record of solutions: a parmdb, or an h5parm by its ending ``.h5``.

    Parameters
    ----------
    path
        The file or folder.
    """
    if path.suffix == ".h5":
        record = base_record(path, "HDF5", "HDF5DEFAULT")
    else:
        record = base_record(path, "AIPS++/CASA", "CASA", version_of("CASACORE_VERSION"))
    if record.lacks:
        return record
    if record.values["size"] == "0":
        record.lacks.append("it is empty")
    return record.finished()
