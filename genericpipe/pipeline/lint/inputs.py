"""Mapfiles and keys of steps that run programs: do their numbers fit? (contract 6.6, 7.2 and 7.4)"""

from __future__ import annotations

from collections.abc import Iterator

from ...config import parse_boolean, parse_list
from ...errors import Finding, Location, Severity
from ..references import find
from ..step import Step
from .subject import Subject

#: Names in ``input.output.<name>`` that hold the word but are folders.
_FOLDERS = ("mapfile_dir",)


def check(subject: Subject) -> Iterator[Finding]:
    """Look at each step whose task's recipe reads mapfiles."""
    for step in subject.steps:
        recipe = subject.recipe(step)
        if recipe is not None and any(key.name == "mapfiles_in" for key in recipe.control_keys):
            yield from _check(subject, step)


def implicit_mapfiles(step: Step) -> list[str]:
    """Return the references by which arguments name mapfiles, in order of definition."""
    return [
        str(reference)
        for key, value in step.arguments.items()
        if "mapfile" not in key
        for reference in find(value.raw)
        if reference.names_mapfile and reference.key not in _FOLDERS
    ]


def _check(subject: Subject, step: Step) -> Iterator[Finding]:
    first = subject.text(step, "mapfile_in")
    implicit = implicit_mapfiles(step)
    others = list(subject.listed(step, "mapfiles_in")) if _given(subject, step, "mapfiles_in") else []
    keys = list(subject.listed(step, "inputkeys")) if _given(subject, step, "inputkeys") else []
    if "mapfiles_in" not in step.control:
        others += implicit
    if "inputkeys" not in step.control:
        keys += implicit
    key = subject.text(step, "inputkey")
    if key and key not in keys:
        keys.insert(0, key)
    maps = [*([first] if first else []), *others]
    where = _where(step)
    if not maps:
        yield Finding(
            Severity.ERROR,
            "no-mapfile",
            f"step {step.name!r} has no input mapfile",
            step.location,
            f"{step.definition}.control.mapfile_in = <step>.output.mapfile",
        )
        return
    if not _settled(subject, step):
        return
    if not _true(subject.text(step, "skip_infile")) and len(keys) != len(maps):
        yield Finding(
            Severity.ERROR,
            "key-count",
            f"step {step.name!r}: {_count(len(maps), 'input mapfile')} and {_count(len(keys), 'input key')} "
            f"do not match: {', '.join(maps)} and {', '.join(keys) or 'none'}",
            where,
            "give one key for each mapfile, or skip_infile = True",
        )
    yield from _twice(step, keys, maps, where)
    output = subject.text(step, "outputkey")
    if output and output in keys:
        yield Finding(
            Severity.WARNING,
            "same-key",
            f"step {step.name!r}: {output!r} is input key and output key: the output wins",
            where,
            "use two words",
        )
    if _true(subject.text(step, "inplace")) and (
        subject.text(step, "mapfile_out") or subject.listed(step, "mapfiles_out")
    ):
        yield Finding(
            Severity.WARNING,
            "inplace-output",
            f"step {step.name!r}: an output mapfile has no effect with inplace = True",
            where,
            "leave one of the two out",
        )


def _twice(step: Step, keys: list[str], maps: list[str], where: Location) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for key, path in zip(keys, maps):
        if seen.setdefault(key, path) != path:
            yield Finding(
                Severity.ERROR,
                "repeated-key",
                f"step {step.name!r}: input key {key!r} stands for {seen[key]} and for {path}",
                where,
                "give each mapfile a key of its own",
            )


def _given(subject: Subject, step: Step, key: str) -> bool:
    """Return whether a list counts: a task's is overridden as soon as the step has arguments (contract 6.6)."""
    setting = subject.setting(step, key)
    return setting is not None and not (setting.from_task and step.arguments)


def _settled(subject: Subject, step: Step) -> bool:
    """Return whether no option in these keys is left open; a reference is one element, whatever it holds."""
    for key in ("mapfile_in", "mapfiles_in", "inputkey", "inputkeys", "skip_infile"):
        setting = subject.setting(step, key)
        if setting is None:
            continue
        if "{{" in setting.text:
            return False
        if key != "mapfile_in" and not setting.known and not _plain_references(setting.text):
            return False
    return True


def _plain_references(text: str) -> bool:
    """Return whether each reference in a list can only give one element."""
    return all(
        "mapfile" in reference.key or reference.step == "input"
        for part in parse_list(text)
        for reference in find(part)
    )


def _true(text: str) -> bool:
    return bool(parse_boolean(text))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _where(step: Step) -> Location:
    for key in ("mapfiles_in", "mapfile_in", "inputkeys", "inputkey"):
        if key in step.control:
            return step.control[key].location
    return step.location
