"""Programs, files and folders that a step names and that are not on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from ...config import parse_list
from ...errors import Finding, GenericPipeError, Location, PipelineError, Severity
from ...parset import read
from ..step import Step
from .nearby import nearby
from .subject import Setting, Subject

_CODES = {
    "file": "no-such-file",
    "folder": "no-such-folder",
    "program": "no-such-program",
    "script": "no-such-script",
}


class _Made:
    """What need not be there: what steps make themselves, and paths through a variable that is not set."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    @cached_property
    def _names(self) -> set[str]:
        """Names of mapfiles and folders that plugins are told to write."""
        keys = ("filename", "directory")
        values = (
            step.control[key].text for step in self._subject.steps for key in keys if key in step.control
        )
        return {os.path.normpath(text) for text in values if text}

    def includes(self, path: str) -> bool:
        """Return whether a step may make this file or folder before it is needed."""
        if any(unset.written in path for unset in self._subject.unset_variables):
            return True  # told as `unset-variable`: nobody knows where it would be
        config = self._subject.pipeline.config
        own = (config.job_directory, config.working_directory / config.job_name)
        path = os.path.normpath(path)
        return (
            path in self._names
            or os.path.basename(path) in self._names
            or any(Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder)) for folder in own)
        )


def check(subject: Subject) -> Iterator[Finding]:
    """Look at each step; what is not there is of severity ``missing``: it may be elsewhere."""
    made = _Made(subject)
    for step in subject.steps:
        recipe = subject.recipe(step)
        if recipe is not None:
            yield from _program(subject, step)
        for name, key in subject.keys(step).items():
            setting = subject.setting(step, name)
            if setting is None or not setting.text or not setting.known or key.ignored:
                continue
            if key.type in ("file", "mapfile"):
                yield from _file(step, name, setting.text, setting.location, made)
            elif key.type == "mapfiles":
                for path in parse_list(setting.text):
                    yield from _file(step, name, path, _line(step, name, path, setting), made)
        if recipe is None and "folder" in step.control:
            yield from _folder(subject, step, made)
        yield from _argument_parset(subject, step)


def _file(step: Step, name: str, path: str, where: Location, made: _Made) -> Iterator[Finding]:
    if not _is_file(path) and not made.includes(path):
        yield _missing(step, name, "file", Setting(path, where), nearby(path))


def _line(step: Step, name: str, text: str, setting: Setting) -> Location:
    """Return the line of a list on which an element stands."""
    value = step.control.get(name)
    return setting.location if value is None else value.entry.location_of(text)


def _is_file(path: str) -> bool:
    try:
        return os.path.isfile(path)
    except ValueError:  # a NUL character
        return False


def _program(subject: Subject, step: Step) -> Iterator[Finding]:
    if not any(key.name == "executable" for key in subject.keys(step).values()):
        return
    setting = subject.setting(step, "executable")
    if setting is None or (not setting.text and setting.known):
        yield Finding(
            Severity.ERROR,
            "no-executable",
            f"step {step.name!r} does not say which program it runs, nor does task {step.type!r}",
            setting.location if setting and not setting.from_task else step.location,
            f"{step.definition}.control.executable = /path/to/program",
        )
        return
    if not setting.known or any(unset.written in setting.text for unset in subject.unset_variables):
        return
    task = subject.task(step)
    problems = task.problems if setting.from_task and task is not None else ()
    if setting.location in [problem.location for problem in problems]:
        return  # its text cannot be put together, which is told already
    script = subject.text(step, "nodescript") == "python_plugin"
    if _is_file(setting.text) if script else _is_program(setting.text):
        return
    remedy = ""
    try:
        instead = subject.vocabulary.manager.first("locate_program", name=setting.text, step=step)
    except PipelineError as error:  # a plugin that knows the program, but not where to find it
        instead, remedy = None, error.hint
    if instead is not None and script and os.sep not in setting.text:
        return  # it was named by its name alone, for whoever knows it
    if instead is not None:
        yield Finding(
            Severity.WARNING,
            "other-program",
            f"step {step.name!r}: {setting.text} is not there; {instead.value} of {instead.plugin.name} "
            "runs instead",
            setting.location,
            "name it in the parset to keep it so",
        )
        return
    if remedy:
        hint = remedy
    elif os.path.isdir(setting.text):
        hint = "it is a folder"
    elif not script and _is_file(setting.text):
        hint = f"it is there but may not be executed: chmod +x {setting.text}"
    elif os.sep in setting.text or script:
        hint = nearby(setting.text)
    else:
        hint = "it was looked for on PATH"
    yield _missing(step, "executable", "script" if script else "program", setting, hint)


def _is_program(path: str) -> bool:
    try:
        return shutil.which(path) is not None
    except ValueError:  # a NUL character
        return False


def _missing(step: Step, name: str, what: str, setting: Setting, hint: str = "") -> Finding:
    return Finding(
        Severity.MISSING,
        _CODES[what],
        f"step {step.name!r}: {name}: there is no {what} {setting.text!r}",
        setting.location,
        hint,
    )


def _folder(subject: Subject, step: Step, made: _Made) -> Iterator[Finding]:
    """Look for the folder of a plugin such as createMapfile; one that a plugin makes is no matter."""
    setting = subject.setting(step, "folder")
    if setting is None or not setting.text or not setting.known or made.includes(setting.text):
        return
    if not os.path.isdir(setting.text):
        yield _missing(step, "folder", "folder", setting, nearby(setting.text))


def _argument_parset(subject: Subject, step: Step) -> Iterator[Finding]:
    """Look for the file with defaults for a step's arguments, and into it (contract 6)."""
    value = step.arguments.get("parset")
    # One that holds a reference is an ordinary option (contract 6).
    if value is not None and Setting(value.text, value.location).known and step.kind != "pipeline":
        if _is_file(value.text):
            yield from _content(value.text)
        else:
            hint = nearby(value.text)
            yield _missing(step, "argument.parset", "file", Setting(value.text, value.location), hint)
    setting = subject.setting(step, "parset")
    if setting is not None and setting.text and setting.known and _is_file(setting.text):
        yield from _content(setting.text)


def _content(path: str) -> Iterator[Finding]:
    try:
        yield from read(path).findings
    except GenericPipeError as error:
        yield Finding(
            Severity.ERROR, "bad-parset", error.message, error.location or Location(path), error.hint
        )
