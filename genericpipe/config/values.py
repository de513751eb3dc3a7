"""How the text of a value is read: lists, yes and no, and ``%(key)s``."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping

_TRUE = frozenset({"1", "yes", "true", "on"})
_FALSE = frozenset({"0", "no", "false", "off"})

_REFERENCE = re.compile(r"%%|%\(([^)]+)\)s")
_INTERPOLATION = configparser.BasicInterpolation()
_PARSER = configparser.RawConfigParser()


class InterpolationProblem(ValueError):
    """Why a ``%(key)s`` cannot be filled in, in words; `missing` is the key that is not defined."""

    def __init__(self, reason: str, missing: str | None = None) -> None:
        super().__init__(reason)
        self.missing = missing


def parse_list(text: str) -> tuple[str, ...]:
    """Read ``[a, b]`` (contract 2, list syntax).

    Brackets and blanks at both ends go, the rest is split at commas and each part stripped, also of line
    breaks; empty parts are dropped. There is no quoting. The brackets may be missing.
    """
    parts = text.strip("[] \t\r\n").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def parse_boolean(text: str) -> bool | None:
    """Read yes or no in the spellings ``configparser`` knows; None for anything else."""
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def escape(text: str) -> str:
    """Return what has to stand in a file for interpolation to give `text`."""
    return text.replace("%", "%%")


def interpolate(section: str, key: str, text: str, variables: Mapping[str, str]) -> str:
    """Fill in ``%(key)s`` and ``%%`` (contract 2).

    Parameters
    ----------
    section, key
        Whose value it is; for the message.
    text
        The raw value.
    variables
        The raw values visible there, by lower-cased key.

    Raises
    ------
    InterpolationProblem
        If it cannot be done.
    """
    if "%" not in text:
        return text
    try:
        return str(_INTERPOLATION.before_get(_PARSER, section, key, text, dict(variables)))
    except configparser.InterpolationMissingOptionError as error:
        raise InterpolationProblem(f"%({error.reference})s is not defined", error.reference) from None
    except configparser.InterpolationDepthError:
        deep = configparser.MAX_INTERPOLATION_DEPTH
        raise InterpolationProblem(
            f"its %(...)s lead back to themselves, or through more than {deep} keys"
        ) from None
    except (configparser.InterpolationError, ValueError):
        raise InterpolationProblem("a '%' that belongs to no %(key)s") from None


def at_fault(section: str, key: str, variables: Mapping[str, str]) -> str:
    """Return the key whose own text is wrong where `key` cannot be interpolated: itself, or one it names."""
    checked = {key}
    while True:
        for match in _REFERENCE.finditer(variables[key]):
            name = (match.group(1) or "").lower()
            if name not in variables or name in checked:
                continue
            checked.add(name)
            try:
                interpolate(section, name, variables[name], variables)
            except InterpolationProblem:
                key = name
                break
        else:
            return key
