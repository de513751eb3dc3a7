"""Jobs on this machine: processes of our own, waited for all at once."""

from __future__ import annotations

import logging
import math
import os
import socket
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..engine.executor import ExecutorFactory, Finished, Submission
from ..errors import GenericPipeError
from ..pluginmanager import hookimpl
from ..recipes.job import Job
from .endings import Ending
from .limits import raise_soft_limits
from .logs import open_logs
from .memory import OutOfMemoryCounter
from .processes import start_of
from .pythoncalls import PythonCalls
from .pythonparent import check_script, in_memory, start_once
from .running import Running, own_peak
from .starting import CannotStart, Environments, Programs, in_words, start, write_files
from .stopping import GRACE, Stopping
from .watch import Watch, make_watch

if TYPE_CHECKING:
    from ..config import Config

_log = logging.getLogger(__name__)

#: Seconds in which a forked Python job must have come to its call.
SILENCE = 10.0


class LocalExecutor:
    """Runs jobs on this machine.

    Every job is a process that leads a session of its own, so that it can be stopped with all that it
    started. The host of a job is not looked at: with ``method = local`` it only counts for slots
    (contract 12).

    Parameters
    ----------
    config
        The configuration; nothing of it is needed.
    grace
        Seconds that a job has after SIGINT, SIGTERM and SIGKILL.
    silence
        Seconds in which a forked Python job must have come to its call.
    watch
        How to wait; by default as the kernel allows.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        grace: tuple[float, float, float] = GRACE,
        silence: float = SILENCE,
        watch: Watch | None = None,
    ) -> None:
        self._grace = grace
        self._watch = watch or make_watch()
        self._memory = OutOfMemoryCounter()
        self._environments = Environments()
        self._programs = Programs()
        self._host = socket.gethostname()
        self._running: dict[tuple[object, str], Running] = {}
        self._leaders: dict[int, Running] = {}  # processes that are jobs, children of ours or adopted
        self._rest: dict[int, Running] = {}  # what a job that is being stopped has started
        self._finished: list[Finished] = []
        self._calls = PythonCalls(self._watch, self._memory, silence, self._ended)
        self._is_closed = False
        changed = raise_soft_limits()
        if changed:
            _log.info("raised limits: %s", ", ".join(changed))

    def submit(self, job: Job) -> Submission:
        """Start a job and return at once.

        Raises
        ------
        CannotStart
            If its program is not found or cannot be executed, or files and folders cannot be written.
        """
        environment = self._environments.of(job)
        folder = os.fspath(job.working_directory)
        program = ""
        if job.call is None:
            program = self._programs.find(job.argv[0], environment, folder)
        else:
            check_script(job.call)
        write_files(job.files)
        if job.call and not job.isolated and not job.call.is_step_plugin:
            return self._forked(job, environment)
        logs = open_logs(job)
        report = in_memory() if job.call else None
        killed = self._memory.read()
        try:
            before, now, clock = own_peak(), time.time(), time.monotonic()
            if job.call and report is not None:
                pid = start_once(job, job.call, environment, logs, report)
            else:
                pid = start(job.argv, program, environment, folder, logs.stdout, logs.stderr)
        except (OSError, ValueError) as error:
            reason = in_words(error, job.argv, program or job.argv[0])
            os.write(logs.stderr, f"{reason}\n".encode(errors="surrogateescape"))
            return self._stillborn(job, reason, report)
        except CannotStart:
            if report is not None:
                os.close(report)
            raise
        finally:
            logs.close()
        process_start = start_of(pid)
        submission = Submission(job, str(pid), self._host, process_start)
        running = Running(submission, killed, pid, process_start, report, before, begun=now, clock=clock)
        self._leaders[pid] = self._enter(running)
        self._watch.add(pid)
        return submission

    def _forked(self, job: Job, environment: Mapping[bytes, bytes]) -> Submission:
        try:
            running = self._calls.submit(job, environment, self._host)
        except (OSError, ValueError) as error:
            return self._stillborn(job, in_words(error, job.argv, "python"), None)
        self._enter(running)
        self._calls.start(running)
        return running.submission

    def _enter(self, running: Running) -> Running:
        self._running[running.key] = running
        return running

    def _stillborn(self, job: Job, reason: str, report: int | None) -> Submission:
        """Note a job whose process could not be made; its end is told like any other's."""
        running = Running(Submission(job, "", self._host), None, report=report)
        self._finished.append(running.finished(Ending(None), self._memory, reason))
        return running.submission

    def poll(self, timeout: float | None) -> Sequence[Finished]:
        """Return the jobs that ended since the last call.

        Parameters
        ----------
        timeout
            How long to wait for the first of them, in seconds; 0 not at all, None for ever. Where nothing
            runs, or `wake` is called, it returns at once.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = 0.0 if self._finished or not self._running else self._left(end)
            woken = self._attend(left)
            is_over = end is not None and time.monotonic() >= end
            if self._finished or woken or is_over or not self._running:
                finished, self._finished = self._finished, []
                return finished

    def _left(self, end: float | None) -> float | None:
        """Return how long to wait at most: until `end`, or until a job that is being stopped is due."""
        ends = [running.stop.deadline for running in self._running.values() if running.stop]
        if end is not None:
            ends.append(end)
        left = min(ends, default=math.inf) - time.monotonic()
        return None if left == math.inf else max(0.0, left)

    def _attend(self, timeout: float | None) -> bool:
        """Wait for something to happen and deal with it; return whether somebody called `wake`."""
        ended, readable, woken = self._watch.wait(timeout)
        for descriptor in readable:
            self._calls.hear(descriptor)
        for pid in ended:
            if pid in self._leaders:
                self._leader_ended(pid)
            elif pid in self._rest:
                self._watch.remove(pid)
                self._settle(self._rest.pop(pid))
            elif not self._calls.parent_ended(pid):
                self._watch.remove(pid)
        now = time.monotonic()
        for running in [one for one in self._running.values() if one.is_due(now)]:
            self._advance(running)
        return woken

    def _leader_ended(self, pid: int) -> None:
        running = self._leaders[pid]
        try:
            reaped, status, usage = os.wait4(pid, os.WNOHANG)
        except ChildProcessError:  # an adopted one is the child of a process that is gone
            ending = Ending(None)
        else:
            if not reaped:
                return
            ending = running.measured(status, usage)
        del self._leaders[pid]
        self._watch.remove(pid)
        self._ended(running, ending, "")

    def _ended(self, running: Running, ending: Ending, reason: str) -> None:
        """Note that the process of a job has ended; one that is being stopped has to end as a whole."""
        running.ending, running.reason = ending, reason
        self._settle(running)

    def _settle(self, running: Running) -> None:
        """Tell the end of a job if it is over."""
        if running.ending is None or running.key not in self._running:
            return
        if running.stop and self._watch_rest(running, running.stop):
            return
        first = running.finished(running.ending, self._memory, running.reason)
        for submission in (running.submission, *running.also):
            del self._running[submission.job.identity, submission.handle]
            self._finished.append(Finished(submission, first.outcome))

    def _watch_rest(self, running: Running, stop: Stopping) -> bool:
        """Watch what is left of a job that is being stopped; return whether anything is."""
        remaining = stop.remaining()
        for process in remaining:
            if process.pid not in self._leaders:
                self._rest[process.pid] = running
                self._watch.add(process.pid)
        return bool(remaining)

    def cancel(self, submission: Submission) -> None:
        """Stop a job with all processes it started; ``poll`` tells its end.

        SIGINT, SIGTERM and SIGKILL go to everything that belongs to it, each after some time; a second call
        sends the next one at once.

        Raises
        ------
        GenericPipeError
            If it is one of an earlier process on another machine.
        """
        running = self._running.get((submission.job.identity, submission.handle))
        if running is None:
            if any(one.submission is submission for one in self._finished) or not self.adopt(submission):
                return
            running = self._running[submission.job.identity, submission.handle]
        running.is_cancelled = True
        self._calls.cancel(running)
        if running.key in self._running and running.pid is not None:
            self._advance(running)

    def _advance(self, running: Running) -> None:
        """Send the next signal."""
        if running.stop is None:
            assert running.pid is not None
            running.stop = Stopping(running.pid, running.process_start, self._grace)
        running.stop.advance()
        if not self._watch_rest(running, running.stop):
            self._settle(running)

    def adopt(self, submission: Submission) -> bool:
        """Take over a job that an earlier process submitted; return whether anything of it still runs.

        Raises
        ------
        GenericPipeError
            If it was started on another machine.
        """
        if submission.host != self._host:
            raise GenericPipeError(
                f"{submission.job.identity} was started on {submission.host}, this is {self._host}",
                hint=f"resume on {submission.host}, or see there that process {submission.handle} has ended",
            )
        if not submission.handle:
            return False
        pid = int(submission.handle)
        same = self._leaders.get(pid)
        if same is not None and same.is_adopted:  # a parent of Python jobs stands for all of them
            same.also.append(submission)
            self._running[submission.job.identity, submission.handle] = same
            return True
        remaining = Stopping(pid, submission.process_start).remaining()
        if not remaining:
            return False
        running = self._enter(Running(submission, None, pid, submission.process_start, is_adopted=True))
        if any(process.pid == pid for process in remaining):
            self._leaders[pid] = running
            self._watch.add(pid)
        else:  # only what it had started is left
            running.ending = Ending(None)
            running.stop = Stopping(pid, submission.process_start, self._grace)
            running.stop.deadline = math.inf
            self._watch_rest(running, running.stop)
        return True

    def wake(self) -> None:
        """Make a ``poll`` that waits return at once; a signal handler may call it."""
        if not self._is_closed:
            self._watch.wake()

    def step_ended(self) -> None:
        """Let the parent of a step's Python jobs end."""
        self._calls.retire()

    def close(self) -> None:
        """Stop what still runs, wait for its end, and give everything back."""
        if self._is_closed:
            return
        self._is_closed = True
        for running in list(self._running.values()):
            if not running.is_adopted and not running.is_cancelled:
                self.cancel(running.submission)
        while any(not running.is_adopted or running.is_cancelled for running in self._running.values()):
            self._attend(self._left(None))
        self._calls.close()
        self._watch.close()
        self._memory.close()


@hookimpl
def genericpipe_executors() -> Mapping[str, ExecutorFactory]:
    """Offer ``method = local``."""
    return {"local": LocalExecutor}
