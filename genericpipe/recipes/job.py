"""A job, one process for one entry of a mapfile, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class JobIdentity:
    """Which job this is, in this run and in one that resumes it.

    Parameters
    ----------
    step
        The step's name as numbered (``a``, ``a1``), with the path through sub-pipelines.
    index
        Which entry of the step's input maps, from 0.
    passes
        The pass of each loop around the step, outermost first, from 0.
    """

    step: str
    index: int
    passes: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.step}[{'.'.join(str(number) for number in (*self.passes, self.index))}]"


@dataclass(frozen=True, slots=True)
class Resources:
    """What a job wants of its host.

    Parameters
    ----------
    threads
        Cores it uses; 0 where it does not say.
    memory
        Memory in bytes; None where nobody knows.
    """

    threads: int = 1
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class PythonCall:
    """A call of a function of a Python script: the work of a job that is no program.

    Parameters
    ----------
    script
        The script; the dotted name of a module if `is_module`.
    positional, keywords
        The arguments: text, but a step plugin's ``environment``, which is a mapping.
    function
        The function to call.
    is_module
        Whether `script` is to be imported by its name.
    is_step_plugin
        Whether it is called as LOFAR called step plugins (contract 9): the positional arguments as one
        list, in an interpreter of its own, and an ``exit()`` of any status is a failure.
    path
        Folders at the end of the import path, where the plugin finds others.
    """

    script: str
    positional: tuple[str, ...]
    keywords: Mapping[str, str | Mapping[str, str]]
    function: str = "main"
    is_module: bool = False
    is_step_plugin: bool = False
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeScript:
    """A site's node script that does the work of a job (contract 8).

    Parameters
    ----------
    script
        Its file: what stands in it has a say in whether the job is the same as in an earlier run.
    executable
        The program that it is told to start; so has that.
    results
        The file in which it leaves its results, as JSON: key -> text.
    """

    script: str
    executable: str
    results: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a job may take and how often it is tried.

    Parameters
    ----------
    timeout
        Seconds after which it is stopped; None for never.
    retries
        How often it is started again when it failed; a segmentation fault is retried once in any case.
    """

    timeout: float | None = None
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One process to be started.

    Parameters
    ----------
    identity
        Which job of which step.
    host
        Where it is to run, as the mapfile says.
    argv
        The program and its words; of a Python call what stands for it in logs and plans.
    environment
        Variables to set on top of what the process inherits.
    working_directory
        The folder it starts in.
    stdout, stderr
        The files its output goes to.
    resources
        What it wants of its host.
    call
        The Python call to make instead of starting a program.
    isolated
        Whether the call wants an interpreter of its own.
    files
        Files to be written before it starts: path -> text.
    inputs, products
        The files it reads and those it is expected to leave, as its mapfiles name them.
    limits
        How long it may take and how often it is tried.
    node
        The node script of a site that it runs, if it runs one.
    """

    identity: JobIdentity
    host: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    working_directory: Path
    stdout: Path
    stderr: Path
    resources: Resources = field(default_factory=Resources)
    call: PythonCall | None = None
    isolated: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    node: NodeScript | None = None


class Status(StrEnum):
    """How a job or a step ended; the first three are shades of success."""

    DONE = "done"
    REUSED = "reused"
    SKIPPED = "skipped"
    FAILED = "failed"
    KILLED = "killed"
    OUT_OF_MEMORY = "out of memory"
    CANCELLED = "cancelled"

    @property
    def ok(self) -> bool:
        """Whether later steps may build on it."""
        return self in (Status.DONE, Status.REUSED, Status.SKIPPED)


#: One for all: most of many jobs give nothing, and each outcome is kept until its step ends.
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job.

    Parameters
    ----------
    status
        How it ended.
    returncode
        The exit status of the process, -N if signal N ended it, None if there was no process.
    started
        When it started, in seconds since 1970 (UTC).
    duration
        How long it ran, in seconds.
    peak_memory
        The most memory it held at once, in bytes; None where it was not measured.
    cpu_time
        Processor time of it and its children, in seconds; None where it was not measured.
    results
        What it gave: key -> text.
    reason
        Why it failed, in a few words; empty for a success.
    reported
        Whether it came to its own end. A Python call that leaves by ``sys.exit(0)`` succeeds without: it then
        gives no result ``ok`` (contract 8).
    """

    status: Status
    returncode: int | None = None
    started: float = 0.0
    duration: float = 0.0
    peak_memory: int | None = None
    cpu_time: float | None = None
    results: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    reason: str = ""
    reported: bool = True
