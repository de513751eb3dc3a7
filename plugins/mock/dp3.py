"""What DP3 leaves, under each of the names it has had: measurement sets and solutions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from genericpipe import Job

from .making import Maker, absolute

_NAMES = ("dp3", "dppp", "ndppp", "dp3.py")
_OPTION = re.compile(r"\s*([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*", re.DOTALL)
# The steps of DP3 that write solutions, and the keys that say where; others read what stands there.
_SOLVERS = ("calibrate", "ddecal", "gaincal")
_SOLUTIONS = ("parmdb", "h5parm")
_WRITERS = ("out", "output")
# No measurement set: the input is changed in place, or nothing is written.
_NONE = ("", ".")


def is_it(name: str, job: Job) -> bool:
    """Return whether a job runs DP3: by the program's name in lower case, or by its options."""
    return name in _NAMES or ({"msin", "msout"} <= options(job).keys())


def options(job: Job) -> dict[str, str]:
    """Return the options of a job, those in a step parset first: the command line has the last word."""
    found: dict[str, str] = {}
    for path, text in job.files.items():
        if path in job.argv:
            found.update(_pairs(text.splitlines()))
    found.update(_pairs(job.argv[1:]))
    return found


def leave(job: Job, made: Maker) -> None:
    """Make the output sets, which are empty folders, and the solutions.

    Parameters
    ----------
    job
        The job.
    made
        Makes them.
    """
    given = options(job)
    output = given.get("msout", given.get("msout.name", ""))
    # What a node script of a site hands over is not known here.
    if output not in _NONE or not given:
        for path in absolute([output, *job.products]):
            if path not in job.inputs and path not in (given.get("msin"), given.get("msin.name")):
                made.folder(path)
    for path in absolute(_written(given, ("name",), _WRITERS)):
        made.folder(path)
    for path in absolute(_written(given, _SOLUTIONS, _SOLVERS)):
        if not made.named(path):
            made.folder(path)  # a parmdb of before 2018 is a table


def _pairs(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        match = _OPTION.fullmatch(word)
        if match:
            yield match[1], match[2]


def _written(given: Mapping[str, str], keys: tuple[str, ...], types: tuple[str, ...]) -> Iterator[str]:
    """Yield the values of ``<step>.<key>`` of steps of these types; a step's type is its name by default."""
    for option, value in given.items():
        step, _, key = option.rpartition(".")
        if key in keys and given.get(f"{step}.type", step).lower() in types:
            yield value
