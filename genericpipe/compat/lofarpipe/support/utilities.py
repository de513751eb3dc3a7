"""Folders, processes and small conversions, under the names that scripts import (contract 14)."""

from __future__ import annotations

import errno
import functools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import warnings
from itertools import islice
from typing import IO, Any, Callable, Iterable, Iterator, Mapping, Sequence, TypeVar

from .parset import get_parset, patch_parset, patched_parset
from .pipelinelogging import NOISE, log_process_output, log_time

__all__ = [
    "catch_segfaults",
    "create_directory",
    "delete_directory",
    "deprecated",
    "disk_usage",
    "get_mountpoint",
    "get_parset",
    "group_iterable",
    "is_iterable",
    "log_process_output",
    "log_time",
    "patch_parset",
    "patched_parset",
    "read_initscript",
    "socket_recv",
    "spawn_process",
    "string_to_list",
]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Element = TypeVar("_Element")


def create_directory(dirname: str) -> None:
    """Make a folder, with those above it; one that is there is fine.

    Raises
    ------
    OSError
        If it cannot be made, or the name is taken by something else.
    """
    os.makedirs(dirname, exist_ok=True)


def delete_directory(dirname: str) -> None:
    """Remove a folder with all that is in it; one that is not there is fine.

    Raises
    ------
    OSError
        If it cannot be removed.
    """
    try:
        shutil.rmtree(dirname)
    except FileNotFoundError:
        pass


def disk_usage(*paths: str) -> int:
    """Return how many bytes the files at some paths hold, those in folders too; links are not followed."""
    total = 0
    for path in paths:
        total += os.lstat(path).st_size
        for folder, folders, files in os.walk(path):
            total += sum(os.lstat(os.path.join(folder, name)).st_size for name in (*folders, *files))
    return total


def get_mountpoint(path: str) -> str:
    """Return the folder at which the file system of a path is mounted."""
    path = os.path.realpath(path)
    while not os.path.ismount(path):
        path = os.path.dirname(path)
    return path


def string_to_list(my_string: str) -> list[str]:
    """Return the elements of ``[a, b]``: no quoting, blanks go, empty ones are left out."""
    return [word.strip() for word in my_string.strip("[] \t\n").split(",") if word.strip()]


def is_iterable(obj: object) -> bool:
    """Return whether one can go over an object."""
    try:
        iter(obj)  # type: ignore[call-overload]
    except TypeError:
        return False
    return True


def group_iterable(iterable: Iterable[_Element], size: int) -> Iterator[tuple[_Element, ...]]:
    """Yield tuples of `size` elements; the last one may be shorter."""
    elements = iter(iterable)
    group = tuple(islice(elements, size))
    while group:
        yield group
        group = tuple(islice(elements, size))


def deprecated(func: _Function) -> _Function:
    """Mark a function as one that is going away: calling it warns."""

    @functools.wraps(func)
    def warning(*args: Any, **kwargs: Any) -> Any:
        warnings.warn(f"{func.__name__} is deprecated", DeprecationWarning, stacklevel=2)
        return func(*args, **kwargs)

    return warning  # type: ignore[return-value]


def socket_recv(socket: socket.socket, numbytes: int) -> bytes:
    """Receive so many bytes.

    Raises
    ------
    OSError
        If the other side ends before.
    """
    data = b""
    while len(data) < numbytes:
        chunk = socket.recv(numbytes - len(data))
        if not chunk:
            raise OSError(f"connection closed after {len(data)} of {numbytes} bytes")
        data += chunk
    return data


def read_initscript(logger: Any, filename: str, shell: str = "/bin/sh") -> dict[str, str]:
    """Return the environment that a shell has after reading a file.

    Parameters
    ----------
    logger
        Told of a file that is not there, and of one that fails.
    filename
        The file; where it does not exist, the environment is empty.
    shell
        The shell to read it.
    """
    if not os.path.exists(filename):
        logger.warning("Environment initialisation script not found: %s", filename)
        return {}
    logger.debug("Reading environment from %s", filename)
    tell = "import os, json; print(json.dumps(dict(os.environ)))"
    # The file's name and the interpreter are words of their own: nothing in them is shell.
    script = 'file=$1; python=$2; tell=$3; shift 3; . "$file" >&2; exec "$python" -c "$tell"'
    words = [shell, "-c", script, shell, os.path.abspath(filename), sys.executable, tell]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        logger.warning("%s: %s ended with exit status %d", filename, shell, done.returncode)
        return {}
    return {str(name): str(value) for name, value in found.items()}


def spawn_process(
    cmd: Sequence[str],
    logger: Any,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    max_tries: int = 2,
    max_timeout: float = 30,
) -> subprocess.Popen[bytes]:
    """Start a process with pipes at its standard streams; where the machine has no room, try again later.

    Parameters
    ----------
    cmd
        Program and words.
    logger
        Told of each start that failed.
    cwd, env
        Its folder and environment; None for our own.
    max_tries
        How often to try again.
    max_timeout
        Up to how many seconds to wait before that, at random from 1.

    Raises
    ------
    OSError
        If it cannot be started: at once where trying again cannot help.
    """
    for attempt in range(max_tries + 1):
        try:
            return subprocess.Popen(
                list(cmd),
                cwd=cwd,
                env=None if env is None else dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            logger.warning("Failed to start %s: %s", cmd[0], error)
            if error.errno not in (errno.ENOMEM, errno.EAGAIN) or attempt == max_tries:
                raise
        threading.Event().wait(random.uniform(min(1, max_timeout), max_timeout))
    raise AssertionError("never reached")


def catch_segfaults(
    cmd: Sequence[str],
    cwd: str | None,
    env: Mapping[str, str] | None,
    logger: Any,
    max: int = 1,
    cleanup: Callable[[], object] | None = None,
    usageStats: Any = None,
) -> subprocess.Popen[bytes]:
    """Run a program to its end, and once more if it died of a segmentation fault.

    What it writes is logged line by line as it comes: standard output as DEBUG, standard error as WARNING.

    Parameters
    ----------
    cmd
        Program and words.
    cwd, env
        Its folder and environment; None for our own.
    logger
        Where its output goes.
    max
        How often a segmentation fault is forgiven.
    cleanup
        Called before each attempt after the first; None for nothing.
    usageStats
        Its ``addPID`` is told of each process.

    Returns
    -------
    The process, which ended with exit status 0.

    Raises
    ------
    subprocess.CalledProcessError
        If it failed.
    """
    name = os.path.basename(str(cmd[0]))
    for attempt in range(max + 1):
        if attempt:
            logger.warning("%s died of a segmentation fault: retrying %d/%d", name, attempt, max)
            if cleanup is not None:
                cleanup()
        logger.debug("Running: %s", " ".join(str(word) for word in cmd))
        process = spawn_process(cmd, logger, cwd, env)
        if usageStats is not None:
            usageStats.addPID(process.pid)
        _follow(process, name, logger)
        if process.returncode == 0:
            return process
        if process.returncode != -signal.SIGSEGV:
            raise subprocess.CalledProcessError(process.returncode, cmd[0])
    logger.error("Too many segfaults from %s; aborted", name)
    raise subprocess.CalledProcessError(-signal.SIGSEGV, cmd[0])


def _follow(process: subprocess.Popen[bytes], name: str, logger: Any) -> None:
    """Log what a process writes until it has ended."""
    assert process.stdout is not None
    assert process.stderr is not None
    readers = [
        threading.Thread(target=_log_lines, args=(process.stdout, f"{name} stdout", logger.debug)),
        threading.Thread(target=_log_lines, args=(process.stderr, f"{name} stderr", logger.warning)),
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    process.wait()


def _log_lines(stream: IO[bytes], title: str, log: Callable[..., object]) -> None:
    with stream:
        for line in stream:
            text = line.decode("utf-8", "replace").rstrip()
            if text and not text.startswith(NOISE):
                log("%s: %s", title, text)
