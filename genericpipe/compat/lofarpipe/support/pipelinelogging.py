"""Logging of node scripts: searches in what is logged, programs' output, times (contract 14)."""

from __future__ import annotations

import logging
import re
import resource
import time
from contextlib import contextmanager
from typing import Any, Dict, Iterator

__all__ = [
    "CatchLog4CPlus",
    "CatchLog4CXX",
    "LogCatcher",
    "SearchPattern",
    "SearchPatterns",
    "SearchingLogger",
    "getSearchingLogger",
    "log_process_output",
    "log_time",
]

#: What programs say on standard error where nobody has told log4cplus how to log: no news.
NOISE = (
    "log4cplus:ERROR No appenders could be found for logger",
    "log4cplus:ERROR Please initialize the log4cplus system properly",
)


class SearchPattern:
    """A regular expression, and the records whose message has it.

    Parameters
    ----------
    pattern
        What is searched for.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        self.results: list[logging.LogRecord] = []

    def check(self, record: logging.LogRecord) -> None:
        """Keep a record if its message has the pattern."""
        if self.pattern.search(record.getMessage()):
            self.results.append(record)


class SearchPatterns(Dict[str, Any]):
    """Patterns by name: ``patterns["name"] = "expression"``, then ``patterns["name"].results``."""

    def __setitem__(self, name: str, pattern: str | SearchPattern) -> None:
        super().__setitem__(name, SearchPattern(pattern) if isinstance(pattern, str) else pattern)

    def newrecord(self, record: logging.LogRecord) -> None:
        """Let every pattern look at a record."""
        for pattern in list(self.values()):
            pattern.check(record)


class SearchingLogger(logging.Logger):
    """A logger that looks for patterns in what passes through it.

    Attributes
    ----------
    searchpatterns
        Its patterns, by name.
    """

    def __init__(self, name: str, level: int = logging.NOTSET) -> None:
        super().__init__(name, level)
        self.searchpatterns = SearchPatterns()

    def handle(self, record: logging.LogRecord) -> None:
        """Log a record and look for the patterns in it."""
        super().handle(record)
        self.searchpatterns.newrecord(record)


def getSearchingLogger(name: str) -> SearchingLogger:
    """Return the logger of a name, which from now on searches if it did not."""
    logger = logging.getLogger(name)
    if not isinstance(logger, SearchingLogger):
        # Whoever has this logger already is to go on with the same one.
        logger.__class__ = SearchingLogger
        logger.searchpatterns = SearchPatterns()  # type: ignore[attr-defined]
    assert isinstance(logger, SearchingLogger)
    return logger


class LogCatcher:
    """Gives a logger for a program, for the time of a ``with``.

    LOFAR's own wrote a settings file for the program's logging library into the working directory, followed
    the file that came of it, and waited two seconds at the end. No program of today needs that: what it says
    comes on its standard streams. Files of these names that are there are left alone (contract 8).

    Parameters
    ----------
    working_dir
        The program's working directory.
    logger_name
        The name of the logger.
    executable_name
        The program's name.
    """

    def __init__(self, working_dir: str = "", logger_name: str = "", executable_name: str = "") -> None:
        self.working_dir = working_dir
        self.logger_name = logger_name
        self.executable_name = executable_name

    def __enter__(self) -> SearchingLogger:
        return getSearchingLogger(self.logger_name)

    def __exit__(self, *exception: object) -> None:
        return None


class CatchLog4CPlus(LogCatcher):
    """Gives a logger for a program that logs by log4cplus."""


class CatchLog4CXX(LogCatcher):
    """Gives a logger for a program that logs by log4cxx."""


def log_process_output(
    process_name: str,
    sout: str | bytes | None,
    serr: str | bytes | None,
    logger: logging.Logger,
) -> None:
    """Log what a program wrote: standard output as a DEBUG record, standard error as a WARNING.

    Parameters
    ----------
    process_name
        What to call the program.
    sout, serr
        What it wrote; nothing is logged of what is empty.
    logger
        Where to.
    """
    for stream, said, level in (("stdout", sout, logging.DEBUG), ("stderr", serr, logging.WARNING)):
        text = _quiet(said)
        if text:
            logger.log(level, "%s %s: %s", process_name, stream, text)


def _quiet(said: str | bytes | None) -> str:
    """Return what a program said as text, without the lines that are no news."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said or ""
    return "\n".join(line for line in text.splitlines() if not line.startswith(NOISE)).strip()


@contextmanager
def log_time(logger: logging.Logger | None) -> Iterator[None]:
    """Log how long what stands in the ``with`` took: in all, and in processor time with child processes."""
    began, user, system = time.time(), *_processor_time()
    try:
        yield
    finally:
        ended, user_now, system_now = time.time(), *_processor_time()
        if logger is not None:
            logger.info(
                "Total time %.4fs; user time: %.4fs; system time: %.4fs",
                ended - began,
                user_now - user,
                system_now - system,
            )
            logger.debug("Start time was %.4fs; end time was %.4fs", began, ended)


def _processor_time() -> list[float]:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return [sum(one.ru_utime for one in usages), sum(one.ru_stime for one in usages)]
