"""``kind = pipeline``: the steps of another parset (contract 6.3)."""

from __future__ import annotations

from ..errors import Findings, PipelineError, Severity
from ..pipeline import Step, unfold
from .services import Passes, Result, Services


def run(step: Step, passes: Passes, engine: Services) -> Result:
    """Run the steps of the sub-pipeline with the values that its step's arguments have by now.

    Raises
    ------
    PipelineError
        If its parset is not there, or cannot be built with these arguments.
    """
    if step.scope is None:
        raise PipelineError(f"sub-pipeline {step.name!r}: there is no parset {step.type!r}", step.location)
    bound = engine.bind(step)
    handed_over = {"parset": step.type}
    if "mapfile_in" in bound.control:
        handed_over["mapfile"] = bound.control["mapfile_in"]
    elif step.scope.handover is not None:
        handed_over["mapfile"] = engine.resolve(step.scope.handover)
    findings = Findings()
    steps = unfold(step, bound.arguments, findings)
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise PipelineError(finding.message, finding.location, finding.hint)
    engine.enter(step.scope.basename, handed_over)
    engine.run_steps(steps, passes)
    # A step named like its parset keeps the hand-over; LOFAR's own wiped it.
    return handed_over if step.scope.basename == step.name else {}
