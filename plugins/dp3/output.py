"""The set that DP3 has left: there, not empty, not flagged all over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from genericpipe import Finding, Severity, Step

from .options import Options, output
from .pipelinesteps import line_of
from .sets import holds, opened


def look_at(options: Options, folder: Path, step: Step) -> Iterator[Finding]:
    """Yield an error where the output of a job cannot be what was wanted.

    Parameters
    ----------
    options
        The options of the job.
    folder
        Where it started.
    step
        Its step.
    """
    path = output(options, folder)
    # On another machine nobody here can look.
    if path is None or not os.path.isdir(path.parent):
        return
    problem = _problem(path)
    if problem:
        message = f"step {step.name!r}: DP3 ended with status 0, but {path} {problem}"
        yield Finding(Severity.ERROR, "dp3-bad-output", message, line_of(step, "msout"))


def _problem(path: Path) -> str:
    if not os.path.exists(path):
        return "is not there"
    try:
        with opened(path) as table:
            if table.nrows() == 0:
                return "has no rows"
            if not holds(table, "FLAG", lambda flags: ~flags):
                return "is flagged all over"
    except RuntimeError as error:
        return f"cannot be opened: {' '.join(str(error).split())}"
    return ""
