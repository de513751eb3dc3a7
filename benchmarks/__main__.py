"""Measure the budget: ``python -m benchmarks [--pairs N] [PART ...]``; exits with 1 if a bound is broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Failed, Figure, Missing, Row, measure
from benchmarks.table import as_markdown, describe

# One module a subject; each has `rows(folder)`.
PARTS = ("start", "parset", "mapfile", "jobs", "python", "resume", "magic", "others")
#: Takes a quarter of an hour.
LARGE = "large"


def main() -> int:
    """Measure the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known = (*PARTS, LARGE)
    named = f"of: {', '.join(known)} (default: all but {LARGE})"
    parser.add_argument("parts", nargs="*", metavar="PART", help=named)
    parser.add_argument(
        "--pairs", type=int, default=5, help="how often each row is run, in turns with its baseline"
    )
    parser.add_argument("--large", action="store_true", help="also what takes long: 100 000 jobs")
    parser.add_argument("--markdown", action="store_true", help="also print the figures as a table")
    options = parser.parse_args()
    if unknown := set(options.parts) - {*known}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")

    parts = list(options.parts or PARTS)
    if options.large and LARGE not in parts:
        parts.append(LARGE)
    figures = []
    try:
        for figure in measured(parts, options.pairs):
            figures.append(figure)
            print(describe(figure), flush=True)
    except Failed as error:
        return _tell(error)
    if options.markdown:
        print(f"\n{as_markdown(figures)}")
    return 0 if all(figure.kept for figure in figures if isinstance(figure, Figure)) else 1


def measured(parts: list[str], pairs: int) -> Iterator[Figure | Missing]:
    """Yield the rows of parts, each as soon as it is measured."""
    for part in parts:
        rows: Callable[[Path], Iterator[Row | Missing]] = import_module(f"benchmarks.{part}").rows
        with tempfile.TemporaryDirectory(prefix="genericpipe-benchmark-") as name:
            for row in rows(Path(name)):
                if isinstance(row, Missing):
                    yield row
                    continue
                try:
                    yield measure(row, Path(name), pairs)
                except Failed as error:
                    if not row.is_foreign:
                        raise
                    yield Missing(f"{row.name}, against {row.baseline_name}", _last_words(error))


def _last_words(error: Failed) -> str:
    """Return the last line that a failed process said, or how it ended."""
    lines = [line for text in error.args for line in str(text).splitlines() if line.strip()]
    return lines[-1][:200]


def _tell(error: Failed) -> int:
    print(*error.args, sep="\n", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
