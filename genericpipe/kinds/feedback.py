"""``kind = feedback``: what the archive has to know of data products (image contract 2.6 and 5.1)."""

from __future__ import annotations

import os

from ..errors import PipelineError
from ..pipeline import Step
from ..recipes.job import PythonCall
from ..recipes.results import StepFailed
from .lone import lone_job
from .services import Passes, Result, Services

#: The version of processing feedback that is written (image contract 5.1).
VERSION = "03.01.00"
#: What a prefix or version says that is none.
NO_PREFIX = "none"
_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.[]")


def run(step: Step, passes: Passes, engine: Services) -> Result:
    """Write a record for each data product that is not skipped.

    It is done in a process of its own: reading data must not be able to harm the run. It is done again on
    every resume, so that the records are those of the files as they are.

    Raises
    ------
    PipelineError
        If a key is missing, or the prefix is none.
    StepFailed
        If the parset cannot be written, or a record is not complete; the file tells then what is known.
    """
    bound = engine.bind(step)
    for key in ("mapfile_in", "metadata_file", "product_type"):
        if not bound.control.get(key):
            raise PipelineError(
                f"step {step.name!r} does not give {key!r}",
                step.location,
                f"add {step.name}.control.{key} = ...",
            )
    prefix = full_prefix(bound.control.get("parset_prefix", ""))
    foreign = sorted(set(prefix) - _SIGNS)
    if foreign:
        raise PipelineError(
            f"step {step.name!r}: parset_prefix = {prefix!r} holds {foreign[0]!r}, which no key may",
            step.control["parset_prefix"].location,
            "letters, digits, dots, underscores and brackets may stand in it",
        )
    version = bound.control.get("feedback_version") or VERSION
    keywords = {
        # Absolute, so that the journal keeps the map as it was: failing entries are marked in it.
        "mapfile_in": os.path.abspath(bound.control["mapfile_in"]),
        "metadata_file": os.path.abspath(bound.control["metadata_file"]),
        "product_type": bound.control["product_type"],
        "prefix": prefix,
        "version": "" if version.lower() == NO_PREFIX else version,
        "cluster": engine.config.get("cluster", "name") or "",
    }
    call = PythonCall(
        script="genericpipe.kinds.records",
        positional=(),
        keywords=keywords,
        function="collect",
        is_module=True,
        is_step_plugin=True,
    )
    written = keywords["metadata_file"]
    job = lone_job(bound, passes, engine, call, "feedback", [keywords["mapfile_in"]], [written])
    outcome = engine.run_alone(step, job, {"metadata_file": written})
    if not outcome.status.ok:
        raise StepFailed(f"feedback failed: {outcome.reason}", step.location)
    return outcome.results


def full_prefix(text: str) -> str:
    """Return what stands before every key, with a dot at its end; nothing for an empty one and ``none``."""
    prefix = text.strip()
    if not prefix or prefix.lower() == NO_PREFIX:
        return ""
    return prefix if prefix.endswith(".") else f"{prefix}."
