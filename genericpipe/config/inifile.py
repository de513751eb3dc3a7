"""Text of an ini file -> sections, keys, raw values and the line of each."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from genericpipe.config.lines import read_lines
from genericpipe.errors import ConfigError, Finding, Location, Severity

DEFAULT = configparser.DEFAULTSECT


@dataclass(frozen=True)
class RawValue:
    """A value as it stands in a file, before any ``%(key)s`` is filled in, and where its key stands."""

    text: str
    location: Location | None = None


class Seen(NamedTuple):
    """A header (without a key) or a key, in the order of the file."""

    line: int
    section: str
    key: str | None = None


@dataclass(frozen=True)
class IniFile:
    """What one file says.

    Parameters
    ----------
    source
        The name of the file.
    sections
        Section name -> lower-cased key -> value, in the order of the file; ``DEFAULT`` is one of them if the
        file has it. Keys of ``DEFAULT`` are not repeated in the others.
    headers
        The line of the last header of each section.
    findings
        Sections and keys that are given more than once.
    outline
        Every header and key, repeated ones too, in the order of the file.
    """

    source: str
    sections: dict[str, dict[str, RawValue]]
    headers: dict[str, Location]
    findings: tuple[Finding, ...] = ()
    outline: tuple[Seen, ...] = ()


class _LocatingParser(configparser.RawConfigParser):
    """The standard parser, which also notes the line of every header and key that it recognises.

    ``configparser`` keeps no line numbers, and a second scan could disagree with it about what continues a
    value. It asks ``SECTCRE`` and ``optionxform``, both meant to be replaced, about each header and key at
    the moment it reads that line, so they know where it is.
    """

    def __init__(self) -> None:
        # Contract 15 #23: a repeated section or key is merged, the last wins.
        super().__init__(strict=False, interpolation=None)
        self.seen: list[Seen] = []
        self._line: int | None = None
        self._section = ""
        self._header_pattern: re.Pattern[str] = type(self).SECTCRE
        headers: Any = self  # its `match` stands in for the pattern's
        self.SECTCRE = headers

    def read_lines(self, lines: list[str], source: str) -> None:
        """Read the lines of a file, counted from 1."""
        self.read_file(self._counted(lines), source)
        self._line = None

    def _counted(self, lines: list[str]) -> Iterator[str]:
        for self._line, line in enumerate(lines, start=1):
            yield line + "\n"

    def match(self, text: str) -> re.Match[str] | None:
        """Recognise a header, as ``SECTCRE.match`` does, and note it."""
        found = self._header_pattern.match(text)
        if found and self._line is not None:
            self._section = found.group("header")
            self.seen.append(Seen(self._line, self._section))
        return found

    def optionxform(self, optionstr: str) -> str:
        """Lower-case a key, as ``configparser`` does, and note it."""
        key = optionstr.lower()
        if self._line is not None:
            self.seen.append(Seen(self._line, self._section, key))
        return key


def read(path: Path) -> IniFile:
    """Read a file in the syntax of contract 2.

    Parameters
    ----------
    path
        A pipeline.cfg or tasks.cfg.

    Raises
    ------
    ConfigError
        If it cannot be read, with the line at fault.
    """
    return parse(read_lines(path), str(path))


def parse(lines: list[str], source: str) -> IniFile:
    """Read the lines of a file; see `read`."""
    parser = _LocatingParser()
    try:
        parser.read_lines(lines, source)
    except configparser.MissingSectionHeaderError as error:
        raise ConfigError(
            f"text before the first [section]: {_line(lines, error.lineno)!r}",
            Location(source, error.lineno),
            "begin the file with [DEFAULT]",
        ) from None
    except configparser.ParsingError as error:
        number = error.errors[0][0] if error.errors else getattr(error, "lineno", None)
        raise ConfigError(
            f"a line that is no 'key = value': {_line(lines, number)!r}",
            Location(source, number),
            "write 'key = value'; a line that continues the value above it must be indented",
        ) from None
    except configparser.Error as error:
        raise ConfigError(f"cannot be read: {error.message}", Location(source)) from None
    return _with_locations(parser, source)


def _line(lines: list[str], number: int | None) -> str:
    return lines[number - 1].strip() if number and number <= len(lines) else ""


def _with_locations(parser: _LocatingParser, source: str) -> IniFile:
    lines: dict[tuple[str, str], int] = {}
    headers: dict[str, int] = {}
    findings: list[Finding] = []
    again: list[tuple[Seen, int, list[str]]] = []  # later headers, line of the first, keys given again
    reopened: list[str] | None = None  # of the section being read, if it is one of those
    header_line = 0
    for line, section, key in parser.seen:
        if key is None:
            reopened = None
            header_line = line
            # [DEFAULT] may be repeated even in LOFAR's own reading: contract 2.
            if section in headers and section != DEFAULT:
                reopened = []
                again.append((Seen(line, section), headers[section], reopened))
            headers[section] = line
            continue
        before = lines.get((section, key))
        if before is not None and reopened is not None and before < header_line:
            reopened.append(key)
        elif before is not None:
            findings.append(_repeated_key(section, key, before, Location(source, line)))
        lines[section, key] = line
    findings += [_repeated_section(seen, first, keys, source) for seen, first, keys in again]
    names = [name for name in (DEFAULT, *parser.sections()) if name in headers]
    values = {name: _values(parser, name, lines, source) for name in names}
    places = {name: Location(source, line) for name, line in headers.items()}
    return IniFile(source, values, places, tuple(findings), tuple(parser.seen))


def _values(
    parser: _LocatingParser, section: str, lines: dict[tuple[str, str], int], source: str
) -> dict[str, RawValue]:
    own = parser.defaults() if section == DEFAULT else parser[section]
    return {
        key: RawValue(own[key], Location(source, lines[section, key]))
        for key in own
        if (section, key) in lines
    }


def _repeated_key(section: str, key: str, before: int, place: Location) -> Finding:
    return Finding(
        Severity.WARNING,
        "duplicate-key",
        f"key {key!r} of [{section}] stands in line {before} and again in line {place.line}; the last wins",
        place,
        "remove one of them",
    )


def _repeated_section(seen: Seen, first: int, keys: list[str], source: str) -> Finding:
    wins = f"; of what both say ({', '.join(keys)}) the last wins" if keys else ""
    return Finding(
        Severity.WARNING,
        "duplicate-section",
        f"section [{seen.section}] stands in line {first} and again in line {seen.line};"
        f" they are merged{wins}",
        Location(source, seen.line),
        "make one section of them",
    )
