"""The parent of a step's Python jobs: it has imported the script, and forks a child for each call.

It runs in a process of its own and uses the standard library alone (see `pythoncall`). It ends when whoever
started it closes the socket, or is gone: children that still run are waited for.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Child:
    """A call that was asked for, and the process that makes it."""

    number: int
    request: dict[str, Any]
    descriptors: list[int]  # standard output, standard error, and where the report goes
    pid: int = 0
    alive: int = -1  # the child writes to the other end as soon as it is about to call
    deadline: float = field(default=float("inf"))

    def close(self) -> None:
        """Close what only the child needs."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = []


def serve(
    descriptor: int, setup: dict[str, Any], calls: Any, safety: Any, write_report: Callable[..., None]
) -> int:
    """Import the script, then fork children until the socket is closed; return the exit status.

    Parameters
    ----------
    descriptor
        The socket on which calls are asked for.
    setup
        What is called.
    calls, safety
        The modules `pythoncall` and `forksafety`, which cannot be imported by name here.
    write_report
        What leaves the report of a call.
    """
    connection = socket.socket(fileno=descriptor)
    before = safety.open_files()
    parent = Parent(connection, setup, calls, write_report)
    old = calls.prepare(setup)
    try:
        parent.function = calls.load(setup, old)
    except BaseException as error:
        _, report = calls.failed(error, {**setup, "plugin": True})
        sys.stderr.flush()
        parent.tell(failed=report["reason"])
        return 1
    parent.why_not = safety.threads_left(setup["silence"]) or safety.files_left(before)
    sys.stdout.flush()
    sys.stderr.flush()
    parent.tell(ready=parent.why_not)
    _load_random_numbers(setup)
    gc.collect()
    gc.freeze()  # what the import made stays shared between the children
    parent.run()
    return 0


def _load_random_numbers(setup: dict[str, Any]) -> None:
    """Load what numpy 2 loads at its first use, if the script may want it: once here, not in each child.

    A child of a script that does not want it pays a millisecond for the larger process.
    """
    if "numpy" in sys.modules and "numpy.random" not in sys.modules and not setup["module"]:
        with open(setup["script"], "rb") as source:
            is_named = b"random" in source.read()
        if is_named:
            importlib.import_module("numpy.random")


class Parent:
    """Forks children and tells of their ends."""

    def __init__(
        self,
        connection: socket.socket,
        setup: dict[str, Any],
        calls: Any,
        write_report: Callable[..., None],
    ) -> None:
        self.function: Callable[..., object] | None = None
        self.why_not = ""
        self._connection = connection
        self._setup = setup
        self._calls = calls
        self._write_report = write_report
        # As they were before the script could change them: for interpreters of their own.
        self._environment = dict(os.environb)
        self._folder = os.getcwd()
        self._children: dict[int, Child] = {}
        self._silent: dict[int, Child] = {}
        self._unread = b""
        self._descriptors: list[int] = []

    def tell(self, **message: Any) -> None:
        """Send a message; if nobody is there any more, nobody wants it."""
        try:
            self._connection.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            pass

    def run(self) -> None:
        """Serve until the socket is closed and the last child has ended."""
        ended, wake = os.pipe()
        os.set_blocking(ended, False)
        os.set_blocking(wake, False)
        self._before = signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._poll = select.poll()
        self._poll.register(ended, select.POLLIN)
        self._poll.register(self._connection, select.POLLIN)
        is_open = True
        while is_open or self._children:
            for descriptor, _ in self._poll.poll(self._patience()):
                if descriptor == ended:
                    os.read(ended, 4096)
                elif descriptor in self._silent:
                    self._heard(descriptor)
                elif not self._receive():
                    is_open = False
                    self._poll.unregister(self._connection)
            self._reap()
            self._replace_silent()

    def _patience(self) -> int | None:
        """Return how long to wait at most, in milliseconds."""
        if not self._silent:
            return None
        first = min(child.deadline for child in self._silent.values())
        return max(0, int((first - time.monotonic()) * 1000) + 1)

    def _receive(self) -> bool:
        """Read requests; return whether there can be more."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self._connection, 1 << 16, 16)
        except OSError:
            return False
        if not data:
            return False
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
        self._descriptors += descriptors
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            mine, self._descriptors = self._descriptors[:3], self._descriptors[3:]
            self._start(Child(request["number"], request, mine), fresh=bool(self.why_not))
        return True

    def _start(self, child: Child, fresh: bool) -> None:
        """Start the process of a call: forked, or an interpreter of its own."""
        now = time.monotonic()
        try:
            child.pid = self._interpreter(child) if fresh else self._fork(child)
        except OSError as error:
            self.tell(refused=child.number, reason=f"cannot start a process: {error.strerror}")
            child.close()
            return
        self._children[child.pid] = child
        self.tell(forked=child.number, pid=child.pid, at=now)
        if fresh:
            child.close()

    def _interpreter(self, child: Child) -> int:
        import subprocess

        request = os.memfd_create("request")
        os.write(request, json.dumps(child.request).encode())
        os.lseek(request, 0, os.SEEK_SET)
        stdout, stderr, result = child.descriptors
        words = [str(request), str(result), json.dumps(self._setup)]
        script = os.path.join(os.path.dirname(__file__), "pythonchild.py")
        process = subprocess.Popen(
            [sys.executable, "-P", script, "once", *words],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=self._environment,
            cwd=self._folder,
            start_new_session=True,
            pass_fds=(request, result),
        )
        os.close(request)
        process.returncode = 0  # we wait for it ourselves
        return process.pid

    def _fork(self, child: Child) -> int:
        alive, tell = os.pipe()
        pid = os.fork()
        if not pid:
            status = 1
            try:
                status = self._in_child(child, tell)
            finally:
                os._exit(status)  # never back into the parent's loop
        os.close(tell)
        child.alive = alive
        child.deadline = time.monotonic() + self._setup["silence"]
        self._silent[alive] = child
        self._poll.register(alive, select.POLLIN)
        return pid

    def _in_child(self, child: Child, tell: int) -> int:
        """Make the call; everything here happens in the forked child."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, self._before)
        stdout, stderr, result = child.descriptors
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        self._connection.close()
        atexit._clear()  # what the import left to be done at the end is the parent's to do
        self._calls.seed_anew()
        os.write(tell, b"!")
        os.close(tell)
        assert self.function is not None
        status, report = self._calls.call(self.function, self._setup, child.request)
        self._write_report(result, report)
        _end_like_an_interpreter()
        return int(status)

    def _heard(self, descriptor: int) -> None:
        """Note that a child lives, or that it has ended."""
        child = self._silent.pop(descriptor)
        child.alive = -1
        self._poll.unregister(descriptor)
        os.close(descriptor)
        child.close()

    def _replace_silent(self) -> None:
        """Kill children that never came to their call; they get an interpreter of their own instead."""
        now = time.monotonic()
        for descriptor, child in list(self._silent.items()):
            if child.deadline > now:
                continue
            del self._silent[descriptor]
            child.alive = -1
            self._poll.unregister(descriptor)
            os.close(descriptor)
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
            del self._children[child.pid]
            self.tell(silent=child.number)
            self._start(child, fresh=True)

    def _reap(self) -> None:
        """Tell of the children that have ended; those that the script's import started are not ours."""
        for pid in list(self._children):
            ended, status, usage = os.wait4(pid, os.WNOHANG)
            if ended:
                child = self._children.pop(pid)
                if child.alive in self._silent:
                    self._heard(child.alive)
                self.tell(
                    ended=child.number,
                    status=status,
                    cpu=usage.ru_utime + usage.ru_stime,
                    peak=usage.ru_maxrss * 1024,
                )


def _end_like_an_interpreter() -> None:
    """Do what a normal end does for the call: threads, handlers, open files."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        vars(sys.modules["main"]).clear()  # files and tables that the script's globals hold
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception as error:
        print(f"at the end: {error!r}", file=sys.stderr)
