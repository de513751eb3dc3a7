"""Processes as the journal and the lock name them: host, boot, number and start time."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process that cannot be confused with a later one of the same number.

    Parameters
    ----------
    host
        The machine's name.
    pid
        Its number.
    start
        When it started, in clock ticks since the machine did; None where that is not known.
    boot
        Which boot of the machine that was; empty where that is not known.
    """

    host: str
    pid: int
    start: int | None
    boot: str


class Life(Enum):
    """Whether a process runs, as far as this machine can tell."""

    ALIVE = "alive"
    ENDED = "ended"
    ELSEWHERE = "elsewhere"


class ProcessStat(NamedTuple):
    """What ``/proc/<pid>/stat`` says: state, process group, session and start time in clock ticks."""

    state: str
    group: int
    session: int
    start: int


def stat_of(pid: int) -> ProcessStat | None:
    """Return what the kernel says of a process; None where there is none (a zombie counts as none)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_bytes()
    except (OSError, ValueError):
        return None
    # The name of the program stands in parentheses and may hold any byte.
    fields = text[text.rfind(b")") + 1 :].split()
    state = fields[0].decode("ascii")
    if state in "ZX":
        return None
    return ProcessStat(state, int(fields[2]), int(fields[3]), int(fields[19]))


def boot_id() -> str:
    """Return what names this boot of this machine; empty where the kernel does not say."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def this_process() -> ProcessId:
    """Return this process."""
    pid = os.getpid()
    stat = stat_of(pid)
    return ProcessId(socket.gethostname(), pid, stat.start if stat else None, boot_id())


def life_of(process: ProcessId) -> Life:
    """Return whether a process still runs.

    One of this machine before it was started anew has ended, whatever has its number now.
    """
    if process.host != socket.gethostname():
        return Life.ELSEWHERE
    if process.boot and process.boot != boot_id():
        return Life.ENDED
    stat = stat_of(process.pid)
    if stat is None or (process.start is not None and stat.start != process.start):
        return Life.ENDED
    return Life.ALIVE
