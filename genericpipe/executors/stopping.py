"""Ending a process with all that it started: SIGINT, SIGTERM, SIGKILL, each with its time to obey."""

from __future__ import annotations

import os
import signal
import time

from .processes import Process, belonging_to, look_up

#: What is sent, one after the other; the last is repeated until nobody is left.
STAGES = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)

#: Seconds until the next stage: programs may need some to leave their files whole.
GRACE = (10.0, 5.0, 1.0)


class Stopping:
    """A process that is being stopped.

    Parameters
    ----------
    leader
        The process: it leads a session.
    start
        When it started; if its number is another process's by now, there is nothing to stop.
    grace
        Seconds until the next stage, for each of `STAGES`.
    """

    def __init__(self, leader: int, start: int | None, grace: tuple[float, float, float] = GRACE) -> None:
        self.leader = leader
        self.start = start
        self.deadline = 0.0
        self.last_signal: signal.Signals | None = None
        self._grace = grace
        self._stage = -1
        self._known: list[Process] = []

    def remaining(self) -> list[Process]:
        """Return what is left of it; looked up anew, because it may start more meanwhile."""
        leader = look_up(self.leader)
        if leader and self.start is not None and leader.start != self.start:
            return []
        self._known = belonging_to(self.leader, self._known)
        return self._known

    def advance(self) -> list[Process]:
        """Send the next signal to all that is left, and return that."""
        remaining = self.remaining()
        self._stage = min(self._stage + 1, len(STAGES) - 1)
        self.deadline = time.monotonic() + self._grace[self._stage]
        self.last_signal = STAGES[self._stage]
        ours = os.getpgrp()
        for group in sorted({process.group for process in remaining} - {ours}):
            try:
                os.killpg(group, self.last_signal)
            except (ProcessLookupError, PermissionError):
                pass  # it ended meanwhile, or it has become another user's: nothing that we can do
        return remaining
