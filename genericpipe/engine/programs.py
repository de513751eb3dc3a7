"""Which program or script a step runs: the named one, or what a plugin knows in its place."""

from __future__ import annotations

import os
import shutil

from ..errors import Finding, PipelineError, Severity
from ..pipeline import Step
from ..pluginmanager import PluginManager


def find_program(
    step: Step, name: str, is_script: bool, manager: PluginManager
) -> tuple[str, Finding | None]:
    """Return the program or script to run, and a warning where it is another than the named one.

    Parameters
    ----------
    step
        The step that wants it.
    name
        A path, or the bare name of a program on PATH.
    is_script
        Whether it is a Python script, which need not be executable.
    manager
        Who is plugged in.

    Raises
    ------
    PipelineError
        If there is none.
    """
    if is_script and os.path.isfile(name):
        return os.path.abspath(name), None
    if not is_script:
        found = shutil.which(name)
        if found is not None:
            return os.path.abspath(found) if os.sep in name else found, None
    value = step.control.get("executable")
    location = value.location if value else step.location
    try:
        instead = manager.first("locate_program", name=name, step=step)
    except PipelineError as error:  # a plugin that knows the program, but not where to find it
        raise error.at(location) from None
    if instead is not None:
        if is_script and os.sep not in name:  # it was named by its name alone, for whoever knows it
            return str(instead.value), None
        # In the words of lint: what it has told already is not told again.
        message = (
            f"step {step.name!r}: {name} is not there; {instead.value} of {instead.plugin.name} runs instead"
        )
        hint = "name it in the parset to keep it so"
        return str(instead.value), Finding(Severity.WARNING, "other-program", message, location, hint)
    if is_script:
        raise PipelineError(f"step {step.name!r}: Script {name} not found", location)
    there = os.path.isfile(name)
    raise PipelineError(
        f"step {step.name!r}: Executable {name} {'may not be executed' if there else 'not found'}",
        location,
        f"chmod +x {name}" if there else "" if os.sep in name else "it was looked for on PATH",
    )
