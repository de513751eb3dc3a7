"""A step and the results so far -> the text that it really runs with (contract 6)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..errors import GenericPipeError, Location, ParsetError
from ..parset import as_string, read
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
        The control keys that are handed on, without ``environment``, and without ``parset`` where its options
        are among the arguments.
    environment
        The variables that ``control.environment`` sets.
    cmdline
        The positional arguments of a plugin.
    arguments
        The options, without ``flags`` and ``parset``, in order of definition; those of argument parsets
        behind.
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


def bind_step(
    step: Step,
    results: Results,
    task_parset: str = "",
    is_mapfile: Callable[[str], bool] = os.path.isfile,
    read_arguments: Callable[[str, Location], dict[str, Value]] | None = None,
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
    read_arguments
        Reads an argument parset, given its path and where that is named; `argument_file` if not given.

    Raises
    ------
    GenericPipeError
        If a reference names what is not there, an environment mapping or an argument parset cannot be read;
        with the line of the key.
    """
    shortened: list[tuple[Reference, str, Location]] = []

    def bound(value: Value) -> Resolved:
        try:
            resolved = resolve(value.raw, results)
        except GenericPipeError as error:
            raise error.at(value.location) from None
        shortened.extend((reference, key, value.location) for reference, key in resolved.shortened)
        return resolved

    def unquoted(value: Value, resolved: Resolved) -> str:
        try:
            return as_string(resolved.text)
        except ParsetError:  # an apostrophe in a result is text
            return resolve(value.text, results).text

    def text(value: Value) -> str:
        return unquoted(value, bound(value))

    control = {key: text(value) for key, value in step.control.items() if key != "environment"}
    own = _with_files(step, task_parset, control, read_arguments or argument_file)
    resolved = {key: bound(value) for key, value in own.items()}
    arguments = {key: unquoted(value, resolved[key]) for key, value in own.items()}
    flags = arguments.pop("flags", None)
    return BoundStep(
        step=step,
        control=control,
        environment=_environment(step, bound),
        cmdline=tuple(text(value) for value in step.cmdline),
        arguments=arguments,
        flags=flags,
        implicit=tuple(_mapfiles(resolved, is_mapfile)),
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


def _with_files(
    step: Step,
    task_parset: str,
    control: dict[str, str],
    read_arguments: Callable[[str, Location], dict[str, Value]],
) -> dict[str, Value]:
    """Return the arguments and, behind them, those of argument parsets; the first that has a key wins.

    Takes ``parset`` out of `control` where that file is read.
    """
    own = dict(step.arguments)
    files: list[tuple[str, Location]] = []
    named = own.get("parset")
    # LOFAR's own looks for the file before references are replaced: one that holds a reference is never found
    # and stays an ordinary option, which scripts of prefactor rely on.
    if named is not None and next(find(named.raw), None) is None and not _overrides(step, "parset"):
        del own["parset"]
        files.append((named.text, named.location))
    files.append((task_parset, step.location))
    if step.arguments or step.kind == "recipe":  # else a plugin gets it as it is
        file = control.pop("parset", "")
        files.append((file, step.control["parset"].location if file else step.location))
    for path, location in files:
        if path:
            for key, value in read_arguments(path, location).items():
                own.setdefault(key, value)
    return own


def _overrides(step: Step, name: str) -> bool:
    """Return whether an argument of a sub-pipeline's step is the value of an option there."""
    return step.scope is not None and name in step.scope.overrides


def _mapfiles(
    arguments: Mapping[str, Resolved], is_mapfile: Callable[[str], bool]
) -> Iterator[ImplicitMapfile]:
    """Yield the mapfiles among the values of arguments; a key that says ``mapfile`` wants the path itself."""
    for key, resolved in arguments.items():
        if "mapfile" in key:
            continue
        cut = {reference for reference, _ in resolved.shortened}
        for reference, path in resolved.values:
            if reference.names_mapfile and reference not in cut and is_mapfile(path):
                yield ImplicitMapfile(path, key, reference)


def argument_file(path: str, named_at: Location) -> dict[str, Value]:
    """Return the options in an argument parset.

    Raises
    ------
    ParsetError
        If it cannot be read; LOFAR's own went on without it.
    """
    if not os.path.isfile(path):
        raise ParsetError(
            f"there is no argument parset {path!r}", named_at, "paths start at the current folder"
        )
    return {key: Value(entry.raw, entry) for key, entry in read(path).items()}
