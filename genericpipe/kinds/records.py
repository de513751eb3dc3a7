"""The records of a feedback step, as lines of a parset (image contract 5.1)."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import GenericPipeError, PipelineError
from ..mapfile import read
from ..parset import write
from ..pluginmanager import PluginManager

#: What the version of processing feedback is called, and the one that is written.
VERSION_KEY, VERSION = "feedback_version", "03.01.00"
COMPLETE = "100"


def collect(
    args: Sequence[str],
    mapfile_in: str,
    metadata_file: str,
    product_type: str,
    prefix: str = "",
    cluster: str = "",
) -> dict[str, str]:
    """Write the records of the data products of a mapfile.

    Parameters
    ----------
    args
        Not used.
    mapfile_in
        The data products; skipped entries have no record.
    metadata_file
        The parset to write, all at once.
    product_type
        ``SkyImage``, ``Correlated`` or ``InstrumentModel``.
    prefix
        What stands before every key, with its dot.
    cluster
        What stands in ``location`` in the place of the host's name.

    Returns
    -------
    dict
        The parset's path, as ``metadata_file``.

    Raises
    ------
    GenericPipeError
        If a product's record is not complete, after the file has been written: an archive must not believe
        it.
    """
    manager = PluginManager()
    entries = [entry for entry in read(mapfile_in).data if not entry.skip]
    lines = {f"{prefix}nrOfOutput_{product_type}_": str(len(entries)), VERSION_KEY: VERSION}
    incomplete = []
    for index, entry in enumerate(entries):
        path = os.path.abspath(entry.file)
        record = {
            **_record(manager, product_type, path),
            "filename": os.path.basename(path.rstrip("/")),
            "location": f"{cluster or _host(entry.host)}:{os.path.dirname(path)}",
        }
        if record.get("percentageWritten") != COMPLETE:
            incomplete.append(path)
        lines.update({f"{prefix}Output_{product_type}_[{index}].{key}": text for key, text in record.items()})
    write(lines, metadata_file)
    if incomplete:
        more = f" and {len(incomplete) - 1} more" if len(incomplete) > 1 else ""
        raise GenericPipeError(
            f"the metadata of {incomplete[0]}{more} are not complete",
            hint=f"{metadata_file} has what is known, with percentageWritten below 100",
        )
    return {"metadata_file": metadata_file}


def _record(manager: PluginManager, product_type: str, path: str) -> Mapping[str, str]:
    answer = manager.first("product_metadata", product_type=product_type, path=Path(path))
    if answer is None:
        raise PipelineError(
            f"nothing that is plugged in can describe a {product_type}",
            hint="plugins describe data products by the hook product_metadata",
        )
    record: Mapping[str, str] = answer.value
    return record


def _host(host: str) -> str:
    return socket.gethostname() if host in ("", "localhost") else host
