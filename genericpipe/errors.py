"""What a user can cause, told in one clear line: errors, findings and exit statuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import Enum, IntEnum
from typing import Any, List


class ExitStatus(IntEnum):
    """Exit statuses of ``genericpipe``."""

    DONE = 0
    STEP_FAILED = 1
    USAGE = 2
    INVALID = 3
    LOCKED = 4
    STATE = 5
    STOPPED = 6


@dataclass(frozen=True)
class Location:
    """A line of a text file; ``line`` counts from 1 and is None where the whole file is meant."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Severity(str, Enum):
    """How much a finding matters.

    ``missing`` is a file, program or site plugin that is not on this machine: the text may well be
    right elsewhere, so it only counts as an error where the user asks for that.
    """

    ERROR = "error"
    MISSING = "missing"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """Something noticed about the user's files: what, where, and what to do about it."""

    severity: Severity
    code: str
    message: str
    location: Location | None = None
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{where}{self.severity.value}: {self.message} [{self.code}]{hint}"

    def as_dict(self) -> dict[str, Any]:
        """Return severity, code, file, line, message and hint, as lint's JSON shows them."""
        location = asdict(self.location) if self.location else {"file": None, "line": None}
        return {
            "severity": self.severity.value,
            "code": self.code,
            **location,
            "message": self.message,
            "hint": self.hint,
        }


class Findings(List[Finding]):
    """Findings as they are noticed, in that order."""

    def error(self, code: str, message: str, location: Location | None = None, hint: str = "") -> None:
        """Note what forbids a run."""
        self.append(Finding(Severity.ERROR, code, message, location, hint))

    def missing(self, code: str, message: str, location: Location | None = None, hint: str = "") -> None:
        """Note what is not on this machine."""
        self.append(Finding(Severity.MISSING, code, message, location, hint))

    def warning(self, code: str, message: str, location: Location | None = None, hint: str = "") -> None:
        """Note what is odd and runs."""
        self.append(Finding(Severity.WARNING, code, message, location, hint))

    def caught(self, code: str, error: GenericPipeError, location: Location | None = None) -> None:
        """Note an exception as an error, at its own place or else at `location`."""
        self.error(code, error.message, error.location or location, error.hint)


class GenericPipeError(Exception):
    """Anything a user can cause.

    Parameters
    ----------
    message
        What is wrong, in one line, with the offending text.
    location
        The file and line at fault, if there is one.
    hint
        The nearest known name, or what to do.
    """

    exit_status = ExitStatus.INVALID

    def __init__(self, message: str, location: Location | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        return f"{where}{self.message}" + (f"\nhint: {self.hint}" if self.hint else "")

    def at(self, location: Location) -> GenericPipeError:
        """Return the same error with a location, keeping one that it already has."""
        return self if self.location else type(self)(self.message, location, self.hint)


class ParsetError(GenericPipeError):
    """A parset, or a value in one, that cannot be read."""


class ConfigError(GenericPipeError):
    """A pipeline.cfg or tasks.cfg that cannot be read or used."""


class MapfileError(GenericPipeError):
    """A mapfile that cannot be read or used."""


class PipelineError(GenericPipeError):
    """A pipeline that cannot be built: options, step lists, references."""


class PluginError(GenericPipeError):
    """A plugin that cannot be loaded or that registers something impossible."""


class UsageError(GenericPipeError):
    """A command line that asks for something impossible."""

    exit_status = ExitStatus.USAGE


class StateError(GenericPipeError):
    """What an earlier run left does not fit what is asked now; nothing has been changed."""

    exit_status = ExitStatus.STATE


class LockedError(GenericPipeError):
    """A job folder in which another run is at work."""

    exit_status = ExitStatus.LOCKED


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to `name`, or None if none is close."""
    import difflib

    matches = difflib.get_close_matches(name, sorted(set(known)), n=1)
    return matches[0] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known name, or an empty text."""
    match = nearest(name, known)
    return f"did you mean {match!r}?" if match else ""
