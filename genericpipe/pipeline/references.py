"""``X.output.Y``: where one step's text refers to what another gave (contract 6.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..errors import PipelineError, did_you_mean

#: Step and key as LOFAR's own finds them; both take as much text as they can. Looking behind changes nothing
#: but the time that a long word takes.
PATTERN = re.compile(r"(?<![\w+-])([\w+-]+)\.output\.([\w.+-]+)")

#: Stands before a reference whose step is already named as it runs (no parset can hold this character).
BOUND = "\0"


class Section(dict[str, str]):
    """Results of the configuration: the keys are in lower case, and found however they are written.

    LOFAR's own misses ``foo.output.Bar`` for a key written ``Bar`` (contract 2, FIX).
    """


@dataclass(frozen=True)
class Reference:
    """A reference as it is written: ``<step>.output.<key>``."""

    step: str
    key: str

    def __str__(self) -> str:
        return f"{self.step}.output.{self.key}"

    @property
    def names_mapfile(self) -> bool:
        """Whether LOFAR's own takes the value for a mapfile where it stands in an argument."""
        return "mapfile" in self.key


def find(text: str) -> Iterator[Reference]:
    """Yield the references in `text` from left to right."""
    if ".output." not in text:
        return
    for match in PATTERN.finditer(text):
        yield Reference(match[1], match[2])


def is_reference(text: str) -> bool:
    """Return whether the whole of `text` is one reference."""
    return PATTERN.fullmatch(text) is not None


def bind(text: str, rename: Callable[[str], str]) -> str:
    """Name the steps of all references that are not bound yet as `rename` says, and mark them bound.

    Parameters
    ----------
    text
        Any text.
    rename
        Gives for a step's name as it is written the name as it runs.
    """
    if ".output." not in text:
        return text

    def one(match: re.Match[str]) -> str:
        if text[match.start() - 1 : match.start()] == BOUND:
            return match[0]
        return f"{BOUND}{rename(match[1])}.output.{match[2]}"

    return PATTERN.sub(one, text)


def unmark(text: str) -> str:
    """Remove the marks that `bind` left."""
    return text.replace(BOUND, "")


def longest_key(key: str, known: Mapping[str, object]) -> str | None:
    """Return the longest key of `known` that `key` begins with, or None.

    The pattern takes as much text as it can, so ``input.output.job_name.h5`` asks for ``job_name.h5``;
    LOFAR's own fails there. What follows the key found must begin with one of the signs that may also stand
    in text (``.``, ``-``, ``+``).
    """
    if key in known:
        return key
    ends = sorted((i for i, sign in enumerate(key) if sign in ".-+"), reverse=True)
    return next((key[:end] for end in ends if key[:end] in known), None)


@dataclass(frozen=True)
class Resolved:
    """A text with its references replaced.

    ``values`` holds each reference with its value, in order; ``shortened`` those whose key was found by its
    beginning alone, with the key that was taken.
    """

    text: str
    values: tuple[tuple[Reference, str], ...] = ()
    shortened: tuple[tuple[Reference, str], ...] = ()


def look_up(reference: Reference, results: Mapping[str, Mapping[str, object]]) -> tuple[str, object]:
    """Return the key taken for a reference and its value.

    Raises
    ------
    PipelineError
        If no such step has run or it gave no such key; the hint names what there is.
    """
    given = results.get(reference.step)
    if given is None:
        raise PipelineError(
            f"{reference}: no step {reference.step!r} has given results",
            hint=did_you_mean(reference.step, results)
            or f"there are: {', '.join(sorted(results)) or 'none'}",
        )
    key = longest_key(reference.key, given)
    if key is None and isinstance(given, Section):
        key = longest_key(reference.key.lower(), given)
    if key is None:
        raise PipelineError(
            f"{reference}: step {reference.step!r} gave no {reference.key!r}",
            hint=did_you_mean(reference.key, given) or f"it gave: {', '.join(sorted(given)) or 'nothing'}",
        )
    return key, given[key]


def resolve(text: str, results: Mapping[str, Mapping[str, object]]) -> Resolved:
    """Replace each reference in `text` by its value, once and literally.

    Parameters
    ----------
    text
        Text with any number of references.
    results
        What each step gave, by the step's name as it runs.

    Raises
    ------
    PipelineError
        As `look_up` does.
    """
    if ".output." not in text:
        return Resolved(text)
    values: list[tuple[Reference, str]] = []
    shortened: list[tuple[Reference, str]] = []

    def one(match: re.Match[str]) -> str:
        reference = Reference(match[1], match[2])
        key, value = look_up(reference, results)
        values.append((reference, str(value)))
        if len(key) != len(reference.key):
            shortened.append((reference, key))
        return str(value) + reference.key[len(key) :]

    return Resolved(PATTERN.sub(one, text), tuple(values), tuple(shortened))
