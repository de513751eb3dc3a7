"""What is in a folder, and which of it a pattern means."""

from __future__ import annotations

import os
import re
import warnings

from genericpipe import GenericPipeError

# Several stars are as one, and much faster to match.
_SIGNS = re.compile(r"\\.|[.?]|\*+", re.DOTALL)
_MEANING = {".": r"\.", "?": ".", "*": ".*"}


def names_in(folder: str, without: str = "") -> list[str]:
    """Return the names in a folder, sorted, hidden ones too.

    Parameters
    ----------
    folder
        The folder; a relative one counts from the working directory.
    without
        A file to leave out if it is in that folder: the mapfile that is being made, so that the map is the
        same when it is made again.

    Raises
    ------
    GenericPipeError
        If there is no such folder or it cannot be read.
    """
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        hint = "" if os.path.isabs(folder) else f"a relative folder counts from {os.getcwd()}"
        raise GenericPipeError(f"there is no folder {folder!r}", hint=hint) from None
    except NotADirectoryError:
        raise GenericPipeError(f"{folder!r} is no folder", hint="give the folder that holds it") from None
    except OSError as error:
        raise GenericPipeError(f"the folder {folder!r} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise GenericPipeError(f"no folder can have the name {folder!r}: {error}") from None
    above, own = os.path.split(without)
    if own in names and os.path.realpath(folder) == os.path.realpath(above):
        names.remove(own)
    return names


def name_pattern(pattern: str) -> re.Pattern[str]:
    r"""Return the regular expression for a pattern of file names, to be used with ``fullmatch``.

    ``.`` stands for itself, ``?`` for any character, ``*`` for any text; other signs of regular expressions
    keep their meaning, so that ``L[0-9]+*.MS`` works (contract 9.1), and ``\.`` is what it is there. Blanks
    at both ends do not count.

    Raises
    ------
    GenericPipeError
        If the result is no regular expression.
    """
    text = pattern.strip()
    try:
        with warnings.catch_warnings():
            # `[[` may come to mean something else in a later Python.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(_SIGNS.sub(_meaning, text), re.DOTALL)
    except (re.error, OverflowError, RecursionError) as error:
        hint = "? and * are wildcards; brackets are those of regular expressions, to be closed"
        raise GenericPipeError(f"the pattern {text!r} cannot be understood: {error}", hint=hint) from None


def matching(names: list[str], pattern: str, exclude: bool = False) -> list[str]:
    """Return the names that match a pattern, in their order.

    Parameters
    ----------
    names
        The names.
    pattern
        As for :func:`name_pattern`; without one, all names match.
    exclude
        Return the others instead; without a pattern this means nothing (contract 9.1).

    Raises
    ------
    GenericPipeError
        If the pattern cannot be understood.
    """
    if not pattern.strip():
        return names
    expression = name_pattern(pattern)
    return [name for name in names if (expression.fullmatch(name) is None) == exclude]


def _meaning(sign: re.Match[str]) -> str:
    return _MEANING.get(sign[0][0], sign[0])
