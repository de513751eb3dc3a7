"""What becomes of a job that runs WSClean."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from genericpipe import Config, GenericPipeError, Job, PipelineError, Step

from .capabilities import Capabilities, ask, find
from .options import CommandLine
from .withoutidg import BEAMS, DIFFERENTIAL, SETTING, Correction, is_set, lacking, replaced

RUN = "genericpipe_plugins.wsclean.run"
REPORT = "--report"
_CORRECT, _DIFFERENTIAL = "--correct", "differential"
_END = "--"


def prepared(step: Step, job: Job, config: Config) -> Job | None:
    """Return a job that runs WSClean by way of `run`; None where there is no such program.

    Parameters
    ----------
    step
        The step the job belongs to.
    job
        The job, whose first word is WSClean.
    config
        The configuration.

    Raises
    ------
    PipelineError
        If it wants IDG or EveryBeam, the program has none, and the site has not said what then.
    """
    program = find(job.argv[0], job.environment.get("PATH"))
    if program is None:  # told by whoever starts it
        return None
    can = ask(program)
    line = CommandLine.parse(job.argv).ordered()
    correction: Correction | None = None
    missing = lacking(line.options, can)
    if missing:
        option, library = missing[0]
        refusal = why_not(config, can)
        if refusal:
            message = f"step {step.name!r}: -{option.name}: {can} has no {library}{refusal}"
            raise PipelineError(message, step.location, hint_for(can))
        try:
            line, correction = replaced(line)
        except GenericPipeError as error:
            raise PipelineError(f"step {step.name!r}: {error.message}", step.location, error.hint) from None
    own = [sys.executable, "-P", "-m", RUN, REPORT, report_of(job)]
    if correction is not None:
        own += [_CORRECT, _DIFFERENTIAL if correction.differential else "as-stored"]
        own += ["--limit", f"{correction.limit:g}", "--interval", f"{correction.interval:g}"]
    return replace(job, argv=(*own, _END, *line.words))


def why_not(config: Config, can: Capabilities) -> str:
    """Return why what is missing cannot be replaced, as the end of a sentence; empty where it can."""
    if not is_set(config):
        return ", and nothing says what to do without"
    return "" if can.wgridder else f", nor has it WGridder, which {SETTING} asks for"


def hint_for(can: Capabilities) -> str:
    """Return what to do where IDG or EveryBeam is missing."""
    if not can.wgridder:
        return "install a WSClean with IDG and EveryBeam: wsclean --version tells what it has"
    return (
        f"{SETTING} in pipeline.cfg makes the images with -use-wgridder, and corrects them with EveryBeam's"
        " average beam; or install a WSClean with IDG and EveryBeam"
    )


def report_of(job: Job) -> str:
    """Return the file in which `run` leaves what it found out."""
    return os.fspath(job.stdout.with_suffix(".wsclean.json"))


def beam_of(job: Job) -> tuple[str, bool] | None:
    """Return what wants the beam in a job that was prepared, and whether its data are said to be corrected.

    Returns
    -------
    tuple or None
        None where nothing wants it.
    """
    call = call_of(job)
    if not call:
        return None
    if _CORRECT in job.argv[: job.argv.index(_END)]:
        return SETTING, _DIFFERENTIAL in job.argv
    line = CommandLine.parse(call)
    option = next((one for one in line.options if one.name in BEAMS), None)
    return None if option is None else (f"-{option.name}", line.has(DIFFERENTIAL))


def call_of(job: Job) -> tuple[str, ...]:
    """Return the words of WSClean in a job that was prepared; none of another job."""
    if RUN not in job.argv or _END not in job.argv:
        return ()
    return job.argv[job.argv.index(_END) + 1 :]
