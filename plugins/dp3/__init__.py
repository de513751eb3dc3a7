"""DP3 under all its names: found, given what it needs, looked after before and after each job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe import Finding, Job, Outcome, Step, hookimpl

from .names import is_dp3, of_job

if TYPE_CHECKING:
    from genericpipe import Pipeline


@hookimpl
def genericpipe_locate_program(name: str, step: Step) -> Path | None:
    """Find DP3 where a parset asks for it by a name or in a place that is not there.

    Raises
    ------
    PipelineError
        If there is none on this machine.
    """
    if not is_dp3(name):
        return None
    from .installation import find_dp3

    return find_dp3(name, step)


@hookimpl
def genericpipe_prepare_job(step: Step, job: Job) -> Job | None:
    """Give the build from PyPI what it needs, and leave out keys that it no longer knows."""
    program = of_job(job)
    if program is None:
        return None
    from .preparation import prepared

    return prepared(step, job, program)


@hookimpl
def genericpipe_admit_job(step: Step, job: Job) -> Iterable[Finding]:
    """Look at inputs that would make DP3 abort, or leave something wrong without a word."""
    if of_job(job) is None or job.node is not None:
        return []
    from .admission import look_at
    from .options import options_of

    return look_at(options_of(job), job.working_directory, step)


@hookimpl
def genericpipe_check_job(step: Step, job: Job, outcome: Outcome) -> Iterable[Finding]:
    """Look at what DP3 said and at the set that it left."""
    if of_job(job) is None:
        return []
    from .options import options_of
    from .output import look_at
    from .said import warnings

    found = warnings(step, job)
    return found if job.node is not None else [*found, *look_at(options_of(job), job.working_directory, step)]


@hookimpl
def genericpipe_lint(pipeline: Pipeline) -> Iterable[Finding]:
    """Tell of keys that the DP3 on this machine no longer knows, each with its line."""
    from .linting import check

    return check(pipeline)


@hookimpl
def genericpipe_preflight(pipeline: Pipeline) -> Iterable[Finding]:
    """Look at inputs that are known before the run as `genericpipe_admit_job` looks at all of them."""
    from .preflight import check

    return check(pipeline)


@hookimpl
def genericpipe_software_versions(pipeline: Pipeline) -> Mapping[str, str]:
    """Tell which DP3 a pipeline that uses it finds on this machine."""
    from .pipelinesteps import dp3_steps

    if next(dp3_steps(pipeline), None) is None:
        return {}
    from .installation import version_found

    version = version_found()
    return {"DP3": version} if version else {}
