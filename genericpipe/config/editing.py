"""Change one value of a configuration file and leave every other byte of it alone.

The parsers that can write (also those that keep comments) rewrite blank lines, delimiters and the marks of
comments. Here the parser only tells where things are; the text is changed line by line, and read again
before it counts.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from genericpipe.config import inifile
from genericpipe.config.inifile import IniFile
from genericpipe.config.lines import decode_lines
from genericpipe.config.logformat import AS_WRITTEN
from genericpipe.config.presence import Presence, look
from genericpipe.config.raw import texts
from genericpipe.errors import ConfigError, Location

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_HEAD = re.compile(r"\s*[^=:]*?(\s*[=:][ \t]*)")
STARTER = Path(__file__).with_name("starter.cfg")
_PERMISSIONS = "check the permissions of the file and of its folder"
_PERCENT = re.compile(r"%%|%\([^)]+\)s")


def change(path: Path, section: str, key: str, value: str) -> None:
    """Set a value in a file, which is replaced in one go.

    Parameters
    ----------
    path
        A pipeline.cfg or tasks.cfg.
    section, key
        What to set; both are added if they are not there. If the key is given more than once, the last one,
        which wins, is changed.
    value
        The raw text, in which ``%(key)s`` counts; line breaks continue it on indented lines.

    Raises
    ------
    ConfigError
        If the file cannot be read or written, or if the value could not be read back as it is.
    """
    try:
        content = path.read_bytes()
        text = changed(content, str(path), section, key, value)
        if text != content:
            _replace(path.resolve(), text)
    except OSError as error:
        raise ConfigError(
            f"cannot change the file: {error.strerror or error}", Location(str(path)), _PERMISSIONS
        ) from error


def changed(content: bytes, source: str, section: str, key: str, value: str) -> bytes:
    """Return the content of a file with one value set; see `change`."""
    before = inifile.parse(decode_lines(content, source), source)
    lines: list[str] = _LINE.findall(content.decode("utf-8"))
    ends = [line[len(line.rstrip("\r\n")) :] for line in lines[:1]]
    end = ends[0] if ends and ends[0] else "\n"
    key = key.strip().lower()
    parts = value.strip().split("\n")
    written = (end + "    ").join(part.strip() for part in parts)
    place = before.sections.get(section, {}).get(key)
    if place and place.location and place.location.line:
        _put(lines, before, place.location.line, written)
    elif section in before.headers:
        _insert(lines, before, section, key, written, end)
    else:
        _end_last_line(lines, end)
        lines += [end] if lines and lines[-1].strip() else []
        lines += [f"[{section}]{end}", f"{key} = {written}".rstrip() + end]
    result = "".join(lines).encode("utf-8", errors="surrogatepass")
    _verify(before, result, source, section, key, value)
    return result


def _put(lines: list[str], ini: IniFile, line: int, written: str) -> None:
    """Replace the value whose key stands in a line, counted from 1."""
    old = lines[line - 1]
    end = old[len(old.rstrip("\r\n")) :]
    head, delimiter = _head(old)
    # "key =" gets its value after a blank, "key=" does not.
    gap = " " if delimiter[0].isspace() and not delimiter[-1].isspace() else ""
    lines[line - 1] = (head + gap + written).rstrip() + end
    for number in range(_last_line(lines, ini, line), line, -1):
        if _has_content(lines[number - 1]):
            del lines[number - 1]


def _insert(lines: list[str], ini: IniFile, section: str, key: str, written: str, end: str) -> None:
    """Add a key after the last one of a section, written as that one is."""
    header = ini.headers[section].line or 1
    own = [seen.line for seen in ini.outline if seen.section == section and seen.key and seen.line > header]
    after = own[-1] if own else header
    head, delimiter = _head(lines[after - 1]) if own else ("", " = ")
    indent = head[: len(head) - len(head.lstrip())]
    mark = delimiter.strip()
    before, behind = (" ", " ") if delimiter[0].isspace() else ("", delimiter[1:2])
    last = _last_line(lines, ini, after)
    if last == len(lines):
        _end_last_line(lines, end)
    lines.insert(last, f"{indent}{key}{before}{mark}{behind}{written}".rstrip() + end)


def _end_last_line(lines: list[str], end: str) -> None:
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end


def _head(line: str) -> tuple[str, str]:
    """Return what stands before a value, and of that the delimiter with the blanks around it."""
    match = _HEAD.match(line)
    return (match.group(), match.group(1)) if match else ("", " = ")


def _last_line(lines: list[str], ini: IniFile, line: int) -> int:
    """Return the last line of the value whose key, or of the header that, stands in a line."""
    following = min((seen.line for seen in ini.outline if seen.line > line), default=len(lines) + 1)
    return max(
        number for number in range(line, following) if number == line or _has_content(lines[number - 1])
    )


def _has_content(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith(("#", ";"))


def _verify(before: IniFile, content: bytes, source: str, section: str, key: str, value: str) -> None:
    """Refuse a change that reads back as anything but itself."""
    wanted = {name: texts(keys) for name, keys in before.sections.items()}
    wanted.setdefault(section, {})[key] = "\n".join(part.strip() for part in value.strip().split("\n"))
    problem = ConfigError(
        f"[{section}] {key} = {value}: this cannot be written so that it is read back as it is",
        Location(source),
        "a section, a key or a line of a value may not look like another part of the file",
    )
    try:
        after = inifile.parse(decode_lines(content, source), source)
    except ConfigError:
        raise problem from None
    if {name: texts(keys) for name, keys in after.sections.items()} != wanted:
        raise problem
    if section == "logging" and key in AS_WRITTEN:
        return
    # Whether %(key)s is defined depends on other files too; its syntax does not.
    if "%" in _PERCENT.sub("", value):
        raise ConfigError(
            f"[{section}] {key} = {value}: a '%' that belongs to no %(key)s",
            Location(source),
            "write %% for a percent sign",
        )


def write_starter(path: Path) -> None:
    """Write a commented pipeline.cfg to begin with, over what is there.

    Raises
    ------
    ConfigError
        If it cannot be written.
    """
    try:
        if look(path) is not Presence.NOTHING:
            _replace(path.resolve(), STARTER.read_bytes())
        else:
            path.write_bytes(STARTER.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"cannot write the file: {error.strerror or error}", Location(str(path)), _PERMISSIONS
        ) from error


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside the old one, with its permissions, and put it in its place."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, temporary)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
