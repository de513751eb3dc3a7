"""identifyBadAntennas: leave out the stations that are flagged throughout (image contract 4.2)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ..mapfiles.keywords import Keywords
from .flagcounts import flag_counts
from .inputs import measurement_sets

_LOG = logging.getLogger(__name__)
_KEYS = "mapfile_in filter".split()


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Return a baseline selection without the stations that are fully flagged in all measurement sets.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, the measurement sets, or lists of them; ``filter``, the selection to extend, which may
        be empty.

    Returns
    -------
    dict
        The selection with ``;!<station>*&&*`` for each such station, as ``filter``.

    Raises
    ------
    GenericPipeError
        If a key is missing or a file cannot be read.
    """
    keys = Keywords("identifyBadAntennas", kwargs, _KEYS)
    chosen = keys.text("filter", empty=True)
    bad: list[str] | None = None
    for ms in measurement_sets(keys):
        fully = [name for name, count in flag_counts(ms).items() if count.fully]
        bad = fully if bad is None else [name for name in bad if name in fully]
        if not bad:
            break  # no further set can make it otherwise
    if bad:
        _LOG.info("identifyBadAntennas: flagged throughout: %s", ", ".join(bad))
    return {"filter": chosen + "".join(f";!{name}*&&*" for name in bad or ())}
