"""The words for true and false."""

from __future__ import annotations

import sysconfig

__all__ = ["get_platform", "strtobool"]

get_platform = sysconfig.get_platform


def strtobool(val: str) -> int:
    """Return 1 or 0 for a word.

    Raises
    ------
    ValueError
        If it is none of those that are known.
    """
    word = val.lower()
    if word in ("y", "yes", "t", "true", "on", "1"):
        return 1
    if word in ("n", "no", "f", "false", "off", "0"):
        return 0
    raise ValueError(f"invalid truth value {val!r}")
