"""Names of inputs that are made up: such as a pattern of file names may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: So many measurement sets are made up: enough for entries to differ, few enough to be read.
NUMBER = 3
# What an observation has one of, as solutions.
_ONE = (
    ".fits",
    ".h5",
    ".h5parm",
    ".npy",
    ".npz",
    ".parset",
    ".pdf",
    ".png",
    ".skymodel",
    ".sourcedb",
    ".txt",
)

# The pieces of a pattern: an escaped sign, a class, a choice, stars, a question mark, any other sign.
_PIECES = re.compile(r"\\(.)|\[([^\]]*)\][+*]?|\(([^()]*)\)[+*?]?|(\*+)|(\?)|(.)", re.DOTALL)

_MEANING = re.compile(r"\\.|[.?*]", re.DOTALL)
_MEANS = {".": r"\.", "?": ".", "*": ".*"}


def made_up_names(pattern: str, number: int = NUMBER) -> list[str]:
    """Return names that a pattern of a mapfile plugin matches (contract 9.1).

    Parameters
    ----------
    pattern
        ``*`` any text, ``?`` any character, pieces of regular expressions besides; empty for measurement
        sets.
    number
        How many names, where the pattern is one of measurement sets and leaves room for several.
    """
    meant = pattern.strip() or "*.MS"
    count = 1 if meant.lower().endswith(_ONE) else number
    return list(dict.fromkeys(_name(meant, index) for index in range(count)))


def numbered(path: str, index: int) -> str:
    """Return a path for one entry of a made-up mapfile.

    The number stands before the extension: products are called after what is before that (contract 7.4),
    and each entry is to have its own.
    """
    return f"{path}.{index}.mock"


def _stem(index: int) -> str:
    """Return what LOFAR calls a subband of an observation."""
    return f"L123456_SB{index:03d}_uv"


def _name(pattern: str, index: int) -> str:
    """Return one name: the first star becomes the observation and the subband, the others nothing much."""
    pieces = []
    starred = False
    for match in _PIECES.finditer(pattern):
        escaped, signs, choice, star, question, plain = match.groups()
        if escaped is not None:
            pieces.append(escaped)
        elif signs is not None:
            pieces.append(_one_of(signs, index))
        elif choice is not None:
            pieces.append(choice.split("|")[0])
        elif star:
            pieces.append(_star("".join(pieces), index) if not starred else "")
            starred = True
        elif question:
            pieces.append(str(index))
        else:
            pieces.append("" if plain in "^$+" else plain)
    return "".join(pieces)


def _star(before: str, index: int) -> str:
    """Return what the first star of a pattern stands for, after the text before it."""
    stem = _stem(index)
    if stem.startswith(before):
        return stem.removeprefix(before)
    return f"_SB{index:03d}_uv" if before[-1:].isdigit() else f"SB{index:03d}"


def _one_of(signs: str, index: int) -> str:
    """Return a character of a class such as ``0-9``."""
    first = signs.lstrip("^")[:1] or "0"
    return chr(ord(first) + index) if len(signs) >= 3 and signs[1] == "-" else first


def any_matches(names: Iterable[str], pattern: str) -> bool:
    """Return whether a pattern means any of these names (contract 9.1); one that is no pattern does not."""
    try:
        meant = re.compile(_MEANING.sub(lambda sign: _MEANS.get(sign[0], sign[0]), pattern.strip()))
    except re.error:
        return False
    return any(meant.fullmatch(name) for name in names)
