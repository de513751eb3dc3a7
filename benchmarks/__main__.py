"""Measure the budget: ``python -m benchmarks [--pairs N] [PART ...]``; exits with 1 if a bound is broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Figure, Row, measure

# One module a subject; each has `rows(folder)`.
PARTS = ("start", "parset", "mapfile")


def describe(figure: Figure) -> str:
    """Return a row of the table."""
    row, usage = figure.row, figure.usage
    memory = f"{usage.megabytes:.0f} MB" + (f" (< {row.megabytes:.0f})" if row.megabytes else "")
    return (
        f"{'ok  ' if figure.kept else 'OVER'}  {row.name}\n"
        f"      wall {usage.wall:.3f} s (< {row.seconds:g})  CPU {usage.cpu:.3f} s  peak {memory}\n"
        f"      {figure.wall_ratio:.1f} x the wall, {figure.cpu_ratio:.1f} x the CPU of: {row.baseline_name}"
    )


def main() -> int:
    """Measure the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)} (default: all)")
    parser.add_argument(
        "--pairs", type=int, default=5, help="how often each row is run, in turns with its baseline"
    )
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")

    kept = True
    for part in options.parts or PARTS:
        rows: Callable[[Path], Iterator[Row]] = import_module(f"benchmarks.{part}").rows
        with tempfile.TemporaryDirectory(prefix="genericpipe-benchmark-") as name:
            for row in rows(Path(name)):
                figure = measure(row, Path(name), options.pairs)
                kept = kept and figure.kept
                print(describe(figure), flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
