"""What the kernel says of processes: when one started, who belongs to it, who is left (``/proc``)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Process:
    """A process: its number, and when it started, which tells it from a later one with the same number."""

    pid: int
    start: int
    parent: int
    group: int
    session: int
    is_zombie: bool


def look_up(pid: int) -> Process | None:
    """Return a process by its number, or None if there is none.

    Fields 3 to 6 and 22 of ``/proc/<pid>/stat`` (proc(5)); the second, the name, may hold anything.
    """
    try:
        descriptor = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
        try:
            text = os.read(descriptor, 4096)
        finally:
            os.close(descriptor)
    except OSError:  # ESRCH too: it ended between the two calls
        return None
    fields = text[text.rindex(b")") + 2 :].split()
    state, parent, group, session = fields[:4]
    return Process(pid, int(fields[19]), int(parent), int(group), int(session), state in (b"Z", b"X"))


def start_of(pid: int) -> int | None:
    """Return when a process started, in clock ticks since the machine did; None if there is none."""
    process = look_up(pid)
    return process.start if process else None


def is_running(pid: int, start: int | None) -> bool:
    """Return whether this very process runs; with None for `start`, whether any of this number does."""
    process = look_up(pid)
    return bool(process and not process.is_zombie and start in (None, process.start))


def belonging_to(leader: int, known: Iterable[Process] = ()) -> list[Process]:
    """Return what runs of a process that leads a session, itself included.

    Parameters
    ----------
    leader
        The number of the process, of its process group and of its session.
    known
        Processes that were found to belong to it before. One that has started a session of its own and lost
        its parent could not be recognised any more; it counts as long as it is the same process.

    Returns
    -------
    list of Process
        Members of the session and all their descendants, also in sessions of their own. None is a zombie.
    """
    everyone = {process.pid: process for process in _everyone()}
    remembered = {(process.pid, process.start) for process in known}
    found = {
        process.pid
        for process in everyone.values()
        if leader in (process.pid, process.group, process.session)
        or (process.pid, process.start) in remembered
    }
    children: dict[int, list[int]] = {}
    for process in everyone.values():
        children.setdefault(process.parent, []).append(process.pid)
    unseen = list(found)
    while unseen:
        for child in children.get(unseen.pop(), ()):
            if child not in found:
                found.add(child)
                unseen.append(child)
    return [everyone[pid] for pid in sorted(found) if not everyone[pid].is_zombie]


def _everyone() -> list[Process]:
    numbers = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [process for process in map(look_up, numbers) if process]
