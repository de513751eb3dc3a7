"""What do_magic takes for the headers of a whole observation, the start of Python and casacore included."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from benchmarks.measure import Missing, Row

SUBBANDS = 244
_SLOTS = 1800
_STATIONS = 3
_WIDTH = 195312.5

CALL = """
import sys
from genericpipe_plugins.do_magic.script import main
files = [f"{sys.argv[1]}/SB{number:03d}.MS" for number in range(int(sys.argv[2]))]
main(files, outmapname="do_magic.datamap", mapfile_dir=sys.argv[1], fieldsize_highres="1.5")
"""
# What any program that looks at all sets pays: casacore, and one table of each opened.
OPEN = """
import sys
from casacore.tables import table
for number in range(int(sys.argv[2])):
    table(f"{sys.argv[1]}/SB{number:03d}.MS", ack=False, lockoptions="usernoread").close()
"""


def rows(folder: Path) -> Iterator[Row | Missing]:
    """Yield the row: the headers of 244 subbands, and sixteen mapfiles."""
    name = f"do_magic of {SUBBANDS} subbands"
    if find_spec("casacore") is None:
        yield Missing(name, "there is no python-casacore here")
        return
    first = folder / "SB000.MS"
    make_set(first)
    for number in range(1, SUBBANDS):
        path = folder / f"SB{number:03d}.MS"
        # One set on the disk under many names, but for what differs.
        shutil.copytree(first, path, copy_function=os.link)
        shutil.rmtree(path / "SPECTRAL_WINDOW")
        shutil.copytree(first / "SPECTRAL_WINDOW", path / "SPECTRAL_WINDOW")
        set_frequency(path, 120.2e6 + number * _WIDTH)
    words = (str(folder), str(SUBBANDS))
    yield Row(
        name,
        (sys.executable, "-c", CALL, *words),
        seconds=3,
        baseline=(sys.executable, "-c", OPEN, *words),
        baseline_name="opening the main tables",
    )


def make_set(path: Path) -> None:
    """Make a set of a few stations and some hours, without visibilities."""
    import numpy as np
    from casacore.tables import default_ms, table

    pairs = np.array([(one, two) for one in range(_STATIONS) for two in range(one, _STATIONS)], np.int32)
    with default_ms(str(path)) as main:
        main.addrows(_SLOTS * len(pairs))
        for column, ends in (("ANTENNA1", pairs[:, 0]), ("ANTENNA2", pairs[:, 1])):
            main.putcol(column, np.tile(ends, _SLOTS))
        main.putcol("TIME", np.repeat(4871282392.0 + 8.0 * np.arange(_SLOTS), len(pairs)))
        main.putcol("INTERVAL", np.full(_SLOTS * len(pairs), 8.0))
    cells = {
        "ANTENNA": {"POSITION": [3826896.235, 460979.455, 5064658.203], "DISH_DIAMETER": 31.26},
        "FIELD": {"PHASE_DIR": np.array([[0.42624572, 0.57874697]])},
        "SPECTRAL_WINDOW": {"NUM_CHAN": 4, "CHAN_WIDTH": np.full(4, _WIDTH / 4), "REF_FREQUENCY": 120.2e6},
    }
    for name, columns in cells.items():
        with table(f"{path}/{name}", readonly=False, ack=False) as opened:
            opened.addrows(_STATIONS if name == "ANTENNA" else 1)
            for row in range(opened.nrows()):
                for column, value in columns.items():
                    opened.putcell(column, row, value)


def set_frequency(path: Path, frequency: float) -> None:
    """Move a set to a reference frequency in Hz."""
    from casacore.tables import table

    with table(f"{path}/SPECTRAL_WINDOW", readonly=False, ack=False) as windows:
        windows.putcell("REF_FREQUENCY", 0, frequency)
