"""A job of this machine that has not been told as ended yet."""

from __future__ import annotations

import json
import os
import resource
import time
from dataclasses import dataclass, field, replace
from typing import Any

from ..engine.executor import Finished, Submission
from ..recipes.job import Status
from .endings import Ending, outcome_of, with_report
from .logs import OpenLogs, remove_if_empty
from .memory import OutOfMemoryCounter
from .processes import start_of
from .pythonparent import contents
from .stopping import Stopping


def own_peak() -> int:
    """Return the most memory that we have held since this program began, in bytes.

    The kernel counts just that against a process that we start. What `getrusage` says of ourselves also
    counts who started us.
    """
    try:
        with open("/proc/self/status", "rb") as file:
            words = file.read().partition(b"VmHWM:")[2].split(None, 1)
        return int(words[0]) * 1024
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@dataclass(slots=True, eq=False)
class Running:
    """A job under way.

    Parameters
    ----------
    submission
        What was handed out for it.
    killed_before
        The count of processes killed for want of memory when it started.
    pid
        Its process, the leader of a session; None as long as there is none.
    process_start
        When that started, in clock ticks since the machine did.
    report
        An open file in which a Python call leaves what became of it.
    peak_before
        What we ourselves held when it started.
    is_adopted
        Whether an earlier process started it.
    is_cancelled
        Whether we were asked to stop it.
    number
        By what number a parent of Python jobs knows it.
    logs
        Its log files, as long as no process has them.
    begun, clock
        When it was asked for or, once that is known, started: in seconds since 1970, and by the clock that
        measures how long it runs.
    stop
        Its being stopped, once it is.
    ending, reason
        How its process ended, and why if that is known better than from the process.
    also
        Other submissions of the same process, each told when it ends.
    """

    submission: Submission
    killed_before: int | None
    pid: int | None = None
    process_start: int | None = None
    report: int | None = None
    peak_before: int = 0
    is_adopted: bool = False
    is_cancelled: bool = False
    number: int = -1
    logs: OpenLogs | None = None
    begun: float = field(default_factory=time.time)
    clock: float = field(default_factory=time.monotonic)
    stop: Stopping | None = None
    ending: Ending | None = None
    reason: str = ""
    also: list[Submission] = field(default_factory=list)

    @property
    def key(self) -> tuple[object, str]:
        """What tells it from others."""
        return self.submission.job.identity, self.submission.handle

    def is_due(self, now: float) -> bool:
        """Return whether the next signal is to be sent to it."""
        if self.stop is None:
            return self.is_cancelled and self.pid is not None
        return self.stop.deadline <= now

    def begin(self, pid: int, clock: float) -> None:
        """Note that its process has started, and when, by the clock that all processes share."""
        self.pid, self.process_start = pid, start_of(pid)
        self.stop = None  # a second process, where the first was silent, is to be stopped anew
        self.begun, self.clock = time.time() - (time.monotonic() - clock), clock

    def measured(self, status: int, usage: resource.struct_rusage) -> Ending:
        """Return how its process ended, from wait4(2).

        The kernel counts for a new process what the one that started it held at that moment: a smaller peak
        cannot be seen.
        """
        peak = usage.ru_maxrss * 1024
        return Ending(status, usage.ru_utime + usage.ru_stime, peak if peak > self.peak_before else None)

    def finished(self, ending: Ending, memory: OutOfMemoryCounter, reason: str = "") -> Finished:
        """Return its end, after tidying up."""
        job = self.submission.job
        outcome = outcome_of(ending, self.is_cancelled, memory, self.killed_before)
        if job.call and self.report is not None:
            outcome = with_report(outcome, self._reported(), job.call.is_step_plugin)
            os.close(self.report)
            self.report = None
        if self.logs:
            self.logs.close()
            self.logs = None
        if reason and outcome.status is not Status.CANCELLED:
            outcome = replace(outcome, reason=reason)
        remove_if_empty(job, self.pid)
        return Finished(
            self.submission,
            replace(outcome, started=self.begun, duration=time.monotonic() - self.clock),
        )

    def _reported(self) -> dict[str, Any] | None:
        try:
            report = json.loads(contents(self.report)) if self.report is not None else None
        except ValueError:  # it was killed while it wrote
            return None
        return report if isinstance(report, dict) else None
