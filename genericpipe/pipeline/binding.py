"""A step and the results so far -> the text that it really runs with (contract 6)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..errors import GenericPipeError, Location, ParsetError
from ..parset import Parset, as_string, read
from .environment import parse_environment
from .references import Reference, Resolved, find, resolve
from .step import Step, Value

Results = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class ImplicitMapfile:
    """A mapfile that a step reads because an argument refers to it (contract 6.6).

    ``path`` is the text that stands in the argument, to be replaced by each entry's file.
    """

    path: str
    argument: str
    reference: Reference


@dataclass(frozen=True)
class BoundStep:
    """A step with every reference replaced and quotes removed.

    Parameters
    ----------
    step
        What it was made from.
    control
        The control keys that are handed on, without ``environment``.
    environment
        The variables that ``control.environment`` sets.
    cmdline
        The positional arguments of a plugin.
    arguments
        The options, without ``flags`` and ``parset``, in order of definition; those of argument parsets behind.
    flags
        The text of ``argument.flags``; None where there is none.
    implicit
        The mapfiles that arguments refer to, in order of definition.
    shortened
        References whose key was found by its beginning alone, with that key and the line.
    """

    step: Step
    control: Mapping[str, str]
    environment: Mapping[str, str]
    cmdline: tuple[str, ...]
    arguments: Mapping[str, str]
    flags: str | None
    implicit: tuple[ImplicitMapfile, ...]
    shortened: tuple[tuple[Reference, str, Location], ...]


def is_file(path: str) -> bool:
    """Return whether `path` is a regular file, for any text."""
    try:
        return os.path.isfile(path)
    except ValueError:
        return False


def bind_step(
    step: Step,
    results: Results,
    task_parset: str = "",
    is_mapfile: Callable[[str], bool] = is_file,
) -> BoundStep:
    """Replace the references of a step by what earlier steps gave.

    Parameters
    ----------
    step
        The step whose turn has come.
    results
        What each step gave, by its name as it runs, and the dictionaries that are there from the start.
    task_parset
        The argument parset that the step's task names; empty for none.
    is_mapfile
        Whether a path that an argument refers to is a mapfile and not plain text.

    Raises
    ------
    GenericPipeError
        If a reference names what is not there, an environment mapping or an argument parset cannot be read; with
        the line of the key.
    """
    shortened: list[tuple[Reference, str, Location]] = []

    def bound(value: Value) -> Resolved:
        try:
            resolved = resolve(value.raw, results)
        except GenericPipeError as error:
            raise error.at(value.location) from None
        shortened.extend((reference, key, value.location) for reference, key in resolved.shortened)
        return resolved

    control = {key: bound(value).text for key, value in step.control.items() if key != "environment"}
    arguments, implicit = _arguments(step, control.get("parset", ""), task_parset, bound, is_mapfile)
    flags = arguments.pop("flags", None)
    return BoundStep(
        step=step,
        control={key: as_string(text) for key, text in control.items()},
        environment=_environment(step, bound),
        cmdline=tuple(as_string(bound(value).text) for value in step.cmdline),
        arguments={key: as_string(text) for key, text in arguments.items()},
        flags=None if flags is None else as_string(flags),
        implicit=tuple(implicit),
        shortened=tuple(shortened),
    )


def _environment(step: Step, bound: Callable[[Value], Resolved]) -> dict[str, str]:
    value = step.control.get("environment")
    if value is None:
        return {}
    try:
        return parse_environment(bound(value).text)
    except GenericPipeError as error:
        raise error.at(value.location) from None


def _arguments(
    step: Step,
    control_parset: str,
    task_parset: str,
    bound: Callable[[Value], Resolved],
    is_mapfile: Callable[[str], bool],
) -> tuple[dict[str, str], list[ImplicitMapfile]]:
    """Return the arguments with their quotes, and the mapfiles that they refer to."""
    own = dict(step.arguments)
    files: list[tuple[str, Location | None]] = [(task_parset, None), (control_parset, step.location)]
    named = own.get("parset")
    # LOFAR's own looks for the file before references are replaced: one that holds a reference is never found
    # and stays an ordinary option, which scripts of prefactor rely on.
    if named is not None and next(find(named.raw), None) is None:
        del own["parset"]
        files.insert(0, (named.text, named.location))
    for path, location in files:
        if path:
            for key, value in argument_file(path, location).items():
                own.setdefault(key, value)
    texts: dict[str, str] = {}
    implicit: list[ImplicitMapfile] = []
    for key, value in own.items():
        resolved = bound(value)
        texts[key] = resolved.text
        implicit += _mapfiles(key, resolved.values, is_mapfile)
    return texts, implicit


def _mapfiles(
    key: str, values: Iterable[tuple[Reference, str]], is_mapfile: Callable[[str], bool]
) -> list[ImplicitMapfile]:
    """Return the mapfiles among the values of an argument; a key that says ``mapfile`` wants the path itself."""
    if "mapfile" in key:
        return []
    return [
        ImplicitMapfile(path, key, reference)
        for reference, path in values
        if reference.names_mapfile and is_mapfile(path)
    ]


def argument_file(path: str, named_at: Location | None) -> dict[str, Value]:
    """Return the options in an argument parset.

    Raises
    ------
    ParsetError
        If it cannot be read; LOFAR's own went on without it.
    """
    try:
        parset: Parset = read(path)
    except ParsetError as error:
        if named_at is not None and not is_file(path):
            raise ParsetError(f"argument parset {path!r} cannot be read", named_at, error.hint) from None
        raise
    return {key: Value(entry.raw, entry) for key, entry in parset.items()}
