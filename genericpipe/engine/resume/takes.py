"""Which steps' products a step may take without naming each: those whose mapfile it is given by its path."""

from __future__ import annotations

from ...pipeline.binding import BoundStep
from ...pipeline.references import find

#: Control keys whose mapfiles the recipe reads itself, entry by entry.
_READ_BY_ENTRY = frozenset({"mapfile_in", "mapfiles_in", "mapfile_out", "mapfiles_out"})


def takes_of(bound: BoundStep) -> tuple[str, ...]:
    """Return the steps whose mapfiles are handed to a step's programs as paths.

    Such a program can read, move or delete any file in the map. This is for recipe steps: step plugins get
    every map in this way, and leave the files alone.

    Parameters
    ----------
    bound
        The step with its references replaced.
    """
    step = bound.step
    implicit = {(one.argument, one.reference) for one in bound.implicit}
    given = [(key, value) for key, value in step.arguments.items()]
    control = [(None, value) for key, value in step.control.items() if key not in _READ_BY_ENTRY]
    names = {
        reference.step
        for key, value in (*given, *control)
        for reference in find(value.raw)
        if reference.names_mapfile and (key, reference) not in implicit
    }
    return tuple(sorted(names))
