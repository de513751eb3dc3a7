"""What a step says before its pipeline runs, as far as that is final."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from genericpipe import Step

if TYPE_CHECKING:
    from genericpipe import Pipeline

_OPEN = re.compile(r"\{\{|\w\.output\.\w")


def is_known(text: str) -> bool:
    """Return whether a text is final: no placeholder and no reference is left in it."""
    return _OPEN.search(text) is None


def setting(pipeline: Pipeline, step: Step, key: str) -> str:
    """Return what a step or else its task says of a control key."""
    value = step.control.get(key)
    if value is not None:
        return value.text
    task = pipeline.config.tasks.get(step.type)
    return "" if task is None else task.settings.get(key, "")
