"""findRefAnt: the station with the least flagged data, as reference of phases (image contract 4.2)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence

from ..mapfiles.keywords import Keywords
from .flagcounts import FlagCount, flag_counts
from .inputs import measurement_sets

_LOG = logging.getLogger(__name__)
_KEYS = "mapfile_in station_filter".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Return the station of which the least is flagged.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, the measurement sets, or lists of them; ``station_filter``, a regular expression that
        the start of the station's name has to match. If a set has no such station, any may be taken.

    Returns
    -------
    dict
        Its name, as ``refant``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used, or a file cannot be read.
    """
    keys = Keywords("findRefAnt", kwargs, _KEYS)
    text = keys.optional("station_filter")
    try:
        expression = re.compile(text)
    except re.error as error:
        raise keys.fault(f"station_filter = {text!r} is no regular expression: {error}") from None
    sets = measurement_sets(keys)
    counts = []
    for ms in sets:
        counts.append(flag_counts(ms))
        if not any(map(expression.match, counts[-1])):
            _LOG.warning("findRefAnt: %s has no station that matches %s: any may be taken", ms.path, text)
            expression = re.compile("")
    candidates = sorted({name for count in counts for name in count if expression.match(name)})
    mean = {name: _mean(name, counts) for name in candidates}
    best = min(candidates, key=mean.__getitem__)  # of equal ones the first by name
    _LOG.info("findRefAnt: %s: %.2f %% of its data are flagged", best, mean[best])
    return {"refant": best}


def _mean(name: str, counts: Sequence[Mapping[str, FlagCount]]) -> float:
    # Nothing can be referred to a station in a set that has no data of it.
    return sum(count[name].percentage if name in count else 100.0 for count in counts) / len(counts)
