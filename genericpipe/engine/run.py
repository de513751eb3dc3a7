"""A run of a pipeline and the end of one of its steps, as observers and reports see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from genericpipe.errors import Finding, GenericPipeError
from genericpipe.recipes.job import Status

if TYPE_CHECKING:
    from genericpipe.config import Config
    from genericpipe.pipeline import Pipeline

Kept = TypeVar("Kept")


class Stash:
    """What observers keep between two calls, each under a type of its own: an open file, counts."""

    def __init__(self) -> None:
        self._kept: dict[type, Any] = {}

    def keep(self, value: object) -> None:
        """Keep a value under its type, in place of an earlier one."""
        self._kept[type(value)] = value

    def get(self, kind: type[Kept]) -> Kept | None:
        """Return the value of a type, or None."""
        return self._kept.get(kind)


@dataclass(frozen=True)
class Expected:
    """How many jobs a step is about to run; kept by the engine before the first of them.

    Parameters
    ----------
    step
        The step's name.
    jobs
        How many, also those that an earlier run has done.
    """

    step: str
    jobs: int


@dataclass(frozen=True)
class Failure:
    """What ended a run before its last step was done.

    Parameters
    ----------
    error
        The exception; anything but a GenericPipeError is a defect, of ours or of a plugin.
    """

    error: BaseException

    @property
    def expected(self) -> bool:
        """Whether it is something that a user can cause."""
        return isinstance(self.error, GenericPipeError)


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
    log_level
        What its log tells: ``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``.
    echo
        Whether the log's lines go to standard output as well, as those of ``genericpipeline.py`` do.
    findings
        What was noticed so far, in that order; grows while it runs.
    stash
        What observers keep between two calls; a `Failure` where one ended the run.
    """

    job_name: str
    start_time: str
    pipeline: Pipeline
    config: Config
    job_directory: Path
    log_directory: Path
    log_level: str = "INFO"
    echo: bool = False
    findings: list[Finding] = field(default_factory=list, repr=False)
    stash: Stash = field(default_factory=Stash, repr=False, compare=False)

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
