"""The measurement sets that an image was made of: what WSClean's own command line says of them.

A step of kind feedback is told of images only. WSClean writes its command line, unquoted, into HISTORY:
cards of 72 characters, the last words are the sets.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_CARD = 72
_PROGRAM = "wsclean"


@dataclass(frozen=True)
class Imaged:
    """What the archive wants to know of the data of an image.

    Parameters
    ----------
    angles
        The phase centre: right ascension in [0, 2 pi) and declination, in rad, J2000.
    seconds
        The time that was integrated: the number of distinct times by their exposure.
    """

    angles: tuple[float, float]
    seconds: float


def sets_of(history: Sequence[str]) -> list[str]:
    """Return the measurement sets of WSClean's command line that are still there.

    Parameters
    ----------
    history
        The text of each HISTORY card in order, its blanks at the end kept or not.

    Returns
    -------
    list
        Their paths; none if one is given without its folder, as nobody knows where WSClean was started,
        or if one may be gone.
    """
    words = _command(history).split()
    sets: list[str] = []
    while words and os.path.isabs(words[-1]) and os.path.isfile(os.path.join(words[-1], "table.dat")):
        sets.insert(0, words.pop())
    # A path that leads nowhere may be a set that is gone, and half of the data is not what was imaged.
    may_be_gone = bool(words) and os.path.isabs(words[-1]) and not os.path.exists(words[-1])
    return [] if may_be_gone else sets


def imaged(paths: Sequence[str]) -> Imaged:
    """Look at measurement sets.

    Raises
    ------
    ValueError
        If casacore cannot read them, or they have no field or no rows.
    """
    import numpy as np

    try:
        from casacore.tables import table
    except ImportError as error:
        raise ValueError(f"python-casacore cannot be imported: {error}") from None
    moments: dict[float, float] = {}
    try:
        with table(os.path.join(paths[0], "FIELD"), ack=False, lockoptions="autonoread") as fields:
            if not fields.nrows():
                raise ValueError(f"{paths[0]} has no field")
            frame = fields.getcolkeyword("PHASE_DIR", "MEASINFO").get("Ref", "J2000")
            ra, dec = (float(angle) for angle in np.ravel(fields.getcell("PHASE_DIR", 0))[:2])
            if frame not in ("J2000", "ICRS"):
                raise ValueError(f"the phase centre of {paths[0]} is in {frame}")
        for path in paths:
            with table(path, ack=False, lockoptions="autonoread") as main:
                times, first = np.unique(main.getcol("TIME"), return_index=True)
                exposures = main.getcol("EXPOSURE")[first]
                moments.update(zip(times.tolist(), exposures.tolist(), strict=True))
    except RuntimeError as error:  # what casacore raises for everything
        raise ValueError(next(iter(str(error).splitlines()), "casacore gives no reason")) from None
    if not moments:
        raise ValueError(f"{paths[0]} has no rows")
    return Imaged((ra % (2 * math.pi), dec), math.fsum(moments.values()))


def _command(history: Sequence[str]) -> str:
    """Return the last command line of WSClean's, put together; empty where there is none."""
    return next(reversed(list(_commands(history))), "")


def _commands(history: Sequence[str]) -> Iterator[str]:
    text = ""
    for card in history:
        stripped = card.rstrip()
        if text:
            text += stripped.ljust(_CARD)
        elif stripped.split(" ", 1)[0].rpartition("/")[2] == _PROGRAM:
            text = stripped.ljust(_CARD)
        # A card that is full, or but for the blank between two words, goes on in the next one.
        if text and len(stripped) < _CARD - 1:
            yield text
            text = ""
    if text:
        yield text
