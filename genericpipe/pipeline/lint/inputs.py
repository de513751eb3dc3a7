"""Whether mapfiles and keys of steps that run programs fit (contract 6.6, 7.2 and 7.4)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from ...config import parse_boolean, parse_list
from ...errors import Finding, Location, Severity
from ..references import Reference, find
from ..step import Step, Value
from .settled import fill, value_of
from .subject import Subject


@dataclass(frozen=True)
class Implicit:
    """A reference by which an argument names a mapfile.

    ``certain`` says whether it can only be a mapfile: ``step.output.mapfile``, ``step.output.x.mapfile``.
    """

    reference: Reference
    value: Value
    certain: bool


def check(subject: Subject) -> Iterator[Finding]:
    """Look at each step whose task's recipe reads mapfiles."""
    for step in subject.steps:
        recipe = subject.recipe(step)
        if recipe is not None and any(key.name == "mapfiles_in" for key in recipe.control_keys):
            implicit = implicit_mapfiles(subject, step)
            yield from _counts(subject, step, implicit)
            yield from _unmatched(subject, step, implicit)
            yield from _output(subject, step)


def implicit_mapfiles(subject: Subject, step: Step) -> list[Implicit]:
    """Return the mapfiles that arguments name, in order of definition.

    What the configuration gives is a mapfile only if it is a file; LOFAR's own took
    ``input.output.mapfile_dir`` for one.
    """
    found = []
    for key, value in step.arguments.items():
        if "mapfile" in key:
            continue
        for reference in find(value.raw):
            known = value_of(reference, subject.dictionaries)
            if not reference.names_mapfile or (known is not None and not _may_be_mapfile(reference, known)):
                continue
            certain = reference.key == "mapfile" or reference.key.endswith(".mapfile")
            found.append(Implicit(reference, value, certain))
    return found


def _may_be_mapfile(reference: Reference, path: str) -> bool:
    return reference.key == "mapfile" or os.path.isfile(path)


def _counts(subject: Subject, step: Step, implicit: list[Implicit]) -> Iterator[Finding]:
    first = subject.text(step, "mapfile_in")
    others = list(subject.listed(step, "mapfiles_in")) if _given(subject, step, "mapfiles_in") else []
    keys = list(subject.listed(step, "inputkeys")) if _given(subject, step, "inputkeys") else []
    if "mapfiles_in" not in step.control:
        others += [str(one.reference) for one in implicit]
    if "inputkeys" not in step.control:
        keys += [str(one.reference) for one in implicit]
    key = subject.text(step, "inputkey")
    if key and key not in keys:
        keys.insert(0, key)
    maps = [*([first] if first else []), *others]
    if not maps:
        yield Finding(
            Severity.ERROR,
            "no-mapfile",
            f"step {step.name!r} has no input mapfile",
            _where(step, ("mapfile_in", "mapfiles_in")),
            f"{step.definition}.control.mapfile_in = <step>.output.mapfile",
        )
        return
    if not _settled(subject, step) or not all(one.certain for one in implicit):
        return
    if not _true(subject.text(step, "skip_infile")):
        if len(keys) != len(maps):
            yield Finding(
                Severity.ERROR,
                "key-count",
                f"step {step.name!r}: {_count(len(maps), 'input mapfile')} and "
                f"{_count(len(keys), 'input key')} do not match: {', '.join(maps)} and "
                f"{', '.join(keys) or 'none'}",
                _where(step, ("inputkeys", "mapfiles_in", "inputkey", "mapfile_in")),
                "give one key for each mapfile, or skip_infile = True",
            )
        yield from _twice(step, keys, maps)
    output = subject.text(step, "outputkey")
    if output and output in keys:
        yield Finding(
            Severity.WARNING,
            "same-key",
            f"step {step.name!r}: {output!r} is input key and output key: the output wins",
            _where(step, ("outputkey", "inputkey", "inputkeys")),
            "use two words",
        )


def _twice(step: Step, keys: list[str], maps: list[str]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for key, path in zip(keys, maps, strict=False):
        if seen.setdefault(key, path) != path:
            yield Finding(
                Severity.ERROR,
                "repeated-key",
                f"step {step.name!r}: input key {key!r} stands for {seen[key]} and for {path}",
                _where(step, ("inputkeys", "inputkey", "mapfiles_in")),
                "give each mapfile a key of its own",
            )


def _unmatched(subject: Subject, step: Step, implicit: list[Implicit]) -> Iterator[Finding]:
    """Tell of a mapfile with text around it: its files can be put nowhere (contract 6.6).

    LOFAR's own appended an option that was named like the mapfile's path. Without any option it appended
    none, and handed the path over as text.
    """
    options = [value.text for key, value in step.arguments.items() if key not in ("flags", "parset")]
    if not options or "mapfiles_in" in step.control or _true(subject.text(step, "skip_infile")):
        return
    flags = step.arguments.get("flags")
    words = {*options, *(parse_list(flags.text) if flags else ()), *subject.listed(step, "arguments")}
    words |= {part.strip("\"' ") for text in options if text.startswith("[") for part in parse_list(text)}
    as_text = subject.listed(step, "mapfiles_as_string")
    for one in implicit:
        name = str(one.reference)
        if one.certain and name not in words and name not in as_text:
            yield Finding(
                Severity.ERROR,
                "unmatched-mapfile",
                f"{one.value.entry.key}: {name} has text around it: {one.value.text}",
                Location(one.value.entry.file, one.value.entry.line_of(name)),
                "let it be the whole value or a whole element of a list; to hand the path itself over, "
                "use a key whose name holds 'mapfile'",
            )


def _output(subject: Subject, step: Step) -> Iterator[Finding]:
    if not _true(subject.text(step, "inplace")):
        return
    for key in ("mapfile_out", "mapfiles_out"):
        if key in step.control and subject.listed(step, key):
            yield Finding(
                Severity.WARNING,
                "inplace-output",
                f"step {step.name!r}: {key} has no effect with inplace = True",
                step.control[key].location,
                "leave one of the two out",
            )


def _given(subject: Subject, step: Step, key: str) -> bool:
    """Return whether a list counts: a task's is overridden by any argument of the step (contract 6.6)."""
    setting = subject.setting(step, key)
    return setting is not None and not (setting.from_task and step.arguments)


def _settled(subject: Subject, step: Step) -> bool:
    """Return whether the number of elements in these keys is known; a mapfile's path is always one."""
    skip = subject.setting(step, "skip_infile")
    if skip is not None and not skip.known:
        return False
    for key in ("mapfile_in", "mapfiles_in", "inputkey", "inputkeys"):
        text = subject.text(step, key)
        if "{{" in text:
            return False
        references = find(fill(text, subject.dictionaries))
        if key != "mapfile_in" and any(not reference.names_mapfile for reference in references):
            return False
    return True


def _true(text: str) -> bool:
    return bool(parse_boolean(text))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _where(step: Step, keys: tuple[str, ...]) -> Location:
    """Return the line of the first of these keys that the step has, else its own first."""
    return next((step.control[key].location for key in keys if key in step.control), step.location)
