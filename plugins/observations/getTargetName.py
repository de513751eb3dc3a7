"""getTargetName: what was observed, for names of products (image contract 4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from ..mapfiles.keywords import Keywords
from .inputs import first_measurement_set

_KEYS = ["mapfile_in"]


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Return the name of the target of the first measurement set.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, the measurement sets; the first that is not skipped is read.

    Returns
    -------
    dict
        The name, as ``targetName``.

    Raises
    ------
    GenericPipeError
        If the key is missing, a file cannot be read, or the measurement set names no target.
    """
    keys = Keywords("getTargetName", kwargs, _KEYS)
    return {"targetName": first_measurement_set(keys).target()}
