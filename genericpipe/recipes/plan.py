"""The plan of a pipeline: each job with its command line, as far as that is known before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from .unknown import Unknown


class Work(StrEnum):
    """What a job is."""

    PROGRAM = "program"
    SCRIPT = "python script"
    PLUGIN = "step plugin"


@dataclass(frozen=True)
class PlannedJob:
    """One job as it is going to run; what is not known stands in its texts as ``<step.output.key>``.

    Parameters
    ----------
    index
        The entry of the mapfile.
    host
        Where it runs.
    work
        What it is; of a call, `argv` is the script or plugin, its words and ``key=value``.
    argv
        The program and its words.
    environment
        The variables that the step sets.
    working_directory
        Where it starts.
    outputs
        The names of its products.
    files
        Files that are written for it: path -> text.
    depends_on
        What unknown things it depends on; empty where all of this is exact.
    """

    index: int
    host: str
    work: Work
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    working_directory: Path
    outputs: tuple[str, ...]
    files: Mapping[str, str]
    depends_on: tuple[Unknown, ...]

    @property
    def exact(self) -> bool:
        """Whether it runs like this, if the steps before it succeed."""
        return not self.depends_on


@dataclass
class PlannedRun:
    """One time that a step runs.

    Parameters
    ----------
    passes
        The pass of each loop around it, outermost first.
    jobs
        Its jobs; a single one stands for all where `template` is set.
    template
        Why nobody knows how many jobs there are; empty where that is known.
    problem
        Why it is going to fail, or cannot be planned; empty otherwise.
    depends_on
        What the problem depends on; it need not come to it.
    notes
        What else the user should know.
    results
        What later steps find of it, as far as known.
    """

    passes: tuple[int, ...] = ()
    jobs: list[PlannedJob] = field(default_factory=list)
    template: tuple[Unknown, ...] = ()
    problem: str = ""
    depends_on: tuple[Unknown, ...] = ()
    notes: list[str] = field(default_factory=list)
    results: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Counts:
    """How many jobs a plan has.

    Parameters
    ----------
    exact
        Those that are known to the last word.
    unknown
        Those that depend on something unknown; one for each step of which nobody knows how many it has.
    """

    exact: int = 0
    unknown: int = 0

    @property
    def jobs(self) -> int:
        """How many there are in all."""
        return self.exact + self.unknown

    def add(self, jobs: Iterable[PlannedJob]) -> None:
        """Count jobs."""
        for job in jobs:
            if job.exact:
                self.exact += 1
            else:
                self.unknown += 1


@dataclass
class Plan:
    """What a pipeline is going to run.

    Parameters
    ----------
    runs
        Name of a step -> each time that it runs and is shown.
    counts
        The jobs, also of passes that are not shown.
    notes
        Name of a step -> what holds for all its runs.
    """

    runs: dict[str, list[PlannedRun]] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    notes: dict[str, list[str]] = field(default_factory=dict)
