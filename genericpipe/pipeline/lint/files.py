"""Programs, files and folders that a step names: are they on this machine?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ...errors import Finding, Severity
from ..references import find
from ..step import Step
from .subject import Setting, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Look at each step; what is not there is of severity ``missing``: it may be elsewhere."""
    for step in subject.steps:
        recipe = subject.recipe(step)
        keys = subject.keys(step)
        if recipe is not None:
            yield from _program(subject, step)
        for name, key in keys.items():
            setting = subject.setting(step, name)
            if setting is not None and setting.text and setting.known and key.type in ("file", "mapfile"):
                if not key.ignored and not os.path.isfile(setting.text):
                    yield _missing(step, name, "file", setting)
        if recipe is None and "folder" in step.control:
            yield from _folder(step)
        yield from _argument_parset(step)


def _program(subject: Subject, step: Step) -> Iterator[Finding]:
    if not any(key.name == "executable" for key in subject.keys(step).values()):
        return
    setting = subject.setting(step, "executable")
    if setting is None or (not setting.text and setting.known):
        yield Finding(
            Severity.ERROR,
            "no-executable",
            f"step {step.name!r} does not say which program it runs, nor does task {step.type!r}",
            setting.location if setting else step.location,
            f"{step.definition}.control.executable = /path/to/program",
        )
        return
    if not setting.known:
        return
    script = subject.text(step, "nodescript") == "python_plugin"
    found = os.path.isfile(setting.text) if script else shutil.which(setting.text) is not None
    if found:
        return
    instead = subject.vocabulary.manager.first("locate_program", name=setting.text, step=step)
    if instead is not None:
        yield Finding(
            Severity.WARNING,
            "other-program",
            f"step {step.name!r}: {setting.text} is not there; {instead.value} of {instead.plugin.name} runs instead",
            setting.location,
        )
        return
    if not script and os.path.isfile(setting.text):
        hint = f"it is there but may not be executed: chmod +x {setting.text}"
    else:
        hint = "" if script or os.sep in setting.text else "it was looked for on PATH"
    yield _missing(step, "executable", "script" if script else "program", setting, hint)


def _missing(step: Step, name: str, what: str, setting: Setting, hint: str = "") -> Finding:
    return Finding(
        Severity.MISSING,
        f"no-such-{what}",
        f"step {step.name!r}: {name}: there is no {what} {setting.text!r}",
        setting.location,
        hint,
    )


def _folder(step: Step) -> Iterator[Finding]:
    value = step.control["folder"]
    setting = Setting(value.text, value.location)
    if setting.text and setting.known and not os.path.isdir(setting.text):
        yield _missing(step, "folder", "folder", setting)


def _argument_parset(step: Step) -> Iterator[Finding]:
    value = step.arguments.get("parset")
    if value is None or value.unresolved or step.kind == "pipeline":
        return
    if next(find(value.raw), None) is None and not Path(value.text).is_file():
        yield _missing(step, "argument.parset", "file", Setting(value.text, value.location))
