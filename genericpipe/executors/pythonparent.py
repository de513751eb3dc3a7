"""The near side of a parent of Python jobs: it is started, asked for calls, and tells of their ends."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..recipes.job import Job, PythonCall
from .logs import OpenLogs
from .processes import start_of
from .starting import COMPAT, CannotStart, start

_HERE = Path(__file__).resolve().parent
_CHILD = str(_HERE / "pythonchild.py")
_ROOMS = str(_HERE.parent.parent)


def words(mode: str, descriptors: tuple[int, ...], call: PythonCall, silence: float) -> tuple[str, ...]:
    """Return the command line of an interpreter for a call.

    ``-P``: our own folder is not to be on the script's import path.
    """
    setup = {
        "script": call.script if call.is_module else os.path.abspath(call.script),
        "function": call.function,
        "module": call.is_module,
        "plugin": call.is_step_plugin,
        "path": call.path,
        "compat": COMPAT,
        "rooms": _ROOMS,
        "silence": silence,
    }
    return (sys.executable, "-P", _CHILD, mode, *map(str, descriptors), json.dumps(setup))


def check_script(call: PythonCall) -> None:
    """Raise CannotStart if the script of a call does not exist."""
    if not call.is_module and not os.path.isfile(call.script):
        raise CannotStart(f"Script {call.script} not found", hint="look at the step's executable")


def arguments(call: PythonCall) -> dict[str, Any]:
    """Return the arguments of a call, ready for JSON."""
    keywords = {
        key: dict(value) if isinstance(value, Mapping) else value for key, value in call.keywords.items()
    }
    return {"positional": list(call.positional), "keywords": keywords}


def in_memory(data: bytes = b"") -> int:
    """Return an open file that is in no folder, positioned at its start."""
    descriptor = os.memfd_create("genericpipe")
    if data:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def contents(descriptor: int) -> bytes:
    """Return all that such a file holds."""
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def start_once(
    job: Job, call: PythonCall, environment: Mapping[bytes, bytes], logs: OpenLogs, report: int
) -> int:
    """Start an interpreter for one call, and return its number.

    Parameters
    ----------
    job, call
        The job and its call.
    environment
        Its whole environment.
    logs
        Its open log files.
    report
        An open file for what becomes of the call.

    Raises
    ------
    CannotStart, OSError, ValueError
        If it cannot be started.
    """
    request = in_memory(json.dumps(arguments(call)).encode())
    try:
        argv = words("once", (request, report), call, 0.0)
        folder = os.fspath(job.working_directory)
        return start(argv, argv[0], environment, folder, logs.stdout, logs.stderr, (request, report))
    finally:
        os.close(request)


class PythonParent:
    """A process that has imported a script and forks a child for each call.

    Parameters
    ----------
    job, call
        The first job that wants it, and its call.
    environment
        The whole environment of the step's jobs.
    silence
        Seconds in which a forked child must have come to its call.

    Raises
    ------
    CannotStart, OSError, ValueError
        If the process cannot be started.
    """

    def __init__(
        self, job: Job, call: PythonCall, environment: Mapping[bytes, bytes], silence: float
    ) -> None:
        self.key = key_of(job)
        self.script = call.script
        self.is_ready = False
        self.failure = ""
        self.forks = True
        self._stdout, self._stderr = in_memory(), in_memory()
        self.connection, far = socket.socketpair()
        try:
            argv = words("parent", (far.fileno(),), call, silence)
            folder = os.fspath(job.working_directory)
            self.pid = start(argv, argv[0], environment, folder, self._stdout, self._stderr, (far.fileno(),))
        except BaseException:
            self.forget()
            raise
        finally:
            far.close()
        self.start = start_of(self.pid)
        self.connection.setblocking(False)
        self.is_open = True
        self._unread = b""

    def ask(self, number: int, call: PythonCall, logs: OpenLogs, report: int) -> None:
        """Ask for a call; messages with its number tell what becomes of it."""
        if self.forks:
            self.show_import(logs)
        data = json.dumps({"number": number, **arguments(call)}).encode() + b"\n"
        self.connection.setblocking(True)  # it only ever waits for us to read a few short messages
        try:
            sent = socket.send_fds(self.connection, [data], [logs.stdout, logs.stderr, report])
            self.connection.sendall(data[sent:])
        except OSError:
            pass  # it has died: its end tells
        finally:
            self.connection.setblocking(False)

    def show_import(self, logs: OpenLogs) -> None:
        """Write what the import of the script said to a job's logs, as if the job had imported it."""
        for held, log in ((self._stdout, logs.stdout), (self._stderr, logs.stderr)):
            said = contents(held)
            while said:
                said = said[os.write(log, said) :]

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield what it has told since the last time; `is_open` tells whether more can come."""
        while self.is_open:
            try:
                data = self.connection.recv(1 << 16)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            self.is_open = bool(data)
            *lines, self._unread = (self._unread + data).split(b"\n")
            for line in lines:
                yield json.loads(line)

    def dismiss(self) -> None:
        """Let it end as soon as its last child has."""
        try:
            self.connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def forget(self) -> None:
        """Close everything; to be called when it has ended."""
        self.connection.close()
        os.close(self._stdout)
        os.close(self._stderr)


def key_of(job: Job) -> tuple[object, ...]:
    """Return what jobs must have in common to share a parent: step, script, folder, environment."""
    call = job.call
    assert call is not None
    return (
        job.identity.step,
        job.identity.passes,
        call.script,
        call.function,
        call.is_module,
        call.path,
        job.working_directory,
        tuple(sorted(job.environment.items())),
    )
