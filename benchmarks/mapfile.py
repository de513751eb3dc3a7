"""Reading a mapfile of a million entries."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row

ENTRIES = 1_000_000

READ = """
import sys
from genericpipe.mapfile import read
data_map = read(sys.argv[1])
assert len(data_map) == int(sys.argv[2]), len(data_map)
"""

# What reading would cost as one syntax tree. A tenth of the entries, since all of them fill the memory.
LITERAL = """
import ast, sys
with open(sys.argv[1]) as file:
    entries = ast.literal_eval(file.read())
assert len(entries) == int(sys.argv[2]), len(entries)
"""


def write_entries(path: Path, count: int) -> None:
    """Write a mapfile in the written form."""
    with path.open("w") as file:
        for number in range(count):
            name = f"/data/scratch/L{number:06d}_SB{number % 400:03d}_uv.dppp.MS"
            separator = ", " if number else "["
            file.write(f"{separator}{{'host': 'localhost', 'file': '{name}', 'skip': False}}")
        file.write("]")


def rows(folder: Path) -> Iterator[Row]:
    """Yield the row: a process that reads a million entries."""
    whole, tenth = folder / "whole.mapfile", folder / "tenth.mapfile"
    write_entries(whole, ENTRIES)
    write_entries(tenth, ENTRIES // 10)
    yield Row(
        "mapfile of a million entries in the written form: read",
        (sys.executable, "-c", READ, str(whole), str(ENTRIES)),
        seconds=3,
        megabytes=400,
        baseline=(sys.executable, "-c", LITERAL, str(tenth), str(ENTRIES // 10)),
        baseline_name="ast.literal_eval of a tenth of the entries",
    )
