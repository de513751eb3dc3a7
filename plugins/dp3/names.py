"""The names that DP3 has had, and the jobs that run it."""

from __future__ import annotations

import os

from genericpipe import Job

#: In lower case. NDPPP until 2018, then DPPP, now DP3; the package from PyPI brings DP3.py alone.
NAMES = frozenset({"dp3", "dp3.py", "dppp", "ndppp"})


def is_dp3(program: str) -> bool:
    """Return whether a program is DP3, by its name without its folder."""
    return os.path.basename(program).lower() in NAMES


def of_job(job: Job) -> str | None:
    """Return the DP3 that a job runs; None for a job that runs something else."""
    if job.call is not None:
        return None
    program = job.node.executable if job.node is not None else next(iter(job.argv), "")
    return program if is_dp3(program) else None
