"""Python plugin jobs: what each costs after the first, which has to import what the script imports."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from benchmarks.measure import Missing, Row
from benchmarks.project import one_step

JOBS = 201

SCRIPT = '''\
"""Return a dictionary."""

import casacore.tables
import numpy


def main(name):
    return {"name": name, "numpy": numpy.__version__, "module": casacore.tables.__name__}
'''


def rows(folder: Path) -> Iterator[Row | Missing]:
    """Yield the row: two hundred jobs against a single one."""
    name = "python plugin job whose script imports numpy and casacore and returns a dictionary"
    if find_spec("casacore") is None:
        yield Missing(name, "there is no python-casacore here")
        return
    script = folder / "plugin.py"
    script.write_text(SCRIPT)
    settings = {
        "control.type": "pythonplugin",
        "control.executable": str(script),
        "argument.flags": "[input]",
    }
    one, many = one_step(folder / "one", 1, settings), one_step(folder / "many", JOBS, settings)
    yield Row(
        name,
        many.argv,
        baseline=one.argv,
        baseline_name="a single job",
        jobs=JOBS,
        further=0.005,
        fresh=(one.job_folder, many.job_folder),
    )
