"""A run of a pipeline and the end of one of its steps, as observers and reports see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe.recipes.job import Status

if TYPE_CHECKING:
    from genericpipe.config import Config
    from genericpipe.pipeline import Pipeline


@dataclass(frozen=True)
class Run:
    """One run.

    Parameters
    ----------
    job_name
        The name of the run's folders.
    start_time
        UTC, ``YYYY-MM-DDTHH:MM:SS``, or what ``--start-time`` gave: part of the log paths.
    pipeline
        What is run.
    config
        How.
    job_directory
        Where mapfiles, parsets and the journal are.
    log_directory
        Where this run's logs are.
    """

    job_name: str
    start_time: str
    pipeline: Pipeline
    config: Config
    job_directory: Path
    log_directory: Path

    @property
    def mapfile_directory(self) -> Path:
        """Where steps leave their mapfiles."""
        return self.job_directory / "mapfiles"

    @property
    def parset_directory(self) -> Path:
        """Where each step's parset is written."""
        return self.job_directory / "parsets"


@dataclass(frozen=True)
class StepOutcome:
    """How a step ended.

    Parameters
    ----------
    status
        How it ended.
    results
        Its result: what ``<step>.output.<key>`` refers to.
    jobs
        How many of its jobs ended in which way.
    duration
        In seconds.
    reason
        Why it failed, in a few words; empty for a success.
    """

    status: Status
    results: Mapping[str, str] = field(default_factory=dict)
    jobs: Mapping[Status, int] = field(default_factory=dict)
    duration: float = 0.0
    reason: str = ""
