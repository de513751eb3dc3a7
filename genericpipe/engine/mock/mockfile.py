"""The mock file: what inputs there are, what steps return and which jobs fail, in TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import ConfigError, Location, did_you_mean
from .tomllines import TomlLines

#: An entry of a mapfile: a file, or the files of a list.
Entry = str | tuple[str, ...]

_TABLES = ("environment", "failures", "inputs", "mapfiles", "returns")
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class MadeMap:
    """A returned value that is the path of a mapfile with these entries."""

    entries: tuple[Entry, ...]


#: What a step returns under one key: the same text for every job, one text a job, or a mapfile.
Returned = str | tuple[str, ...] | MadeMap


@dataclass(frozen=True)
class MadeFailure:
    """Jobs that fail.

    Parameters
    ----------
    step
        The step, as it runs.
    entries
        Which entries of its mapfile; empty for all.
    status
        The exit status.
    reason
        What the log is to say.
    """

    step: str
    entries: tuple[int, ...] = ()
    status: int = 1
    reason: str = "the mock file says that it fails"

    def meets(self, step: str, index: int) -> bool:
        """Return whether it is about this job."""
        return self.step == step and (not self.entries or index in self.entries)


@dataclass(frozen=True)
class MockFile:
    """What a mock file says; without one nothing is said, and everything is made up.

    Parameters
    ----------
    path
        The file; empty where there is none.
    inputs
        Folder, as the parset comes to name it -> the names in it.
    mapfiles
        Path of a mapfile that nothing in the pipeline makes -> its entries.
    environment
        Environment variables for ``$NAME`` in options.
    returns
        Step -> key -> what its jobs, or the plugin, return.
    failures
        Which jobs fail.
    steps
        The steps of which it speaks -> the line that does.
    """

    path: str = ""
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mapfiles: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    returns: Mapping[str, Mapping[str, Returned]] = field(default_factory=dict)
    failures: tuple[MadeFailure, ...] = ()
    steps: Mapping[str, int | None] = field(default_factory=dict)

    def failure(self, step: str, index: int) -> MadeFailure | None:
        """Return why a job fails, or None."""
        return next((one for one in self.failures if one.meets(step, index)), None)

    def check_steps(self, known: Collection[str]) -> None:
        """Refuse what is said of a step that the pipeline does not have.

        Raises
        ------
        ConfigError
            Names the step and the nearest.
        """
        for step, line in self.steps.items():
            if step not in known:
                raise ConfigError(
                    f"the mock file speaks of a step {step!r}, which the pipeline does not have",
                    Location(self.path, line),
                    did_you_mean(step, known) or "repeats run as a, a1, a2; steps of sub-pipelines as sub-a",
                )


def read_mock_file(path: Path) -> MockFile:
    """Read a mock file.

    Raises
    ------
    ConfigError
        If it cannot be read, is no TOML, or says something else than a mock file may; with file and line,
        where that is known.
    """
    where = Location(str(path))
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise ConfigError(f"the mock file cannot be read: {reason}", where) from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else len(text.splitlines()) or 1
        told = _AT_LINE.sub("", str(error))
        raise ConfigError(f"the mock file is no TOML: {told}", Location(str(path), line)) from None
    return _Reader(str(path), text).read(document)


class _Reader:
    """Takes the document apart; says where it stands what is not as it should be."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = TomlLines(text)
        # The tables around what is read now, and how many of the same name came before.
        self._inside: tuple[str, ...] = ()
        self._before = 0
        self._steps: dict[str, int | None] = {}

    def read(self, document: Mapping[str, Any]) -> MockFile:
        for name in document:
            if name not in _TABLES:
                raise self._wrong(name, f"there is no table [{name}] in a mock file", name)
        return MockFile(
            path=self._path,
            inputs=self._table(document, "inputs", self._names),
            mapfiles=self._table(document, "mapfiles", self._entries),
            environment=self._table(document, "environment", self._text),
            returns=self._table(document, "returns", self._of_step),
            failures=self._failures(document.get("failures", [])),
            steps=self._steps,
        )

    def _table(
        self, document: Mapping[str, Any], name: str, read: Callable[[str, object], Any]
    ) -> dict[str, Any]:
        table = document.get(name, {})
        if not isinstance(table, dict):
            raise self._wrong(name, f"{name} is to be a table: [{name}]")
        self._inside = (name,)
        found = {key: read(key, value) for key, value in table.items()}
        self._inside = ()
        return found

    def _of_step(self, step: str, value: object) -> dict[str, Returned]:
        if not isinstance(value, dict):
            raise self._wrong(step, f"returns.{step} is to be a table: [returns.{step}]")
        self._steps.setdefault(step, self._line(step))
        self._inside = ("returns", step)
        found = {key: self._returned(key, one) for key, one in value.items()}
        self._inside = ("returns",)
        return found

    def _returned(self, key: str, value: object) -> Returned:
        if isinstance(value, dict):
            if set(value) != {"mapfile"}:
                raise self._wrong(key, f"{key}: the one table that can be returned is {{mapfile = [...]}}")
            return MadeMap(self._entries(key, value["mapfile"]))
        if isinstance(value, list):
            return self._names(key, value)
        return self._text(key, value)

    def _text(self, key: str, value: object) -> str:
        if isinstance(value, (dict, list)):
            raise self._wrong(key, f"{key} = {value!r}: text or a number is wanted")
        return str(value)

    def _names(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self._wrong(key, f"{key} = {value!r}: a list of texts is wanted")
        return tuple(self._text(key, one) for one in value)

    def _entries(self, key: str, value: object) -> tuple[Entry, ...]:
        if not isinstance(value, list):
            raise self._wrong(key, f"{key} = {value!r}: a list of entries is wanted")
        return tuple(
            self._names(key, one) if isinstance(one, list) else self._text(key, one) for one in value
        )

    def _failures(self, value: object) -> tuple[MadeFailure, ...]:
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self._wrong("failures", "failures are to be tables: [[failures]]")
        found = []
        for number, one in enumerate(value):
            self._inside, self._before = ("failures",), number
            found.append(self._failure(one))
        return tuple(found)

    def _failure(self, table: Mapping[str, Any]) -> MadeFailure:
        known = ("step", "entries", "status", "reason")
        for key in table:
            if key not in known:
                raise self._wrong(key, f"a failure has no key {key!r}", key, known)
        if not isinstance(table.get("step"), str):
            raise self._wrong("step", "a failure has to name its step: step = ...")
        self._steps.setdefault(table["step"], self._line("step"))
        entries = table.get("entries", [])
        if not isinstance(entries, list) or not all(_is_number(one) for one in entries):
            raise self._wrong("entries", f"entries = {entries!r}: a list of numbers from 0 on is wanted")
        status = table.get("status", 1)
        if not _is_number(status) or not 0 < status < 256:
            raise self._wrong("status", f"status = {status!r}: an exit status from 1 to 255 is wanted")
        reason = table.get("reason", MadeFailure.reason)
        return MadeFailure(table["step"], tuple(entries), status, self._text("reason", reason))

    def _wrong(self, key: str, message: str, name: str = "", known: Sequence[str] = _TABLES) -> ConfigError:
        """Return the error about a key, with the line that it stands in."""
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}" if name else ""
        return ConfigError(message, Location(self._path, self._line(key)), hint)

    def _line(self, key: str) -> int | None:
        return self._lines.line(key, self._inside, self._before)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
