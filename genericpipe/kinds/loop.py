"""``kind = loop``: a body of steps, again and again (contract 6.4)."""

from __future__ import annotations

from ..errors import PipelineError
from ..pipeline import Step
from .services import Passes, Result, Services


def run(step: Step, passes: Passes, engine: Services) -> Result:
    """Run the body ``loopcount`` times, or until a step of a pass gives a true ``break``.

    Raises
    ------
    PipelineError
        If the step does not say how often.
    """
    if step.loopcount is None:
        raise PipelineError(f"loop {step.name!r} does not say how often it runs", step.location)
    for number in range(step.loopcount):
        engine.enter(step.name, {"counter": number, "break": False})
        if engine.run_pass(step.body, (*passes, number)):
            break
    return {"counter": -1, "break": False}
