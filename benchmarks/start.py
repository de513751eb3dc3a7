"""How long one waits for the command itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row

ROOT = Path(__file__).resolve().parent.parent
ARCHIVED = "archive/lofar-astron+prefactor/V3.2/Pre-Facet-Target.parset"


def rows(folder: Path) -> Iterator[Row]:
    """Yield the rows: the bare command, and lint of a pipeline as it is used in production."""
    command = (sys.executable, "-m", "genericpipe")
    yield Row("genericpipe --version", (*command, "--version"), seconds=0.15)

    reference = Path(os.environ.get("GENERICPIPE_REFERENCE") or ROOT.parent / "shared")
    parset = reference / ARCHIVED
    if parset.is_file():
        yield Row(
            "lint of prefactor's target pipeline", (*command, "lint", str(parset)), 0.3, statuses=(0, 3)
        )
    else:
        print(f"left out: lint of prefactor's target pipeline: there is no {parset}")
