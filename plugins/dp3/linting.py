"""What can be said of DP3's keys before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from genericpipe import Finding, Severity, Step

from .installation import Package, Version, written
from .keys import old_key
from .options import chain
from .pipelinesteps import dp3_steps, package_for

if TYPE_CHECKING:
    from genericpipe import Pipeline


def check(pipeline: Pipeline) -> Iterator[Finding]:
    """Yield a warning for each key of a DP3 step that has come to an end.

    The version is known without starting a program only where the DP3 is a package from PyPI; one that was
    built for the machine says itself which keys it did not use, and is heard after each job.
    """
    packages: dict[tuple[str, str], Package | None] = {}
    for step in dp3_steps(pipeline):
        executable = step.control.get("executable")
        key = (step.type, executable.text if executable else "")
        if key not in packages:
            packages[key] = package_for(pipeline, step)
        package = packages[key]
        if package is not None:
            yield from _of_step(step, package.version)


def _of_step(step: Step, version: Version) -> Iterator[Finding]:
    types = chain({key: value.text for key, value in step.arguments.items()})
    for key, value in step.arguments.items():
        old = old_key(key, version, types)
        if old is None:
            continue
        now = written(version)
        if old.is_gone:
            message = f"step {step.name!r}: DP3 {now} no longer has the key {key}, which is left out"
            yield Finding(
                Severity.WARNING, "dp3-key-gone", message, value.location, f"in its place: {old.remedy}"
            )
        else:
            message = f"step {step.name!r}: the key {key} is deprecated in DP3 {now}"
            yield Finding(
                Severity.WARNING, "dp3-key-deprecated", message, value.location, f"write {old.remedy}"
            )
