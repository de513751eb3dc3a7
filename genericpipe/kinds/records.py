"""The records of a feedback step, as lines of a parset (image contract 5.1)."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import GenericPipeError, PipelineError
from ..mapfile import read
from ..mapfile import write as write_map
from ..parset import write
from ..pluginmanager import PluginManager

#: What the version of processing feedback is called.
VERSION_KEY = "feedback_version"
COMPLETE = "100"
#: By this key a plugin tells why a record is not complete; it is not written.
WHY = "incomplete"


def collect(
    args: Sequence[str],
    mapfile_in: str,
    metadata_file: str,
    product_type: str,
    prefix: str = "",
    cluster: str = "",
    version: str = "",
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
    version
        The version of the feedback; nothing to leave it out.

    Returns
    -------
    dict
        The parset's path, as ``metadata_file``.

    Raises
    ------
    GenericPipeError
        If the parset cannot be written, before any product is looked at. If a product's record is not
        complete, after the file has been written with what is known: an archive must not believe it. The
        product's entry is marked as skipped then, as LOFAR's own did.
    """
    _check_place(metadata_file)
    manager = PluginManager()
    products = read(mapfile_in)
    entries = [entry for entry in products.data if not entry.skip]
    lines = {f"{prefix}nrOfOutput_{product_type}_": str(len(entries))}
    if version:
        lines[VERSION_KEY] = version
    incomplete = []
    for index, entry in enumerate(entries):
        path = os.path.abspath(entry.file)
        record = {
            **_record(manager, product_type, path),
            "filename": os.path.basename(path),
            "location": f"{cluster or _host(entry.host)}:{os.path.dirname(path)}",
        }
        why = record.pop(WHY, "")
        if record.get("percentageWritten") != COMPLETE:
            incomplete.append(f"{path}{': ' if why else ''}{why}")
            entry.skip = True
        lines.update({f"{prefix}Output_{product_type}_[{index}].{key}": text for key, text in record.items()})
    write(lines, metadata_file)
    if incomplete:
        write_map(products, mapfile_in)
        more = f" (and {len(incomplete) - 1} more)" if len(incomplete) > 1 else ""
        raise GenericPipeError(
            f"the metadata are not complete: {incomplete[0]}{more}",
            hint=f"{metadata_file} has what is known, with percentageWritten below 100",
        )
    return {"metadata_file": metadata_file}


def _check_place(metadata_file: str) -> None:
    """See to it that the parset can be written: large images take long to look at."""
    folder = os.path.dirname(os.path.abspath(metadata_file))
    reason = "it is a folder" if os.path.isdir(metadata_file) else ""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        reason = f"its folder cannot be made: {error.strerror}"
    if not reason and not os.access(folder, os.W_OK | os.X_OK):
        reason = f"nothing can be written to {folder}"
    if reason:
        raise PipelineError(
            f"metadata_file = {metadata_file}: {reason}", hint="name a file in a folder that you can write to"
        )


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
