"""Bytes of a configuration file -> its lines of text."""

from __future__ import annotations

import codecs
from pathlib import Path

from genericpipe.errors import ConfigError, Location


def read_lines(path: Path) -> list[str]:
    """Return the lines of a text file, whatever its line ends.

    Raises
    ------
    ConfigError
        If it cannot be read, or holds what no configuration can.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(
            f"cannot read the configuration: {reason}",
            Location(str(path)),
            "check the name and the permissions of the file",
        ) from error
    except ValueError as error:  # a NUL in the name
        hint = "check the option or the key that names it"
        raise ConfigError(f"impossible file name {str(path)!r}: {error}", hint=hint) from error
    return decode_lines(content, str(path))


def decode_lines(content: bytes, source: str) -> list[str]:
    """Split the bytes of a file into lines of text; see `read_lines`."""
    if content.startswith(codecs.BOM_UTF8):
        raise ConfigError(
            "the file begins with a byte-order mark",
            Location(source, 1),
            "save it as UTF-8 without a byte-order mark (BOM)",
        )
    # Only these three end a line where Python reads text; str.splitlines knows more.
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        bad = content[error.start : error.end]
        raise ConfigError(
            f"bytes that are not UTF-8 text: {bad!r}", Location(source, line), "save the file as UTF-8"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ConfigError("a NUL byte", Location(source, line), "this does not look like a text file")
    return text.split("\n")
