"""Whether sets hold what the beam needs to know (image contract 6)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from genericpipe import Finding, Location, Severity, Step

from .withoutidg import DIFFERENTIAL

_TABLES = ("LOFAR_ANTENNA_FIELD", "LOFAR_STATION")


def look_at(
    step: Step, paths: Iterable[str], wanted_by: str, location: Location, differential: bool = False
) -> Iterator[Finding]:
    """Yield what sets lack.

    Parameters
    ----------
    step
        The step that reads them.
    paths
        The sets; what is not there or is none is passed over.
    wanted_by
        The option that wants the beam.
    location
        Its line.
    differential
        Whether the data are said to be corrected at the phase centre.
    """
    for path in paths:
        if not os.path.isfile(os.path.join(path, "table.dat")):
            continue
        absent = [name for name in _TABLES if not os.path.isdir(os.path.join(path, name))]
        if absent:
            names = " and no ".join(absent)
            message = f"step {step.name!r}: {path} has no table {names}, which the beam needs"
            hint = f"take {wanted_by} out, or get the data with their LOFAR tables"
            yield Finding(Severity.ERROR, "no-beam-tables", message, location, hint)
        elif differential and not _says_corrected(path):
            message = (
                f"step {step.name!r}: nothing in {path} says that it is corrected for the beam at the phase"
                f" centre; -{DIFFERENTIAL} takes it to be"
            )
            hint = "DP3's applybeam leaves LOFAR_APPLIED_BEAM_MODE"
            yield Finding(Severity.WARNING, "no-applied-beam", message, location, hint)


def _says_corrected(path: str) -> bool:
    """Return whether a column of data says which beam was applied; True where the set cannot be read."""
    from casacore.tables import table

    try:
        opened = table(path, ack=False, lockoptions="autonoread")
    except RuntimeError:  # told by WSClean
        return True
    with opened:
        columns = [name for name in ("DATA", "CORRECTED_DATA") if name in opened.colnames()]
        modes = (opened.getcolkeywords(name).get("LOFAR_APPLIED_BEAM_MODE") for name in columns)
        return any(mode not in (None, "None") for mode in modes)
