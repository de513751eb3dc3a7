"""The options of a DP3 job: on its command line, or in the step parset that it is handed."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from genericpipe import Job

Options = Mapping[str, str]

_OPTION = re.compile(r"\s*([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*", re.DOTALL)
_TRUE = ("true", "t", "yes", "y", "1")
_QUOTES = "'\""
#: msout: the input is changed in place, or nothing is written at all.
_NO_OUTPUT = ("", ".")


def options_of(job: Job) -> dict[str, str]:
    """Return the options of a job; the command line has the last word, as it has for DP3."""
    found: dict[str, str] = {}
    for path in _parsets(job):
        found.update(pairs(job.files[path].splitlines()))
    found.update(pairs(job.argv[1:]))
    return found


def pairs(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield key and value of each word that is an option; quotes around a value are no part of it."""
    for word in words:
        match = _OPTION.fullmatch(word)
        if match:
            yield match[1], match[2].strip(_QUOTES)


def _parsets(job: Job) -> list[str]:
    return [path for path in job.files if path in job.argv]


def without(job: Job, keys: Collection[str]) -> Job:
    """Return a job without the options of these names; the same one if it has none of them."""

    def kept(word: str) -> bool:
        match = _OPTION.fullmatch(word)
        return match is None or match[1] not in keys

    argv = (*job.argv[:1], *filter(kept, job.argv[1:]))
    files = _edited(job, lambda text: "".join(filter(kept, text.splitlines(keepends=True))))
    return job if argv == job.argv and files == job.files else replace(job, argv=argv, files=files)


def with_more(job: Job, more: Options) -> Job:
    """Return a job with further options, where it has its others."""
    if not more:
        return job
    words = [f"{key}={value}" for key, value in more.items()]
    if not _parsets(job):
        return replace(job, argv=(*job.argv, *words))
    return replace(job, files=_edited(job, lambda text: "".join([text, *(f"{word}\n" for word in words)])))


def _edited(job: Job, edit: Callable[[str], str]) -> dict[str, str]:
    handed_over = set(_parsets(job))
    return {path: edit(text) if path in handed_over else text for path, text in job.files.items()}


def elements(value: str) -> list[str]:
    """Return the elements of a value that may be a list in brackets, without quotes."""
    inside = value[1:-1].split(",") if value.startswith("[") and value.endswith("]") else [value]
    return [one for text in inside if (one := text.strip().strip(_QUOTES))]


def is_true(options: Options, key: str) -> bool:
    """Return whether a key is set, and says yes."""
    return options.get(key, "").lower() in _TRUE


def number(options: Options, key: str) -> float | None:
    """Return a number; None where the key is not set or says something else."""
    try:
        found = float(options[key])
    except (KeyError, ValueError):
        return None
    return found if math.isfinite(found) else None


def chain(options: Options) -> list[tuple[str, str]]:
    """Return the steps of DP3 itself, each with its type in lower case; a name is a type by default."""
    names = elements(options.get("steps", ""))
    return [(name, options.get(f"{name}.type", name).lower()) for name in names]


def inputs(options: Options) -> list[str]:
    """Return the input sets as they are written."""
    return elements(options.get("msin", options.get("msin.name", "")))


def output(options: Options, folder: Path) -> Path | None:
    """Return the set that is to be written; None where the input is changed in place, or nothing written."""
    written = options.get("msout", options.get("msout.name", ""))
    path = place(written, folder)
    same = [os.path.realpath(place(one, folder)) for one in inputs(options)]
    if written in _NO_OUTPUT or same == [os.path.realpath(path)]:
        return None
    return path


def place(written: str, folder: Path) -> Path:
    """Return a path as DP3 sees it, which starts in the job's folder."""
    return folder / written
