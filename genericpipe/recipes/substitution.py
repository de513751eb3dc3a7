"""Keys in flags and options become the files of one entry (contract 7.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What a program is given for one entry: positional words, and options in order."""

    arguments: tuple[str, ...]
    options: Mapping[str, str]


def substitute(
    arguments: Sequence[str],
    options: Mapping[str, str],
    files: Mapping[str, str],
    in_lists: Collection[str] = (),
) -> Words:
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
    in_lists
        Keys that are replaced as an element of a bracketed list too: the paths of mapfiles that arguments
        refer to (contract 6.6).
    """
    words = tuple(files.get(word, word) for word in arguments)
    filled: dict[str, str] = {}
    mentioned = set(arguments)
    for name, value in options.items():
        mentioned.add(value)
        filled[name] = files.get(value, value)
        elements = elements_of(value) if in_lists and value not in files else []
        if any(element.strip() in in_lists for element in elements):
            mentioned.update(element.strip() for element in elements)
            filled[name] = f"[{','.join(_filled(element, files) for element in elements)}]"
    if options:
        filled.update({key: file for key, file in files.items() if key not in mentioned})
    return Words(words, filled)


def elements_of(value: str) -> list[str]:
    """Return the elements of a bracketed list as they stand, blanks and all; none of any other text."""
    return value[1:-1].split(",") if value.startswith("[") and value.endswith("]") else []


def _filled(element: str, files: Mapping[str, str]) -> str:
    key = element.strip()
    return element.replace(key, files[key]) if key in files else element
