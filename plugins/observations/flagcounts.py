"""How much of each station's data is flagged: what the step ``counter`` of DP3 counts.

DP3 takes the flag of the first correlation, counts an autocorrelation once, and takes a row whose FLAG_ROW is
set for flagged throughout; it does not look at the data. (Seen by setting flags and running DP3 6.6.) One
thing differs: time slots that are missing in the middle, which DP3 inserts as flagged ones, count for
nothing here. They are the same for all stations.
"""

from __future__ import annotations

from dataclasses import dataclass

from .measurementset import MeasurementSet

#: How many flags are read at once.
CELLS = 1 << 22


@dataclass(frozen=True)
class FlagCount:
    """Flagged visibilities of a station.

    Parameters
    ----------
    flagged
        How many are flagged.
    total
        How many there are.
    """

    flagged: int
    total: int

    @property
    def fully(self) -> bool:
        """Whether all are flagged."""
        return self.flagged == self.total

    @property
    def percentage(self) -> float:
        """The flagged part in percent."""
        return 100 * self.flagged / self.total


def flag_counts(ms: MeasurementSet, cells: int = CELLS) -> dict[str, FlagCount]:
    """Count the flags of each station over all its baselines, channels and times.

    Parameters
    ----------
    ms
        The measurement set; so many rows are read at a time that they hold at most `cells` flags.
    cells
        See `ms`.

    Returns
    -------
    dict
        By name, in the order of the table ANTENNA; stations without any visibility are left out.

    Raises
    ------
    GenericPipeError
        If the set cannot be read or has no rows.
    """
    import numpy as np

    names = ms.stations()
    flagged, rows_of = np.zeros(len(names)), np.zeros(len(names))
    with ms.table() as main:
        rows = main.nrows()
        if not rows:
            raise ms.fault("it has no rows")
        channels, correlations = main.getcell("FLAG", 0).shape
        step = max(1, cells // max(1, channels * correlations))
        for start in range(0, rows, step):
            number = min(step, rows - start)
            first, second = (main.getcol(name, start, number) for name in ("ANTENNA1", "ANTENNA2"))
            if max(first.max(), second.max()) >= len(names):
                raise ms.fault(f"a row names an antenna beyond the {len(names)} of the table ANTENNA")
            # Not getcolslice, which reads less: casacore keeps all tiles that it cuts slices of in memory.
            flags = main.getcol("FLAG", start, number)[:, :, 0]
            whole = main.getcol("FLAG_ROW", start, number)
            counted = np.where(whole, channels, flags.sum(axis=1))
            cross = first != second
            for stations, which in ((first, slice(None)), (second, cross)):
                flagged += np.bincount(stations[which], counted[which], len(names))
                rows_of += np.bincount(stations[which], minlength=len(names))
    return {
        name: FlagCount(int(bad), int(seen) * channels)
        for name, bad, seen in zip(names, flagged, rows_of, strict=True)
        if seen and channels
    }
