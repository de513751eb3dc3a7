"""The Python jobs that are forked: which parent makes which call, and what becomes of them."""

from __future__ import annotations

import itertools
import logging
import os
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

from ..engine.executor import Submission
from ..recipes.job import Job
from .endings import Ending, outcome_of
from .logs import open_logs
from .memory import OutOfMemoryCounter
from .pythonparent import PythonParent, in_memory, key_of
from .running import Running
from .watch import Watch

_log = logging.getLogger(__name__)

#: Seconds that parents have to end when everything is closed.
_TIME_TO_END = 5.0


class PythonCalls:
    """Asks parents for calls; one that serves another step is dismissed when its step has ended.

    Parameters
    ----------
    watch
        Tells of parents' messages and ends.
    memory
        The counter of processes killed for want of memory.
    silence
        Seconds in which a forked child must have come to its call.
    tell
        What is called at the end of a call: with the job, how its process ended, and why it failed if that is
        known better than from the process.
    """

    def __init__(
        self,
        watch: Watch,
        memory: OutOfMemoryCounter,
        silence: float,
        tell: Callable[[Running, Ending, str], None],
    ) -> None:
        self._watch = watch
        self._memory = memory
        self._silence = silence
        self._tell = tell
        self._numbers = itertools.count()
        self._calls: dict[int, tuple[PythonParent, Running]] = {}
        self._current: PythonParent | None = None
        self._failed_at: set[object] = set()  # jobs that the current parent has failed
        self._parents: dict[int, PythonParent] = {}

    def submit(self, job: Job, environment: Mapping[bytes, bytes], host: str) -> Running:
        """Ask for a call, of a new parent if need be.

        Raises
        ------
        CannotStart, OSError, ValueError
            If the parent cannot be started or the logs cannot be written.
        """
        logs = open_logs(job)
        try:
            parent = self._parent_for(job, environment)
        except BaseException:
            logs.close()
            raise
        # The parent stands for the call in the journal: it lives as long as its children do.
        submission = Submission(job, str(parent.pid), host, parent.start)
        running = Running(submission, self._memory.read(), report=in_memory(), logs=logs)
        running.number = next(self._numbers)
        self._calls[running.number] = parent, running
        return running

    def start(self, running: Running) -> None:
        """Go on with a call that was submitted, as far as its parent is."""
        parent, _ = self._calls[running.number]
        if parent.failure:
            self._fail(parent, running)
        elif parent.is_ready:
            self._ask(parent, running)

    def _parent_for(self, job: Job, environment: Mapping[bytes, bytes]) -> PythonParent:
        current = self._current
        if current and current.key == key_of(job) and job.identity not in self._failed_at:
            return current
        assert job.call is not None
        self.retire()
        parent = PythonParent(job, job.call, environment, self._silence)
        self._current = self._parents[parent.pid] = parent
        self._watch.add(parent.pid)
        self._watch.add_socket(parent.connection)
        return parent

    def retire(self) -> None:
        """Let the current parent end once it has done what it was asked for."""
        parent, self._current = self._current, None
        self._failed_at.clear()
        if parent is None:
            return
        if parent.pid not in self._parents:
            parent.forget()
        elif parent.is_ready:
            parent.dismiss()
        # One that still imports is dismissed when it is ready: its calls wait for that.

    def _ask(self, parent: PythonParent, running: Running) -> None:
        call = running.submission.job.call
        assert call is not None
        assert running.logs is not None
        assert running.report is not None
        parent.ask(running.number, call, running.logs, running.report)
        running.logs.close()
        running.logs = None

    def _fail(self, parent: PythonParent, running: Running) -> None:
        """End a call of a script that cannot be imported; its log says why, as if it had tried itself."""
        self._failed_at.add(running.submission.job.identity)
        if running.logs:
            parent.show_import(running.logs)
        self._end(running, Ending(_EXIT_1), parent.failure)

    def _end(self, running: Running, ending: Ending, reason: str = "") -> None:
        del self._calls[running.number]
        self._tell(running, ending, reason)

    def _calls_of(self, parent: PythonParent) -> list[Running]:
        return [running for asked, running in self._calls.values() if asked is parent]

    def hear(self, descriptor: int) -> None:
        """Read what a parent has to say."""
        for parent in list(self._parents.values()):
            if parent.is_open and parent.connection.fileno() == descriptor:
                self._listen(parent)

    def _listen(self, parent: PythonParent) -> None:
        for message in parent.messages():
            self._take(parent, message)
        if not parent.is_open:
            self._watch.remove_socket(parent.connection)

    def _take(self, parent: PythonParent, message: dict[str, Any]) -> None:
        if "ready" in message:
            self._ready(parent, message["ready"])
        elif "failed" in message:
            parent.failure = message["failed"]
            for running in self._calls_of(parent):
                self._fail(parent, running)
        elif "forked" in message:
            self._calls[message["forked"]][1].begin(message["pid"], message["at"])
        elif "silent" in message:
            identity = self._calls[message["silent"]][1].submission.job.identity
            _log.warning(
                "%s: its forked process did not come to its call in %g s; it gets an interpreter of its own",
                identity,
                self._silence,
            )
        elif "refused" in message:
            self._end(self._calls[message["refused"]][1], Ending(None), message["reason"])
        elif "ended" in message:
            ending = Ending(message["status"], message["cpu"], message["peak"])
            self._end(self._calls[message["ended"]][1], ending)

    def _ready(self, parent: PythonParent, why_not: str) -> None:
        parent.is_ready = True
        parent.forks = not why_not
        if why_not:
            _log.warning("each job of %s gets an interpreter of its own: %s", parent.script, why_not)
        for running in self._calls_of(parent):
            self._ask(parent, running)
        if parent is not self._current:
            parent.dismiss()

    def parent_ended(self, pid: int) -> bool:
        """Deal with the end of a process, if it is a parent's."""
        parent = self._parents.get(pid)
        if parent is None:
            return False
        if parent.is_open:
            self._listen(parent)
        _, status, _ = os.wait4(pid, 0)
        del self._parents[pid]
        self._watch.remove(pid)
        if parent.is_open:  # a process that the script has started holds the other end
            self._watch.remove_socket(parent.connection)
        for running in self._calls_of(parent):
            self._bereave(parent, running, status)
        if parent is not self._current:
            parent.forget()
        elif not parent.failure:
            self._current = None
            parent.forget()
        return True

    def _bereave(self, parent: PythonParent, running: Running, status: int) -> None:
        """End a call whose parent has died."""
        how = outcome_of(Ending(status), False, self._memory, running.killed_before).reason or "it ended"
        if running.logs:
            parent.show_import(running.logs)
        if running.pid is not None:
            try:
                os.killpg(running.pid, signal.SIGKILL)  # nobody could tell its end any more
            except ProcessLookupError:
                pass
        when = (
            "the parent of the step's Python jobs died" if parent.is_ready else f"import of {parent.script}"
        )
        self._end(running, Ending(status or _EXIT_1), f"{when}: {how}")

    def cancel(self, running: Running) -> None:
        """Drop a call that no process makes yet; others are stopped like any process."""
        known = self._calls.get(running.number)
        if known is None or known[0].is_ready:
            return
        parent = known[0]
        self._end(running, Ending(None))
        if not self._calls_of(parent):
            _kill(parent)
            if parent is self._current:
                self._current = None

    def close(self) -> None:
        """Let the parents end; those that do not are killed."""
        self.retire()
        end = time.monotonic() + _TIME_TO_END
        while self._parents:
            left = end - time.monotonic()
            if left <= 0:
                for parent in self._parents.values():
                    _kill(parent)
            ended, readable, _ = self._watch.wait(max(left, 0) or None)
            for descriptor in readable:
                self.hear(descriptor)
            for pid in ended:
                self.parent_ended(pid)


#: The wait status of a process that ended with exit status 1.
_EXIT_1 = 1 << 8


def _kill(parent: PythonParent) -> None:
    try:
        os.killpg(parent.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
