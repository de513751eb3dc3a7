"""Flags and options -> the words of a command line, for each ``args_format`` (contract 7.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..mapfile import entries_of
from .substitution import Words


def command_line(
    executable: str, words: Words, args_format: str, parset: str | None = None
) -> tuple[str, ...]:
    """Return the program and its words.

    Parameters
    ----------
    executable
        The program.
    words
        What it is given for one entry.
    args_format
        How options are written.
    parset
        The file that holds the options, where they are handed over as one; they are then not written.
    """
    arguments = split_lists(words.arguments) if args_format == "wsclean" else words.arguments
    if parset is not None:
        return (
            (executable, *arguments, parset) if args_format == "losoto" else (executable, parset, *arguments)
        )
    return (executable, *_FORMATS[args_format](arguments, words.options))


def split_lists(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Return words with each bracketed list among them taken apart: an entry of several measurement sets."""
    return tuple(
        part
        for word in arguments
        for part in (entries_of(word) if word.startswith("[") and word.endswith("]") else (word,))
    )


def _gnu(arguments: tuple[str, ...], options: Mapping[str, str]) -> tuple[str, ...]:
    return (*arguments, *(f"--{key}={value}" for key, value in options.items()))


def _lofar(arguments: tuple[str, ...], options: Mapping[str, str]) -> tuple[str, ...]:
    return (*arguments, *(f"{key}={value}" for key, value in options.items()))


def _argparse(arguments: tuple[str, ...], options: Mapping[str, str]) -> tuple[str, ...]:
    """Two words an option; LOFAR's own wrote one with a blank inside, which no program reads."""
    return (*arguments, *(word for key, value in options.items() for word in (f"--{key}", value)))


def _wsclean(arguments: tuple[str, ...], options: Mapping[str, str]) -> tuple[str, ...]:
    """Options before the flags, the last one first, each value's words apart."""
    written = (word for key in reversed(list(options)) for word in (f"-{key}", *_wsclean_value(options[key])))
    return (*written, *arguments)


def _wsclean_value(value: str) -> list[str]:
    """Split at commas in brackets, else at single blanks: an empty value is an empty word."""
    if value.startswith("[") and value.endswith("]"):
        inner = value.strip("[]").replace(" ", "")
        # A map entry ['a', 'b'] carries quotes, which LOFAR's own handed to the program.
        return [part.strip("'\"") for part in inner.split(",")]
    return value.split(" ")


def _losoto(arguments: tuple[str, ...], options: Mapping[str, str]) -> tuple[str, ...]:
    """Options only count in a parset file."""
    return arguments


_FORMATS: Mapping[str, Callable[[tuple[str, ...], Mapping[str, str]], tuple[str, ...]]] = {
    "gnu": _gnu,
    "lofar": _lofar,
    "argparse": _argparse,
    "wsclean": _wsclean,
    "losoto": _losoto,
}
