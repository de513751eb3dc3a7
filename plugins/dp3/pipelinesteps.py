"""The steps of a pipeline that run DP3, before the pipeline runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

from genericpipe import Location, PipelineError, Step

from ..stepsettings import setting
from .installation import Package, find_dp3, package_of
from .names import is_dp3

if TYPE_CHECKING:
    from genericpipe import Pipeline


def dp3_steps(pipeline: Pipeline) -> Iterator[Step]:
    """Yield the steps of kind ``recipe`` whose program is DP3, under any of its names."""
    for step in pipeline.walk():
        if step.kind == "recipe" and is_dp3(setting(pipeline, step, "executable")):
            yield step


def package_for(pipeline: Pipeline, step: Step) -> Package | None:
    """Return the package whose DP3.py a step will run; None where it will run another DP3, or none."""
    named = setting(pipeline, step, "executable")
    try:
        program = shutil.which(named) or str(find_dp3(named, step))
    except PipelineError:
        return None
    return package_of(program)


def line_of(step: Step, *keys: str) -> Location:
    """Return the line of the first of these arguments that a step has; else its own."""
    return next((step.arguments[key].location for key in keys if key in step.arguments), step.location)
