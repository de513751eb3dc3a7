"""Cells of sub-tables: how they are written, and the units and frames that their columns name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def opened(path: Path, name: str) -> Iterator[Any]:
    """Open a sub-table for writing, for the time of a ``with`` block."""
    from casacore.tables import table

    with table(f"{path}/{name}", readonly=False, ack=False) as sub_table:
        yield sub_table


def put(table: Any, row: int, cells: Mapping[str, Any]) -> None:
    """Write cells of a row: column -> value."""
    for column, value in cells.items():
        table.putcell(column, row, value)


def unit(name: str, number: int = 1) -> dict[str, Any]:
    """Return the keywords of a column with so many numbers of a unit."""
    return {"QuantumUnits": [name] * number}


def position() -> dict[str, Any]:
    """Return the keywords of a column with positions, or differences of such."""
    return {**unit("m", 3), "MEASINFO": {"type": "position", "Ref": "ITRF"}}


def direction(frame: str, unit_name: str = "rad") -> dict[str, Any]:
    """Return the keywords of a column with directions in a frame."""
    return {**unit(unit_name, 2), "MEASINFO": {"type": "direction", "Ref": frame}}


def epoch() -> dict[str, Any]:
    """Return the keywords of a column with times."""
    return {**unit("s"), "MEASINFO": {"type": "epoch", "Ref": "UTC"}}
