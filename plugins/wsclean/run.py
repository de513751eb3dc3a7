"""Runs WSClean for a job: in a temporary folder of its own, with its images checked and corrected afterwards.

A program of its own, which takes WSClean's place in the job: whatever takes long or much memory happens here,
and stops, times out and is tried again with the job. WSClean is a child in the same process group and writes
straight to the job's log; its exit status or signal becomes that of this program.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from genericpipe import Finding, GenericPipeError, Severity

from .. import everybeamdata
from .images import Products
from .options import CommandLine
from .tempdir import own_folder

MODULE = "genericpipe_plugins.wsclean.run"
_CORRECT = "genericpipe_plugins.wsclean.correct"
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Reordered data that are to be found again are where the step says.
_KEPT = ("save-reordered", "reuse-reordered", "reuse-reorder", "save-reorder")


class _Asked:
    """The signal that asked this program to end, if one did."""

    signal: int | None = None


@contextmanager
def _patient() -> Iterator[_Asked]:
    """Leave signals to the child, which gets them as well: it ends, and we after it, with all put away."""
    asked = _Asked()

    def note(number: int, frame: object) -> None:
        asked.signal = number

    before = {number: signal.signal(number, note) for number in _STOPPING}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _child(words: Sequence[str], environment: Mapping[str, str] | None, asked: _Asked) -> int:
    """Run a program; return its exit status, -N where signal N ended it."""
    if asked.signal is not None:
        return -asked.signal
    try:
        return subprocess.Popen(words, env=environment).wait()
    except OSError as error:
        raise GenericPipeError(f"{words[0]} cannot be started: {error.strerror or error}") from None


def _call(line: CommandLine, started: float, given: argparse.Namespace, asked: _Asked) -> int:
    """Run WSClean and what comes after it; return the exit status."""
    scratch = _scratch(line)
    with own_folder(scratch) if scratch is not None else nullcontext() as folder:
        if folder is not None:
            line = line.without(("tempdir",)).setting("temp-dir", str(folder))
        products = Products(line, Path.cwd())
        if given.correct:
            status = _corrected(line, given, asked, ["--check"])
            if status:
                return status
        status = _child(line.words, None, asked)
        if status:
            return status
    findings = _findings(products, started)
    if given.correct and not any(finding.severity is Severity.ERROR for finding in findings):
        status = _corrected(line, given, asked)
        if status:
            return status
    Path(given.report).write_text(json.dumps([one.as_dict() for one in findings]), encoding="utf-8")
    return 0


def _scratch(line: CommandLine) -> Path | None:
    """Return the folder below which a call gets one of its own; None where it is to have none.

    Without ``-temp-dir`` WSClean writes beside the sets, and two runs on one set are in each other's way.

    Raises
    ------
    GenericPipeError
        If reordered data of two sets would go to one folder under one name, each over the other's.
    """
    if line.has(*_KEPT) or line.has("no-reorder"):
        return None
    asked = line.value("temp-dir", "tempdir")
    if not asked:
        beside = {os.path.dirname(os.path.abspath(path)) for path in line.sets}
        folder = next(iter(beside), "")
        return Path(folder) if len(beside) == 1 and os.access(folder, os.W_OK | os.X_OK) else None
    names = [os.path.basename(path.rstrip("/")) for path in line.sets]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise GenericPipeError(
            f"two sets of this call are called {doubled}: in -temp-dir WSClean would write the data of one"
            " over those of the other",
            hint="rename one of them, or leave -temp-dir out",
        )
    return Path(asked)


def _findings(products: Products, started: float) -> list[Finding]:
    from .checks import look_at

    return list(look_at(products, started))


def _corrected(line: CommandLine, given: argparse.Namespace, asked: _Asked, more: Sequence[str] = ()) -> int:
    """Start the program that corrects images; its settings are gone with it."""
    options = ["--limit", str(given.limit), "--interval", str(given.interval), *more]
    if given.correct == "differential":
        options.append("--differential")
    with tempfile.TemporaryDirectory(prefix="genericpipe-everybeam-") as folder:
        environment = everybeamdata.environment(os.environ, Path(folder))
        words = [sys.executable, "-P", "-m", _CORRECT, *options, "--", *line.words]
        return _child(words, environment, asked)


def split(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return what stands before and after the first ``--``: options of our own, and a call of WSClean."""
    place = words.index("--") if "--" in words else len(words)
    return words[:place], words[place + 1 :]


def main(words: Sequence[str]) -> int:
    """Run WSClean; return the exit status, -N where signal N ended it."""
    parser = argparse.ArgumentParser(prog=MODULE, allow_abbrev=False)
    parser.add_argument("--report", required=True)
    parser.add_argument("--correct", choices=["differential", "as-stored"])
    parser.add_argument("--limit", type=float, default=0.005)
    parser.add_argument("--interval", type=float, default=300.0)
    own, call = split(words)
    given = parser.parse_args(own)
    started = time.time()
    Path(given.report).unlink(missing_ok=True)
    try:
        with _patient() as asked:
            return _call(CommandLine.parse(call), started, given, asked)
    except GenericPipeError as error:
        print(error, file=sys.stderr)
        return 1


def end(status: int) -> None:
    """End this program as its child ended."""
    sys.stdout.flush()
    if status < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the child has left its own
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(abs(status))


if __name__ == "__main__":
    end(main(sys.argv[1:]))
