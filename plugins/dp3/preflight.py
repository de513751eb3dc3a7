"""Inputs of DP3 that are known before a run begins: a set, or the sets of a mapfile that is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe import DataMap, Finding, MapfileError, Severity, Step

from ..stepsettings import is_known, setting
from .admission import look_at
from .options import Options, inputs
from .pipelinesteps import dp3_steps

if TYPE_CHECKING:
    from genericpipe import Pipeline

_YES = ("true", "t", "yes", "y", "1", "on")


def check(pipeline: Pipeline) -> Iterator[Finding]:
    """Yield what is wrong with inputs that are there already.

    One that is not there may be what another step makes, or what an earlier run has used and removed. Where a
    step has several jobs and may lose some, a bad input is only a warning: the job will fail, not the run.
    """
    folder = pipeline.config.working_directory.absolute() / pipeline.config.job_name
    # What stands there is of an earlier run: it will be made anew.
    own = (folder, pipeline.config.job_directory.absolute())
    for step in dp3_steps(pipeline):
        given = {key: value.text for key, value in step.arguments.items() if key not in ("flags", "parset")}
        if "parset" in step.arguments or not all(map(is_known, given.values())):
            continue
        jobs = list(_jobs(pipeline, step, given, own))
        tolerates = (setting(pipeline, step, "error_tolerance") or "true").lower() in _YES
        for options in jobs:
            for finding in look_at(options, folder, step, at_start=False):
                is_fatal = len(jobs) == 1 or not tolerates
                yield finding if is_fatal else replace(finding, severity=Severity.WARNING)


def _jobs(pipeline: Pipeline, step: Step, given: Options, own: tuple[Path, ...]) -> Iterator[Options]:
    """Yield the options of each job, as far as its input goes; none where only a run can tell."""
    path = setting(pipeline, step, "mapfile_in")
    if not path or not is_known(path) or "mapfiles_in" in step.control or not os.path.isfile(path):
        return
    if _is_below(path, own):
        return
    key = setting(pipeline, step, "inputkey")
    try:
        entries = DataMap.load(path)
    except MapfileError:
        return  # told when the step runs, and by lint
    entries.iterator = DataMap.SkipIterator
    for entry in entries:
        replaced = {name: entry.file if text == key else text for name, text in given.items()}
        if key and key not in given.values():
            replaced[key] = entry.file
        # An output that the step does not name gets a name of its own.
        options = {"msout": f"{entry.file}.{step.name}", **replaced}
        if not any(_is_below(one, own) for one in inputs(options)):
            yield options


def _is_below(path: str, folders: tuple[Path, ...]) -> bool:
    return any(Path(os.path.abspath(path)).is_relative_to(folder) for folder in folders)
