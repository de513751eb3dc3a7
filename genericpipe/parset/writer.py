"""`Parset` to text: the form in which LOFAR writes parsets (contract 4.4)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping

from ..errors import ParsetError
from .entry import Entry


def format(mapping: Mapping[str, str | Entry]) -> str:
    """Return one line ``key=value`` per key, sorted by the bytes of the key.

    Values stand as they are: quotes are kept, nothing is escaped or wrapped, so a value that holds an
    unquoted ``#`` or a line break does not come back the same.

    Parameters
    ----------
    mapping
        Raw values, or a `Parset`.
    """
    keys = sorted(mapping, key=lambda key: key.encode("utf-8", "surrogatepass"))
    return "".join([f"{key}={_raw(mapping[key])}\n" for key in keys])


def write(mapping: Mapping[str, str | Entry], path: str | os.PathLike[str]) -> None:
    """Write a parset file: beside the target first, then renamed, so that no reader sees half of it.

    Raises
    ------
    ParsetError
        If the file cannot be written.
    """
    name = os.fspath(path)
    # Lone surrogates stand for bytes that were not UTF-8 in the file they came from; others are no text.
    try:
        data = format(mapping).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise ParsetError(f"Unable to write {name}: {error.reason}", hint="write UTF-8 text") from None
    try:
        _replace(os.path.realpath(name), data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ParsetError(
            f"Unable to open file {name}: {reason}", hint="check the name and the permissions of the folder"
        ) from None


def _replace(name: str, data: bytes) -> None:
    if os.path.exists(name) and not os.path.isfile(name):
        # A device or a pipe takes what is written to it; a file must not take its place.
        with open(name, "wb") as stream:
            stream.write(data)
        return
    folder, base = os.path.split(name)
    temporary = os.path.join(folder, f".{base[:100]}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            if os.path.exists(name):
                os.fchmod(stream.fileno(), os.stat(name).st_mode & 0o7777)
        os.replace(temporary, name)
    except BaseException:
        os.unlink(temporary)
        raise


def _raw(value: str | Entry) -> str:
    return value.raw if isinstance(value, Entry) else value
