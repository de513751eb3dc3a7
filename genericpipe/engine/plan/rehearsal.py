"""A built-in step plugin called for a plan: in a process that may write into the scratch folder alone."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# What changes files, by the audit events of Python, and where in an event's arguments the paths stand.
_CHANGES = {
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.link": (1,),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
}
_PROGRAMS = ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen")
_NETWORK = ("socket.bind", "socket.connect")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True)
class Rehearsed:
    """What became of a call.

    Parameters
    ----------
    results
        What the plugin returned, as text.
    written
        The files that it wrote, in the scratch folder.
    said
        What it printed and logged.
    failure
        Why it failed, or what it was kept from; empty for a success.
    """

    results: Mapping[str, str]
    written: tuple[str, ...]
    said: str
    failure: str


def rehearse(
    function: Callable[..., object],
    positional: Sequence[str],
    keywords: Mapping[str, str | Mapping[str, str]],
    scratch: str,
) -> Rehearsed:
    """Call a step plugin as a run does (contract 9), where it can do no harm.

    Parameters
    ----------
    function
        Its ``plugin_main``.
    positional, keywords
        What it is given; paths that it writes to are in the scratch folder.
    scratch
        The only folder that it may change, with no link in its path.
    """
    with tempfile.TemporaryFile(dir=scratch) as output, tempfile.TemporaryFile(dir=scratch) as report:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _child(function, positional, keywords, scratch, output.fileno(), report.fileno())
        os.waitpid(pid, 0)
        output.seek(0)
        report.seek(0)
        said = output.read().decode("utf-8", "replace").strip()
        try:
            told = json.loads(report.read())
        except ValueError:
            return Rehearsed({}, (), said, "it ended its process")
    return Rehearsed(told["results"], tuple(told["written"]), said, told["failure"])


def _child(
    function: Callable[..., object],
    positional: Sequence[str],
    keywords: Mapping[str, object],
    scratch: str,
    output: int,
    report: int,
) -> None:
    """Call the function and end this process, which is a copy of ours."""
    told: dict[str, object] = {"results": {}, "written": [], "failure": "it failed"}
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False, errors="backslashreplace")
        sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False, errors="backslashreplace")
        logging.basicConfig(format="%(levelname)s: %(message)s", stream=sys.stderr, force=True)
        guard = _Guard(scratch)
        sys.addaudithook(guard)
        told["failure"] = _call(function, positional, keywords, told)
        told["written"] = list(dict.fromkeys(guard.written))
        if guard.refused:
            told["failure"] = guard.refused[0]
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:
        told["failure"] = _in_words(error)
    finally:
        os.write(report, json.dumps(told).encode())
        os._exit(0)


def _call(
    function: Callable[..., object],
    positional: Sequence[str],
    keywords: Mapping[str, object],
    told: dict[str, object],
) -> str:
    """Call the function; return why it failed, empty where it did not."""
    try:
        value = function(list(positional), **keywords)
    except BaseException as error:  # an exit() is a failure too
        return _in_words(error)
    if isinstance(value, Mapping):
        told["results"] = {str(key): str(each) for key, each in value.items()}
    return ""


def _in_words(error: BaseException) -> str:
    text = str(error).splitlines()
    return text[0] if text else type(error).__name__


class _Guard:
    """An audit hook that lets no change happen outside a folder; there is no way to take one away again."""

    def __init__(self, scratch: str) -> None:
        self._scratch = scratch + os.sep
        self.written: list[str] = []
        self.refused: list[str] = []

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITING:
                self._check(path)
        elif event in _CHANGES:
            for place in _CHANGES[event]:
                self._check(arguments[place])
        elif event in _PROGRAMS:
            self._refuse("it would start a program")
        elif event in _NETWORK:
            self._refuse("it would use the network")

    def _check(self, path: object) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return  # an open file: it was looked at when it was opened
        text = os.fsdecode(path)
        real = os.path.join(os.path.realpath(os.path.dirname(text)), os.path.basename(text))
        if real.startswith(self._scratch):
            self.written.append(text)
        elif text != os.devnull:
            if "__pycache__" in Path(text).parts:  # Python does without, if it has to
                raise PermissionError(text)
            self._refuse(f"it would change {text}")

    def _refuse(self, why: str) -> None:
        self.refused.append(f"{why}, which no plan does")
        raise PermissionError(self.refused[-1])
