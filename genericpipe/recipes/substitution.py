"""Keys in flags and options become the files of one entry (contract 7.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What a program is given for one entry: positional words, and options in order."""

    arguments: tuple[str, ...]
    options: Mapping[str, str]


def substitute(arguments: Sequence[str], options: Mapping[str, str], files: Mapping[str, str]) -> Words:
    """Replace whole words by files, and append an option for each key that nothing mentions.

    Only a word or value that *equals* a key is replaced. A key that nothing mentions becomes an option of its
    name, behind the others, but only where the step has an option at all: many a parset names an input key
    that it never uses so that a program runs once for each entry.

    Parameters
    ----------
    arguments
        Positional words.
    options
        Options in the order in which they are written.
    files
        Key -> file, in order of the keys; the output's last.
    """
    words = tuple(files.get(word, word) for word in arguments)
    filled = {name: files.get(value, value) for name, value in options.items()}
    if options:
        mentioned = {*arguments, *options.values()}
        for key, file in files.items():
            if key not in mentioned:
                filled[key] = file
    return Words(words, filled)
