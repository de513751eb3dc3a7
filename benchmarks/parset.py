"""Reading and building a big pipeline."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row

OPTIONS = 50
KEYS = 5000
KEYS_PER_STEP = 10

# The three stages that every command goes through.
BUILD = """
import sys
from genericpipe.config import Settings, load
from genericpipe.parset import read
from genericpipe.pipeline import build
parset = read(sys.argv[1])
pipeline = build(parset, load(Settings(job_name="big")))
assert len(pipeline.steps) == int(sys.argv[2]), len(pipeline.steps)
"""


def big_parset() -> str:
    """Return a parset of 5000 keys, each of which uses one of 50 options."""
    steps = [f"step{number}" for number in range(KEYS // KEYS_PER_STEP)]
    lines = [f"! option_{number} = /data/some/where/{number}" for number in range(OPTIONS)]
    lines.append(f"pipeline.steps = [{', '.join(steps)}]")
    for number, step in enumerate(steps):
        lines += [
            f"{step}.control.type = executable_args",
            f"{step}.control.kind = recipe",
            f"{step}.control.executable = {{{{ option_{number % OPTIONS} }}}}/bin/program",
        ]
        lines += [
            f"{step}.argument.key{key} = {{{{ option_{(number + key) % OPTIONS} }}}}/file.{key}"
            for key in range(KEYS_PER_STEP - 3)
        ]
    return "\n".join(lines) + "\n"


def rows(folder: Path) -> Iterator[Row]:
    """Yield the row: a process that reads, substitutes and builds."""
    parset = folder / "big.parset"
    parset.write_text(big_parset())
    steps = KEYS // KEYS_PER_STEP
    yield Row(
        f"parset of {KEYS} keys with {OPTIONS} options: read, substitute, build",
        (sys.executable, "-c", BUILD, str(parset), str(steps)),
        seconds=0.2,
    )
