"""Jobs that outlived a runner that was killed: found by the journal, and ended or waited for."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import StateError
from ..folder.processes import Life, ProcessId, boot_id, life_of, stat_of
from ..journal.history import History
from ..journal.records import JobStart

#: Signals, and the seconds that a process group has to obey each.
STAGES = ((signal.SIGINT, 2.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 10.0))


@dataclass(frozen=True)
class Survivors:
    """What may still run of earlier runs.

    Parameters
    ----------
    groups
        Jobs whose processes run on this machine; each is the leader of its process group.
    submitted
        Jobs that an executor knows by something else than a process of the runner's machine (a batch system's
        number): it has to cancel them, `Executor.cancel`.
    """

    groups: tuple[JobStart, ...] = ()
    submitted: tuple[JobStart, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups or self.submitted)

    def __str__(self) -> str:
        names = [_name(start) for start in (*self.groups, *self.submitted)]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return ", ".join(names[:3]) + more


def find_survivors(history: History, assume_ended: Iterable[str] = ()) -> Survivors:
    """Return the jobs of killed runs that still run.

    Parameters
    ----------
    history
        What the journal says.
    assume_ended
        Machines of which the user says that nothing runs there any more.

    Raises
    ------
    StateError
        If there were jobs on another machine: from here nobody can tell whether they run, nor end them.
    """
    groups: list[JobStart] = []
    submitted: list[JobStart] = []
    trusted = set(assume_ended)
    for start in history.unfinished.values():
        if start.runner is None:
            continue
        if start.process_start is None or not start.handle.isdecimal():
            submitted.append(start)
            continue
        process = process_of(start)
        life = life_of(process)
        if life is not Life.ELSEWHERE:
            if _members(start, process):
                groups.append(start)
        elif process.host not in trusted:
            raise StateError(
                f"an earlier run on {process.host} was killed while its job {_name(start)} (process "
                f"{process.pid}) ran; it may still run there",
                hint=f"resume on {process.host}: what still runs is ended there first",
            )
    return Survivors(tuple(groups), tuple(submitted))


def end_survivors(survivors: Survivors, stages: Sequence[tuple[signal.Signals, float]] = STAGES) -> None:
    """End the process groups in three stages: SIGINT, SIGTERM, SIGKILL.

    Parameters
    ----------
    survivors
        What `find_survivors` found.
    stages
        Signals, and how long to wait after each.

    Raises
    ------
    StateError
        If one cannot be ended: it is another user's, or hangs in the kernel.
    """
    for number, patience in stages:
        for start in survivors.groups:
            if _members(start, process_of(start)):
                try:
                    os.killpg(int(start.handle), number)
                except ProcessLookupError:
                    continue
                except PermissionError:
                    raise _stays(start) from None
        if wait_for_survivors(survivors, patience):
            return
    left = next((start for start in survivors.groups if _members(start, process_of(start))), None)
    if left is not None:
        raise _stays(left)


def wait_for_survivors(survivors: Survivors, timeout: float | None = None) -> bool:
    """Wait until the process groups have ended; return whether they have.

    Parameters
    ----------
    survivors
        What `find_survivors` found.
    timeout
        Seconds to wait at most; None for as long as it takes.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    for start in survivors.groups:
        while members := _members(start, process_of(start)):
            left = None if deadline is None else deadline - time.monotonic()
            if (left is not None and left <= 0) or not _ended_one(members, left):
                return False
    return True


def _ended_one(members: Sequence[int], timeout: float | None) -> bool:
    """Wait for the end of the first of some processes, which need not be our children."""
    try:
        handle = os.pidfd_open(members[0])
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(None if timeout is None else timeout * 1000))
    finally:
        os.close(handle)


def _members(start: JobStart, process: ProcessId) -> list[int]:
    """Return the living processes of a job's group.

    The kernel gives a number to no new process while a group or session has it. So a group whose leader has
    ended is still the job's, unless the number was given up meanwhile and went to another process.
    """
    if process.host != socket.gethostname() or (process.boot and process.boot != boot_id()):
        return []
    leader = stat_of(process.pid)
    if leader is not None and leader.start != process.start:
        return []
    found = []
    for entry in Path("/proc").iterdir():
        stat = stat_of(int(entry.name)) if entry.name.isdigit() else None
        if stat is None or stat.group != process.pid or (process.start or 0) > stat.start:
            continue
        # Executors make a session for each job; a group in another one was made by something else.
        if leader is not None or stat.session == process.pid:
            found.append(int(entry.name))
    return found


def process_of(start: JobStart) -> ProcessId:
    """Return the process that leads a job's group, on the runner's machine."""
    runner = start.runner
    assert runner is not None
    return ProcessId(runner.host, int(start.handle), start.process_start, runner.boot)


def _name(start: JobStart) -> str:
    number = ".".join(str(part) for part in (*start.key.passes, start.index))
    return f"{start.key.step}[{number}]"


def _stays(start: JobStart) -> StateError:
    return StateError(
        f"job {_name(start)} of an earlier run (process {start.handle}) still runs and cannot be ended",
        hint=f"end it yourself (kill -9 -- -{start.handle}), or wait for it with --wait",
    )
