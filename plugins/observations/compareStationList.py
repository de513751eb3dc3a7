"""compareStationList: leave out the stations for which there are no solutions (image contract 4.2)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ..mapfiles.keywords import Keywords
from .h5parm import solution_stations
from .inputs import first_measurement_set

_LOG = logging.getLogger(__name__)
_KEYS = "mapfile_in h5parmdb solset_name filter".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Return a baseline selection without the stations that a solution set does not have.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, the measurement sets, of which the first that is not skipped is compared;
        ``h5parmdb``, the path of the solutions; ``solset_name``, the solution set in it; ``filter``, the
        selection to extend, which may be empty.

    Returns
    -------
    dict
        The selection with ``;!<station>*`` for each missing station, as ``filter``.

    Raises
    ------
    GenericPipeError
        If a key is missing or a file cannot be read.
    """
    keys = Keywords("compareStationList", kwargs, _KEYS)
    chosen = keys.text("filter", empty=True)
    solution_set = keys.text("solset_name")
    stations = first_measurement_set(keys).stations()
    known = solution_stations(keys, "h5parmdb", solution_set)
    missing = [name for name in dict.fromkeys(stations) if name not in known]
    if missing:
        _LOG.info("compareStationList: %s has no solutions for %s", solution_set, ", ".join(missing))
    return {"filter": chosen + "".join(f";!{name}*" for name in missing)}
