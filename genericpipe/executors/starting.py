"""Starting a process: its program found, its files and folders made, its environment put together."""

from __future__ import annotations

import errno
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import GenericPipeError
from ..recipes.job import Job

#: The folder that holds just `lofar` and `lofarpipe`, for programs that import them.
COMPAT = str(Path(__file__).resolve().parent.parent / "compat")


class CannotStart(GenericPipeError):
    """A job that cannot be started; it counts as failed."""


class Environments:
    """Puts the environments of jobs together: ours, then the job's own, then our `lofarpipe` on PYTHONPATH.

    Jobs of one step share their mapping, so the last one is kept: encoding some hundred variables for each of
    many short jobs would take as long as starting them.
    """

    def __init__(self) -> None:
        self._ours = dict(os.environb)
        self._mapping: Mapping[str, str] | None = None
        self._last: dict[bytes, bytes] = {}

    def of(self, job: Job) -> dict[bytes, bytes]:
        """Return the whole environment of a job, encoded."""
        if job.environment is not self._mapping:
            own = {os.fsencode(name): os.fsencode(value) for name, value in job.environment.items()}
            merged = {**self._ours, **own}
            merged[b"PYTHONPATH"] = _with_compat(merged.get(b"PYTHONPATH", b""))
            self._mapping, self._last = job.environment, merged
        return self._last


def _with_compat(path: bytes) -> bytes:
    """Return a PYTHONPATH with our folder at its end (design: compat on the path)."""
    folder = os.fsencode(COMPAT)
    if not path:
        return folder  # an empty entry would stand for the current folder
    return path if folder in path.split(b":") else path + b":" + folder


class Programs:
    """Finds programs, each once for a PATH and a folder."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, bytes, str], str] = {}

    def find(self, name: str, environment: Mapping[bytes, bytes], folder: str) -> str:
        """Return the file of a program.

        Parameters
        ----------
        name
            As the job has it: a bare name is looked for on the job's PATH, a relative path in its folder.
        environment
            The job's whole environment.
        folder
            Its working directory.

        Raises
        ------
        CannotStart
            If there is none, or it cannot be executed.
        """
        path = environment.get(b"PATH", os.fsencode(os.defpath))
        key = (name, path, folder)
        if key not in self._found:
            self._found[key] = _find(name, os.fsdecode(path), folder)
        return self._found[key]


def _find(name: str, path: str, folder: str) -> str:
    if "/" not in name:
        entries = os.pathsep.join(os.path.join(folder, entry) for entry in path.split(os.pathsep))
        found = shutil.which(name, path=entries)
        if found is None:
            raise CannotStart(f"program {name!r} is not on PATH", hint=f"PATH is {path or 'empty'}")
        return found
    file = os.path.join(folder, name)
    if not os.path.exists(file):
        raise CannotStart(f"program {file!r} not found", hint="look at the step's executable")
    if os.path.isdir(file):
        raise CannotStart(f"program {file!r} is a folder")
    if not os.access(file, os.X_OK):
        raise CannotStart(f"program {file!r} is not executable", hint=f"chmod +x {file}")
    return file


def write_files(files: Mapping[str, str]) -> None:
    """Write the files that a job wants beforehand, each complete or not at all.

    Raises
    ------
    CannotStart
        If one cannot be written.
    """
    for path, text in files.items():
        folder, name = os.path.split(path)
        try:
            os.makedirs(folder or ".", exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=folder or ".", prefix=f".{name[:100]}.")
            try:
                with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
                    file.write(text)
                    os.fchmod(descriptor, 0o666 & ~_umask())
                os.replace(temporary, path)
            except BaseException:
                os.unlink(temporary)
                raise
        except OSError as error:
            raise CannotStart(f"cannot write {path}: {error.strerror}") from None


def _umask() -> int:
    """Return the file mode mask without changing it (``Umask`` in proc(5))."""
    with open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"Umask:"):
                return int(line.split()[1], 8)
    return 0o022


@functools.cache
def _nothing_to_read() -> int:
    """Return ``/dev/null``, open once for all jobs."""
    return os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)


def start(
    argv: Sequence[str],
    program: str,
    environment: Mapping[bytes, bytes],
    folder: str,
    stdout: int,
    stderr: int,
    kept_open: Sequence[int] = (),
) -> int:
    """Start a process that leads a session of its own, and return its number.

    `subprocess.Popen` it is: measured for 1000 `true`, it needs 0.13 s of processor time where
    `os.posix_spawn` needs 0.08 s and the processes themselves 0.5 s; and posix_spawn can neither set a
    folder nor close descriptors that a library has left open.

    Parameters
    ----------
    argv
        The words.
    program
        The file to execute.
    environment
        The whole environment.
    folder
        Where it starts; it is made where it is missing, with those above it (contract 8: LOFAR made one).
    stdout, stderr
        Open files.
    kept_open
        Other descriptors that it inherits.

    Raises
    ------
    CannotStart
        If the folder cannot be made.
    OSError, ValueError
        If the process cannot be started; `in_words` explains it.
    """
    stdin = _nothing_to_read()

    def once() -> int:
        process = subprocess.Popen(
            argv,
            executable=program,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=environment,
            cwd=folder,
            start_new_session=True,
            pass_fds=kept_open,
        )
        # We wait for it ourselves, for its processor time and memory: Popen must not do so behind our back.
        process.returncode = 0
        return process.pid

    try:
        return once()
    except FileNotFoundError:
        if os.path.isdir(folder):
            raise
    except NotADirectoryError:
        raise CannotStart(f"working directory {folder!r} is no folder") from None
    except PermissionError as error:
        if error.filename != folder:
            raise
        raise CannotStart(f"you may not enter the working directory {folder!r}") from None
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"cannot make the working directory {folder!r}: {error.strerror}") from None
    return once()


def in_words(error: OSError | ValueError, argv: Sequence[str], program: str) -> str:
    """Return why a process could not be started, for a person."""
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.E2BIG:
        size = sum(len(os.fsencode(word)) + 1 for word in argv)
        return (
            f"command line too long: {len(argv)} words, {size} bytes (with the environment, the system takes "
            f"{os.sysconf('SC_ARG_MAX')}; one word 131072)"
        )
    if code == errno.ENOEXEC:
        return f"{program} is no program for this machine: a script needs a first line such as #!/bin/sh"
    if code == errno.ENOENT:
        return f"{program} or the interpreter that its first line (#!) names does not exist"
    if code == errno.EACCES:
        return f"{program} or the interpreter that its first line (#!) names is not executable"
    if code in (errno.ENOMEM, errno.EAGAIN):
        return f"no memory or no process left to start {program}: {os.strerror(code)}"
    return f"cannot start {program}: {getattr(error, 'strerror', None) or error}"
