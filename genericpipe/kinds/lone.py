"""The one job of a step that has no mapfile: a call in a process of its own, in our own folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..pipeline.binding import BoundStep
from ..recipes.job import Job, JobIdentity, PythonCall
from ..recipes.limits import limits_of
from .services import Passes, Services


def lone_job(
    bound: BoundStep,
    passes: Passes,
    engine: Services,
    call: PythonCall,
    name: str,
    inputs: Sequence[str] = (),
    products: Sequence[str] = (),
) -> Job:
    """Return a call as the only job of its step.

    Parameters
    ----------
    bound
        The step with its references replaced.
    passes
        The pass of each loop around it.
    engine
        Knows where logs go.
    call
        The call.
    name
        What stands for the function in logs and plans.
    inputs, products
        The files it reads and leaves.
    """
    step = bound.step
    stem = ".".join(str(number) for number in (*passes, 0))
    logs = engine.folders.logs / step.name
    return Job(
        identity=JobIdentity(step.name, 0, passes),
        host="localhost",
        argv=(name, *call.positional, *(f"{key}={value}" for key, value in call.keywords.items())),
        environment={},
        working_directory=Path.cwd(),
        stdout=logs / f"{stem}.log",
        stderr=logs / f"{stem}.err",
        call=call,
        isolated=True,
        inputs=tuple(inputs),
        products=tuple(products),
        limits=limits_of(bound),
    )
