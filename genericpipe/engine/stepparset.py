"""``parsets/<step>.parset``: what a step's arguments said, for people and tools (contract 11)."""

from __future__ import annotations

from pathlib import Path

from ..parset import write
from ..pipeline import Step
from ..pipeline.binding import BoundStep


def write_raw(step: Step, folder: Path) -> None:
    """Write a step's arguments as they stand before anything has run, ``flags`` among them."""
    if step.arguments:
        write({key: value.raw for key, value in step.arguments.items()}, path_of(step, folder))


def write_bound(bound: BoundStep, folder: Path) -> None:
    """Write a step's arguments as it runs with them: references replaced, no quotes, no ``flags``."""
    if bound.step.arguments:
        write(bound.arguments, path_of(bound.step, folder))


def path_of(step: Step, folder: Path) -> Path:
    """Return where a step's parset is written."""
    return folder / f"{step.name}.parset"
