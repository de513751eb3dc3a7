"""What the journal says of runs, steps and jobs, as typed records."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from ...recipes.job import Outcome, Status
from ..folder.processes import ProcessId
from .stamps import FileStamp

#: How jobs and steps end well; `Status.ok`, for the texts in the journal.
GOOD = frozenset(status.value for status in Status if status.ok)

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class StepKey(NamedTuple):
    """Which step this is: its name as it runs, and the pass of each loop around it."""

    step: str
    passes: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.step}[{'.'.join(map(str, self.passes))}]" if self.passes else self.step


class AdoptedStep(NamedTuple):
    """A step that LOFAR's own framework finished: its task, its name where it can be told, its result."""

    task: str
    step: str
    result: Mapping[str, object]


class RunAbout(NamedTuple):
    """What is worth knowing of a run later on.

    Parameters
    ----------
    steps
        The steps of its pipeline as they run, loops and sub-pipelines themselves left out.
    selection
        The first and the last step that were wanted; nothing for all.
    software
        Versions that plugins told: name of the software -> text.
    setup
        How its parset was read: the names of `Settings` and the folder in which that was done -> text.
    preflight
        How long plugins looked at the data before it began, in seconds.
    """

    steps: tuple[str, ...] = ()
    selection: tuple[str, ...] = ()
    software: Mapping[str, str] = _NOTHING
    setup: Mapping[str, Any] = _NOTHING
    preflight: float = 0.0


NOTHING_KNOWN = RunAbout()


class RunRecord(NamedTuple):
    """A start of the runner: when, by which process, of what; ``status`` is empty while it has no end.

    ``time`` and ``ended`` are UTC, ``line`` is the line of the journal that tells its start.
    """

    start_time: str
    process: ProcessId
    version: str
    parset: str
    parset_digest: str
    options: Mapping[str, object]
    time: str
    status: str = ""
    ended: str = ""
    line: int = 0
    about: RunAbout = NOTHING_KNOWN


@dataclass(frozen=True)
class JobStart:
    """A job that was started and of whose end nothing is known.

    ``runner`` is the process that started it, ``host`` where it runs, ``handle`` the executor's name for it.
    """

    key: StepKey
    index: int
    runner: ProcessId | None
    host: str
    handle: str
    process_start: int | None


class JobRecord(NamedTuple):
    """How a job ended the last time. Files stand as in the journal: there are many jobs.

    Parameters
    ----------
    status
        As `Status` spells it.
    fingerprint, basis
        What it was, and what its whole step followed from.
    products
        Lists of path, size, time in nanoseconds.
    inputs
        The same for files from outside, paths alone for others.
    changed
        Lists of path, size and time before, size and time after.
    returncode, started, duration, cpu, memory, results, reason
        As in `Outcome`.
    sequence
        The line of the journal that says so: what happened later has a higher one.
    """

    status: str
    fingerprint: str = ""
    basis: str = ""
    products: Sequence[Sequence[Any]] = ()
    inputs: Sequence[Any] = ()
    changed: Sequence[Sequence[Any]] = ()
    returncode: int | None = None
    started: float = 0.0
    duration: float = 0.0
    cpu: float | None = None
    memory: int | None = None
    results: Mapping[str, str] = _NOTHING
    reason: str = ""
    sequence: int = 0

    @property
    def ok(self) -> bool:
        """Whether it ended well."""
        return self.status in GOOD

    @property
    def product_paths(self) -> list[str]:
        """The paths of its products."""
        return [product[0] for product in self.products]

    @property
    def input_paths(self) -> list[str]:
        """The paths of its inputs."""
        return [one if isinstance(one, str) else one[0] for one in self.inputs]

    @property
    def rewritten(self) -> list[str]:
        """The inputs that it changed: a step in place (``inplace``) that only read them is none that did."""
        return [one[0] for one in self.changed]

    def outcome(self) -> Outcome:
        """Return its outcome, to be built upon once more: a success counts as reused."""
        return Outcome(
            status=Status.REUSED if self.ok else Status(self.status),
            returncode=self.returncode,
            started=self.started,
            duration=self.duration,
            peak_memory=self.memory,
            cpu_time=self.cpu,
            results=self.results,
            reason=self.reason,
        )


class StepRecord(NamedTuple):
    """The last start of a step, and its end.

    Parameters
    ----------
    key, kind, task
        Which step, its ``control.kind`` and ``control.type``.
    basis
        What all its jobs followed from.
    takes
        Steps whose products it may have taken without naming each.
    program
        What it ran.
    before, after
        Mapfiles that it overwrote, as they were and as it left them: path -> digest of the text.
    status
        How it ended; empty while it has no end.
    result
        What it gave.
    adopted
        Whether LOFAR's own framework ran it.
    sequence
        The line of the journal that tells its end.
    began, ended
        When; empty where that is not known.
    line
        The line of the journal that tells its start.
    planned
        How many jobs it had, and how many of them were to run; None where that is not known.
    environment
        What its jobs' environment had on top of the runner's.
    """

    key: StepKey
    kind: str
    task: str
    basis: str = ""
    takes: tuple[str, ...] = ()
    program: FileStamp | None = None
    before: Mapping[str, str] = _NOTHING
    after: Mapping[str, str] = _NOTHING
    status: str = ""
    result: Mapping[str, object] = _NOTHING
    reason: str = ""
    adopted: bool = False
    sequence: int = 0
    began: str = ""
    ended: str = ""
    line: int = 0
    planned: tuple[int, int] | None = None
    environment: Mapping[str, str] = _NOTHING

    @property
    def done(self) -> bool:
        """Whether it ended well."""
        return self.status in GOOD


class StatefileMark(NamedTuple):
    """Digests of the statefile: the one last written, and one that was about to be; empty for none."""

    written: str = ""
    announced: str = ""


def plain(value: object) -> object:
    """Return a value of a step's result as JSON and a statefile can hold it; strange ones as their text."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return os.fsdecode(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)
