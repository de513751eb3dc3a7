"""Mock runs: what the programs, scripts and plugins of radio astronomy leave behind without being run."""

from __future__ import annotations

from collections.abc import Mapping

from genericpipe import Job, Step, hookimpl


@hookimpl
def genericpipe_mock_outputs(step: Step, job: Job) -> Mapping[str, str] | None:
    """Leave what a job of this kind leaves, and say what it would say.

    Files are made in the job's own folders alone, and none that is there is replaced, but for mapfiles that a
    script writes anew each time.

    Parameters
    ----------
    step
        The step the job belongs to.
    job
        The job that is not started.

    Returns
    -------
    Mapping or None
        The results; None for a step plugin that can be called as it is.

    Raises
    ------
    GenericPipeError
        If a file cannot be written.
    """
    # Only here: most commands are no mock runs.
    from .making import Maker
    from .programs import leave
    from .scripts import results_of
    from .stepplugins import answer

    made = Maker(job)
    if job.call is not None and job.call.is_step_plugin:
        return answer(step.type, job.call, made)
    results = {} if job.call is None else results_of(job.call, made)
    leave(job, made)
    return results
