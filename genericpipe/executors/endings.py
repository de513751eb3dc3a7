"""How a process ended, in the words of an outcome."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..recipes.job import Outcome, Status
from .memory import OutOfMemoryCounter


@dataclass(frozen=True, slots=True)
class Ending:
    """What the kernel says of a process that has ended: wait4(2).

    Parameters
    ----------
    status
        Its wait status; None if nobody of ours could wait for it.
    cpu_time
        Processor time of it and the children it waited for, in seconds.
    peak_memory
        The most memory it held, in bytes; None if it was not measured.
    """

    status: int | None
    cpu_time: float | None = None
    peak_memory: int | None = None

    @property
    def returncode(self) -> int | None:
        """The exit status, -N if signal N ended it, None if it is not known."""
        return None if self.status is None else os.waitstatus_to_exitcode(self.status)


def outcome_of(
    ending: Ending, is_cancelled: bool, memory: OutOfMemoryCounter, killed_before: int | None
) -> Outcome:
    """Return how a job ended; when it started and how long it ran are added by whoever knows.

    Parameters
    ----------
    ending
        What the kernel says.
    is_cancelled
        Whether we stopped it; then nothing else matters.
    memory, killed_before
        The counter of processes killed for want of memory, and what it said when the job started.
    """
    code = ending.returncode
    status, reason = Status.FAILED, ""
    if is_cancelled:
        status, reason = Status.CANCELLED, "stopped"
    elif code is None:
        reason = "it ended after the run that started it was gone; its exit status is not known"
    elif code == 0:
        status = Status.DONE
    # A shell or a container gives the death of its program as 128 + N.
    elif code in (-signal.SIGKILL, 128 + signal.SIGKILL) and memory.rose_since(killed_before):
        status, reason = Status.OUT_OF_MEMORY, f"out of memory{_peak(ending)}"
    elif code == -signal.SIGKILL:
        status, reason = Status.KILLED, f"killed, possibly out of memory{_peak(ending)}"
    elif code < 0:
        reason = f"ended by {signal_name(-code)}"
    else:
        reason = f"exit status {code}"
    return Outcome(status, code, peak_memory=ending.peak_memory, cpu_time=ending.cpu_time, reason=reason)


def signal_name(number: int) -> str:
    """Return a signal as ``SIGSEGV (Segmentation fault)``."""
    try:
        name = signal.Signals(number).name
    except ValueError:  # the real-time signals have no names
        name = f"signal {number}"
    return f"{name} ({signal.strsignal(number)})"


def _peak(ending: Ending) -> str:
    if ending.peak_memory is None:
        return ""
    size = float(ending.peak_memory)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f", peak {size:.0f} {unit}"
        size /= 1000
    return f", peak {size:.1f} GB"


def with_report(outcome: Outcome, report: Mapping[str, Any] | None, is_step_plugin: bool) -> Outcome:
    """Return the outcome of a Python call with what it reported.

    Parameters
    ----------
    outcome
        How its process ended.
    report
        ``results``, ``exit`` or ``reason``; None if it ended without a word, by ``os._exit`` or a signal.
    is_step_plugin
        Whether leaving without a result is a failure (contract 9).
    """
    report = report or {}
    if outcome.status is Status.FAILED and "reason" in report and (outcome.returncode or 0) > 0:
        return replace(outcome, reason=str(report["reason"]))
    if outcome.status is not Status.DONE:
        return outcome
    if "results" in report:
        return replace(outcome, results=report["results"])
    if is_step_plugin:
        return replace(outcome, status=Status.FAILED, reason="it ended the interpreter instead of returning")
    return replace(outcome, reported=False)  # contract 8: sys.exit(0) succeeds and gives nothing, not even ok
