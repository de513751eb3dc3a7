"""WSClean: asked what it can, run in a folder of its own, its images checked, and corrected without IDG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe import Finding, Job, Outcome, Step, hookimpl

from .capabilities import ask, find, is_wsclean

if TYPE_CHECKING:
    from genericpipe import Config, Pipeline


@hookimpl
def genericpipe_locate_program(name: str, step: Step) -> Path | None:
    """Run the WSClean on PATH where a site's task or a parset names one that is not there."""
    found = find("wsclean") if is_wsclean(name) else None
    return None if found is None else Path(found).absolute()


@hookimpl
def genericpipe_preflight(pipeline: Pipeline) -> Iterable[Finding]:
    """Tell where a step wants what the installed WSClean does not have."""
    from .preflight import check

    return check(pipeline)


@hookimpl
def genericpipe_prepare_job(step: Step, job: Job, config: Config) -> Job | None:
    """Run WSClean with what it has, in a folder of its own."""
    if job.call is not None or job.node is not None or not job.argv or not is_wsclean(job.argv[0]):
        return None
    from .preparation import prepared

    return prepared(step, job, config)


@hookimpl
def genericpipe_admit_job(step: Step, job: Job) -> Iterable[Finding]:
    """Look whether the sets hold what the beam needs, where it is wanted."""
    from .preparation import beam_of, call_of

    wanted = beam_of(job)
    if wanted is None:
        return []
    from .beamtables import look_at
    from .options import CommandLine

    paths = [str(job.working_directory / path) for path in CommandLine.parse(call_of(job)).sets]
    return look_at(step, paths, wanted[0], step.location, wanted[1])


@hookimpl
def genericpipe_check_job(step: Step, job: Job, outcome: Outcome) -> Iterable[Finding]:
    """Look at the images that WSClean left."""
    from .preparation import call_of

    if not call_of(job):
        return []
    from .judgement import judge

    return judge(step, job)


@hookimpl
def genericpipe_software_versions(pipeline: Pipeline) -> Mapping[str, str]:
    """Tell the version of WSClean and what it was built with, if a step runs it."""
    from .preflight import program_of

    program = next(filter(None, (program_of(pipeline, step) for step in pipeline.walk())), None)
    return {} if program is None else {"WSClean": ask(program).described()}
