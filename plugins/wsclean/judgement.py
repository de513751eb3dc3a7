"""What a job of WSClean has come to, beyond its exit status: from its report and its log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from genericpipe import Finding, Job, Severity, Step

from .logs import growing
from .preparation import report_of


def judge(step: Step, job: Job) -> Iterator[Finding]:
    """Yield what is wrong with a job that ended with exit status 0.

    Parameters
    ----------
    step
        The step the job belongs to.
    job
        The job, as `prepared` made it.
    """
    report = Path(report_of(job))
    try:
        told = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        message = f"step {step.name!r}: there is no report of WSClean's images ({report})"
        yield Finding(Severity.ERROR, "no-report", message, step.location, "look at the job's log")
        return
    for one in told:
        yield _at(step, Finding(Severity(one["severity"]), one["code"], one["message"], None, one["hint"]))
    if not any(one["code"] == "clean-diverged" for one in told):
        with job.stdout.open(encoding="utf-8", errors="replace") as log:
            how = growing(log)
        if how:
            hint = "clean less deep (-auto-threshold, -nmiter), with -local-rms, or with a higher -auto-mask"
            message = f"cleaning has diverged: {how}"
            yield _at(step, Finding(Severity.ERROR, "clean-diverged", message, None, hint))


def _at(step: Step, finding: Finding) -> Finding:
    message = f"step {step.name!r}: {finding.message}"
    return Finding(finding.severity, finding.code, message, step.location, finding.hint)
