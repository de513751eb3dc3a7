"""What can be known of steps with WSClean before the first job: the program, its options, its inputs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from genericpipe import (
    Config,
    DataMap,
    Finding,
    GenericPipeError,
    Location,
    MapfileError,
    Pipeline,
    Severity,
    Step,
    entries_of,
)

from ..everybeamdata import is_installed
from ..stepsettings import is_known, setting
from .beamtables import look_at
from .capabilities import Capabilities, ask, find, is_wsclean
from .options import CommandLine, Option
from .preparation import hint_for, why_not
from .withoutidg import BEAMS, DIFFERENTIAL, SETTING, bad_setting, lacking, replaced

_GPU = ("hybrid", "gpu")
_GPU_FILES = ("/dev/nvidia0", "/dev/nvidiactl", "/proc/driver/nvidia/version", "/dev/kfd")


class _Asked:
    """The options of a step, each with the line it stands in.

    Parameters
    ----------
    step
        The step.
    """

    def __init__(self, step: Step) -> None:
        self._lines: dict[str, Location] = {}
        options: list[Option] = []
        for key, value in step.arguments.items():
            if key in ("flags", "parset"):
                continue
            name = key.lstrip("-")
            options.append(Option(name, tuple(value.text.split())))
            self._lines[name] = value.location
        flags = step.arguments.get("flags")
        if flags is not None:
            line = CommandLine.parse(("wsclean", *_words(flags.raw)))
            options += line.options
            self._lines.update({option.name: flags.location for option in line.options})
        self.line = CommandLine("wsclean", tuple(options), ())
        self._step = step

    def where(self, option: Option) -> Location:
        """Return the line of an option."""
        return self._lines.get(option.name, self._step.location)


def check(pipeline: Pipeline) -> Iterator[Finding]:
    """Yield what forbids steps with WSClean, and what has to be known of them.

    Parameters
    ----------
    pipeline
        The pipeline about to be run.
    """
    config = pipeline.config
    steps = [(step, program) for step in pipeline.walk() if (program := program_of(pipeline, step))]
    bad = bad_setting(config) if steps else None
    if bad is not None:
        yield bad
        return
    for step, program in steps:
        can = ask(program)
        asked = _Asked(step)
        yield from _folder(step, asked)
        missing = lacking(asked.line.options, can)
        if missing:
            yield from _missing(step, asked, missing, can, config)
        elif asked.line.value("idg-mode") in _GPU and asked.line.has("use-idg") and not _has_gpu():
            option = Option("idg-mode", asked.line.values("idg-mode"))
            message = f"step {step.name!r}: -idg-mode {option.values[0]}: this machine has no GPU"
            yield Finding(Severity.ERROR, "no-gpu", message, asked.where(option), "write cpu")
        if asked.line.has(*BEAMS):
            yield from _inputs(pipeline, step, asked)


def _missing(
    step: Step, asked: _Asked, missing: list[tuple[Option, str]], can: Capabilities, config: Config
) -> Iterator[Finding]:
    """Tell what a program lacks: an error, or what is done instead."""
    option, library = missing[0]
    begin = f"step {step.name!r}: -{option.name}: {can} has no {library}"
    refusal = why_not(config, can)
    if refusal:
        yield Finding(Severity.ERROR, "no-idg", begin + refusal, asked.where(option), hint_for(can))
        return
    try:
        _, correction = replaced(asked.line)
    except GenericPipeError as error:
        message = f"step {step.name!r}: {error.message}"
        yield Finding(Severity.ERROR, "no-idg", message, asked.where(option), error.hint)
        return
    if correction is not None and not is_installed():
        message = f"{begin}, and everybeam, with which {SETTING} corrects images, is not installed"
        hint = "pip install 'genericpipe[tools]'"
        yield Finding(Severity.ERROR, "no-everybeam", message, asked.where(option), hint)
        return
    then = "; *-image-pb.fits are made from the average beam (EveryBeam)" if correction is not None else ""
    message = f"{begin}: the images are not made by IDG but with -use-wgridder{then}"
    yield Finding(Severity.WARNING, "without-idg", message, asked.where(option), f"{SETTING} wants it so")


def program_of(pipeline: Pipeline, step: Step) -> str:
    """Return the WSClean that a step runs; empty where it runs something else, or nothing that is there."""
    if step.kind != "recipe":
        return ""
    named = setting(pipeline, step, "executable")
    if not is_wsclean(named) or not is_known(named):
        return ""
    return find(named) or find("wsclean") or ""


def _folder(step: Step, asked: _Asked) -> Iterator[Finding]:
    """Look at the folder for temporary files (image contract 6)."""
    for name in ("temp-dir", "tempdir"):
        path = asked.line.value(name)
        if not path or not os.path.isabs(path) or not is_known(path):
            continue
        if os.path.isdir(path) and os.access(path, os.W_OK | os.X_OK):
            continue
        what = "may not be written to" if os.path.isdir(path) else "is no folder on this machine"
        message = f"step {step.name!r}: -{name}: {path} {what}"
        hint = "make it, or name another"
        yield Finding(Severity.ERROR, "no-temp-dir", message, asked.where(Option(name)), hint)


def _inputs(pipeline: Pipeline, step: Step, asked: _Asked) -> Iterator[Finding]:
    """Look at sets that are known before the run: those of a mapfile that is there."""
    value = step.control.get("mapfile_in")
    if value is None or not is_known(value.text) or not os.path.isfile(value.text):
        return
    if Path(value.text).absolute().is_relative_to(pipeline.config.job_directory.absolute()):
        return  # what an earlier run left there is made anew
    try:
        entries = DataMap.load(value.text)
    except MapfileError:
        return  # told by whoever reads it first
    option = next(one for one in asked.line.options if one.name in BEAMS)
    texts = [entry.file for entry in entries if not entry.skip]
    paths = [path for text in texts for path in (_words(text) if text.startswith("[") else [text])]
    differential = asked.line.has(DIFFERENTIAL)
    yield from look_at(step, paths, f"-{option.name}", asked.where(option), differential)


def _words(text: str) -> list[str]:
    """Return the elements of a list; one element of other text."""
    return [word.strip() for word in entries_of(text)]


def _has_gpu() -> bool:
    """Return whether this machine seems to have a GPU that IDG can use."""
    return any(map(os.path.exists, _GPU_FILES))
