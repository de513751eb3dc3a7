"""The pipeline as a class, for programs that load ``genericpipeline.py`` as factor did (contract 14).

Each run is a process of its own, so that several can run at once, in threads or in processes.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
from typing import Any, Dict, TextIO

__all__ = ["GenericPipeline"]

#: Inputs and the options of the command that they become.
_OPTIONS = {
    "config": "--config",
    "job_name": "--job-name",
    "loglevel": "--loglevel",
    "runtime_directory": "--runtime-directory",
    "start_time": "--start-time",
    "task_files": "--task-file",
    "working_directory": "--working-directory",
}
#: A line of the log as it is without a format of the configuration's own (contract 1).
_RECORD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (DEBUG|INFO|WARNING|ERROR|CRITICAL) +(\S+): (.*)")
#: What the command says of itself, not of the pipeline.
_LAST_WORDS = ("Results:", "No results")
_NAMES = frozenset(["args", "dry_run", *_OPTIONS])
_COMMAND = ("-P", "-m", "genericpipe.cli.legacy")


class Inputs(Dict[str, Any]):
    """The inputs of a pipeline by name; there are no others than those of the command."""

    def __setitem__(self, name: str, value: object) -> None:
        if name not in _NAMES:
            raise TypeError(_no_input(name))
        super().__setitem__(name, value)


class GenericPipeline:
    """A pipeline to run.

    Attributes
    ----------
    name
        What the pipeline is called in messages.
    logger
        Where the lines of its log go, with their levels; its own level decides how much is told. Without a
        handler of its own, they go to standard output as well, as those of LOFAR's own did.
    inputs
        ``args``, a list that holds the parset, ``config``, ``job_name`` and the other options of the command.
    outputs
        Empty: a pipeline has none.
    """

    #: The file of the command; the installed ``genericpipeline.py`` names itself.
    script: str | None = None

    def __init__(self) -> None:
        self.name = "genericpipeline"
        self.logger: logging.Logger | None = None
        self.inputs = Inputs(args=[])
        self.outputs: dict[str, Any] = {}

    def run(self, name: str | None = None) -> int:
        """Run the pipeline, and wait for its end.

        SIGINT and SIGTERM are passed on to it where this is the main thread; the program's own handlers
        have their turn when it has ended.

        Parameters
        ----------
        name
            Its name, if it is to be another one than before.

        Returns
        -------
        int
            0, or 1 where it failed or could not start: the logger has been told why.
        """
        if name is not None:
            self.name = name
        logger = self.logger if self.logger is not None else logging.getLogger(self.name)
        told = _Told(logger)
        try:
            words = self._words()
        except ValueError as error:
            told.line(f"{self.name}: {error}", logging.ERROR, sys.stderr)
            return 1
        with _PassedOn() as signals:
            try:
                process = subprocess.Popen(
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                    errors="backslashreplace",
                    # Where signals are passed on: a terminal would send a second one, which means haste.
                    start_new_session=signals.active,
                )
            except OSError as error:
                told.line(f"{self.name}: {words[0]}: {error.strerror}", logging.ERROR, sys.stderr)
                return 1
            signals.to(process)
            complaints = threading.Thread(target=told.standard_error, args=(process.stderr, sys.stderr))
            complaints.start()
            try:
                told.standard_output(process.stdout, sys.stdout)
            except BaseException:
                process.terminate()
                raise
            finally:
                complaints.join()
                status = process.wait()
        return 0 if status == 0 else 1

    def _words(self) -> list[str]:
        for name in self.inputs:
            if name not in _NAMES:  # `update` of a dictionary asks nobody
                raise ValueError(_no_input(name))
        parsets = self.inputs.get("args") or []
        if isinstance(parsets, (str, os.PathLike)) or len(parsets) != 1:
            raise ValueError("inputs['args'] is to be a list that holds the parset")
        words = [sys.executable, *((self.script,) if self.script is not None else _COMMAND)]
        given: dict[str, Any] = dict(self.inputs)
        if self.logger is not None:
            given.setdefault("loglevel", _level(self.logger))
        for name, option in _OPTIONS.items():
            value = given.get(name)
            if isinstance(value, (list, tuple)):
                value = "[" + ",".join(map(str, value)) + "]" if value else None
            if value is not None and str(value):
                words.append(f"{option}={value}")
        if str(self.inputs.get("dry_run", False)) == "True":
            words.append("--dry-run=True")
        return [*words, "--", os.fspath(parsets[0])]


class _Told:
    """Hands on what a pipeline says: to a logger, and to the streams that the program has just now."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._echo = not logger.handlers

    def standard_output(self, lines: Any, stream: TextIO) -> None:
        """Hand on the lines of the log; one without a level goes on with the one before it."""
        level = logging.INFO
        for line in lines:
            text = line.rstrip("\n")
            found = _RECORD.match(text)
            if found:
                level = getattr(logging, found.group(1))
                who, message = found.group(2), found.group(3)
                self._log(level, message if who == "genericpipeline" else f"{who}: {message}")
            elif text and text not in _LAST_WORDS:
                self._log(level, text)
            if self._echo:
                _write(stream, line)

    def standard_error(self, lines: Any, stream: TextIO) -> None:
        """Hand on what else the command says: why it does not run, and what is odd."""
        for line in lines:
            self.line(line.rstrip("\n"), logging.ERROR if ": error: " in line else logging.WARNING, stream)

    def line(self, text: str, level: int, stream: TextIO) -> None:
        """Hand on one complaint."""
        self._log(level, text)
        if self._echo:
            _write(stream, text + "\n")

    def _log(self, level: int, message: str) -> None:
        if self._logger.hasHandlers():  # else Python prints warnings itself, and they are printed already
            self._logger.log(level, "%s", message)


class _PassedOn:
    """Hands SIGINT and SIGTERM on to a process while a ``with`` lasts, if this is the main thread."""

    def __init__(self) -> None:
        self.active = threading.current_thread() is threading.main_thread()
        self._process: Any = None
        self._came: list[int] = []
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _PassedOn:
        for number in (signal.SIGINT, signal.SIGTERM):
            # What the program ignores stays ignored; None is a handler that is not Python's.
            if self.active and signal.getsignal(number) not in (signal.SIG_IGN, None):
                self._before[number] = signal.signal(number, self._pass_on)
        return self

    def to(self, process: Any) -> None:
        """Name the process; what came before goes to it now."""
        self._process = process
        for number in self._came:
            process.send_signal(number)

    def _pass_on(self, number: int, frame: object) -> None:
        self._came.append(number)
        if self._process is not None:
            self._process.send_signal(number)

    def __exit__(self, *error: object) -> None:
        """Give the program its handlers back, and call those whose signal came."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(self._came):
            if callable(self._before[number]):
                self._before[number](number, None)


def _no_input(name: str) -> str:
    return f"Ingredient {name} not defined; there are {', '.join(sorted(_NAMES))}"


def _level(logger: logging.Logger) -> str:
    """Return the name of the level from which on a logger wants to hear."""
    for level in (logging.DEBUG, logging.INFO, logging.WARNING):
        if logger.isEnabledFor(level):
            return logging.getLevelName(level)
    return "ERROR"


def _write(stream: Any, text: str) -> None:
    """Write to what a program has put in the place of a stream, also to a file of bytes.

    A stream that is full or closed is no reason to end a pipeline.
    """
    try:
        try:
            stream.write(text)
        except TypeError:
            stream.write(text.encode())
    except (AttributeError, OSError, ValueError):
        pass
