"""``statistics.xml``: how long each step and job took, as the tools of sites know it (contract 11)."""

from __future__ import annotations

import html
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from ..engine.run import Run, StepOutcome
from ..errors import ExitStatus, Finding, Severity
from ..pipeline import Step
from ..pluginmanager import hookimpl
from ..recipes.job import Job, Outcome

#: What LOFAR gave for a job that never ran (contract 7.7).
NEVER_RAN = 123456

# Characters that no XML file may hold (XML 1.0, 2.2), those of undecodable file names among them.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: Steps that stand there only by the steps in them.
CONTAINERS = ("loop", "pipeline")


class Packed:
    """The elements of a step's jobs, compressed to a tenth: those of a hundred thousand would be 33 MB."""

    def __init__(self) -> None:
        self._compressor = zlib.compressobj(1)
        self._held: list[bytes] = []

    def add(self, element: bytes) -> None:
        """Add an element."""
        packed = self._compressor.compress(element)
        if packed:
            self._held.append(packed)

    def close(self) -> None:
        """Add no more: what compresses takes memory, too."""
        self._held.append(self._compressor.flush())
        del self._compressor

    def __iter__(self) -> Iterator[bytes]:
        """Yield what was added, in pieces."""
        expander = zlib.decompressobj()
        yield from map(expander.decompress, self._held)


@dataclass
class Statistics:
    """The elements so far, in pieces of the file as it will be: many jobs must not cost much memory.

    Parameters
    ----------
    finished
        The elements of steps that are done.
    failed
        Those of steps that did not return.
    under_way
        The jobs of each step that has begun, outermost first.
    """

    finished: list[Iterable[bytes]] = field(default_factory=list)
    failed: list[Iterable[bytes]] = field(default_factory=list)
    under_way: list[Packed] = field(default_factory=list)

    def pieces(self) -> Iterator[bytes]:
        """Yield the file: one line, ASCII."""
        yield b'<?xml version="1.0" ?><active_stack Name="GenericPipeline" type="active_stack">'
        yield b'<active_stack info="Steps that have not returned">'
        yield from chain.from_iterable(self.failed)
        yield b"</active_stack>"
        yield from chain.from_iterable(self.finished)
        yield b"</active_stack>\n"


@hookimpl
def genericpipe_run_started(run: Run) -> None:
    """Begin to count."""
    run.stash.keep(Statistics())


@hookimpl
def genericpipe_step_started(run: Run, step: Step) -> None:
    """Begin a step."""
    statistics = run.stash.get(Statistics)
    if statistics is not None:
        statistics.under_way.append(Packed())


@hookimpl
def genericpipe_job_finished(run: Run, step: Step, job: Job, outcome: Outcome) -> None:
    """Note how long a job took."""
    statistics = run.stash.get(Statistics)
    # A plugin's element has no jobs; site tools tell it from a recipe's by that.
    if statistics is not None and statistics.under_way and step.kind != "plugin":
        statistics.under_way[-1].add(_ascii(_job(job, outcome)))


@hookimpl
def genericpipe_step_finished(run: Run, step: Step, outcome: StepOutcome) -> None:
    """Make the element of a step."""
    statistics = run.stash.get(Statistics)
    if statistics is None or not statistics.under_way:
        return
    jobs = statistics.under_way.pop()
    jobs.close()
    if step.kind in CONTAINERS:
        return
    name = element_name(step.name)
    real_name = f" name={_quoted(step.name)}" if name != step.name else ""
    start, end = ("<nodes>", "</nodes>") if step.kind != "plugin" else ("", "")
    pieces = statistics.finished if outcome.status.ok else statistics.failed
    pieces.append([_ascii(f'<{name}{real_name} duration="{outcome.duration:.6f}">{start}')])
    pieces.append(jobs)
    pieces.append([_ascii(f"{end}</{name}>")])


@hookimpl
def genericpipe_run_finished(run: Run, status: ExitStatus) -> None:
    """Write the file; that it cannot be written does not make a run a failed one (contract 15, 14)."""
    statistics = run.stash.get(Statistics)
    if statistics is None:
        return
    path = run.config.xml_stat_file
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.writelines(statistics.pieces())
        os.replace(beside, path)
    except OSError as error:
        message = f"Failed opening xml stat file: {path}: {error.strerror}"
        run.findings.append(Finding(Severity.WARNING, "statistics-not-written", message))


def element_name(step: str) -> str:
    """Return a step's name as an element may be called (contract 11, FIX: ``3c196`` is no name in XML).

    Characters that XML has no place for become underscores; the element then tells the step's own name.
    """
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", step)
    return name if re.match(r"[A-Za-z_]", name) else f"_{name}"


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "xmlcharrefreplace")


def _quoted(text: str) -> str:
    """Return a text as the value of an attribute; what XML has no place for becomes a question mark.

    (`xml.sax.saxutils` would do, and imports half the internet.)
    """
    return f'"{html.escape(_NOT_XML.sub("?", text))}"'


def _job(job: Job, outcome: Outcome) -> str:
    returncode = NEVER_RAN if outcome.returncode is None else outcome.returncode
    # One data point, at the end: processes are not looked at while they run.
    point = ""
    ended = outcome.started + outcome.duration
    if outcome.peak_memory is not None or outcome.cpu_time is not None:
        point = (
            f'<process idx="0" executable={_quoted(job.argv[0])} pid="">'
            f'<data_point timestamp="{ended:.0f}" read_bytes="" write_bytes="" cancelled_bytes=""'
            f' cpu="{outcome.cpu_time or 0:.2f}" mem="{outcome.peak_memory or 0}"/></process>'
        )
    return (
        f'<job job_id="{job.identity.index}" job_host={_quoted(job.host)}'
        f' duration="{outcome.duration:.6f}" returncode="{returncode}">'
        f'<resource_usage node_recipe_pid="">{point}</resource_usage></job>'
    )
