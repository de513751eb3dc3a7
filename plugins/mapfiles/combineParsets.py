"""combineParsets: write one parset of two, the second over the first (contract 9.4)."""

from __future__ import annotations

from collections.abc import Sequence

from genericpipe import read_parset, write_parset

from .keywords import Keywords

_KEYS = "first_parset second_parset result_parset".split()
_ENDING = "_feedback_file"


def plugin_main(args: Sequence[str], **kwargs: object) -> None:
    """Write the keys of two parsets to ``<result_parset>_feedback_file``, sorted, values as they stand.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``first_parset``, ``second_parset``, whose values win, and ``result_parset``.

    Raises
    ------
    GenericPipeError
        If a key is missing or a parset cannot be read or written.
    """
    keys = Keywords("combineParsets", kwargs, _KEYS)
    first, second, result = (keys.text(key) for key in _KEYS)
    combined = read_parset(first).merged(read_parset(second).values())
    write_parset(combined, result + _ENDING)
