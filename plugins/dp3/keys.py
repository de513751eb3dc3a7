"""Keys of DP3 that have come to an end, by version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .installation import Version


@dataclass(frozen=True)
class OldKey:
    """A key that is gone, or about to go.

    Parameters
    ----------
    pattern
        The key; ``*`` stands for the name of a step of DP3.
    since
        The first version without it, or that calls it deprecated.
    is_gone
        Whether it is no longer read.
    remedy
        What to do.
    source
        Where that is written, or what was seen.
    types
        The types of step that it is about; empty where the pattern says it all.
    """

    pattern: str
    since: Version
    is_gone: bool
    remedy: str
    source: str
    types: tuple[str, ...] = ()


OLD_KEYS = (
    OldKey(
        "msout.writefullresflag",
        (6, 0),
        True,
        "nothing: flags at full resolution are no longer written",
        "changes of DP3 6.0: FULL_RES_FLAGS are not written anymore; 6.6 reports the key as not used",
    ),
    OldKey(
        "uselogger",
        (6, 6),
        True,
        "nothing: what DP3 says is in the job's log",
        "6.6 reports the key as not used; earlier versions were not tried",
    ),
    OldKey(
        "*.usemodelcolumn",
        (6, 6),
        False,
        "<step>.modeldatacolumns = [MODEL_DATA]",
        "6.6 says so when it meets the key",
        ("ddecal",),
    ),
    OldKey(
        "msin.modelcolumn",
        (6, 6),
        False,
        "<step>.modeldatacolumns names the column",
        "6.6 says so when it meets the key",
    ),
)


def old_key(key: str, version: Version, types: Iterable[tuple[str, str]] = ()) -> OldKey | None:
    """Return what is to be said of a key in a version of DP3, or None.

    Parameters
    ----------
    key
        As the parset has it, below ``<step>.argument.``.
    version
        The version that will run.
    types
        The steps of DP3, each with its type.
    """
    for old in OLD_KEYS:
        if version >= old.since and fnmatchcase(key, old.pattern):
            name = key.partition(".")[0]
            if not old.types or any(step == name and kind in old.types for step, kind in types):
                return old
    return None


def gone(keys: Iterable[str], version: Version) -> list[str]:
    """Return the keys among `keys` that a version of DP3 no longer reads."""
    return [key for key in keys if (old := old_key(key, version)) is not None and old.is_gone]
