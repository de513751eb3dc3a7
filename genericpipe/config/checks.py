"""What cannot be meant as it is written: left-over templates, a lost percent sign, absent folders."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from genericpipe.config.inifile import RawValue
from genericpipe.config.presence import Presence, look, told
from genericpipe.config.raw import RawConfig
from genericpipe.errors import Finding, Location, Severity

PATHS = frozenset(
    {
        ("DEFAULT", "runtime_directory"),
        ("DEFAULT", "working_directory"),
        ("DEFAULT", "recipe_directories"),
        ("DEFAULT", "task_files"),
        ("layout", "job_directory"),
        ("logging", "log_file"),
        ("logging", "xml_stat_file"),
    }
)
"""Section and key of every path that a run itself uses."""

_READ = ("DEFAULT", "layout", "logging", "remote", "feedback", "local")

_TEMPLATE = re.compile(r"\$ENV\{[^}]*\}|@[A-Za-z_]\w*@")
_LOST_PERCENT = re.compile(r"(?<!%)\((\w+)\)s\b")
_INLINE_COMMENT = re.compile(r"\s[;#].*")
_SHELL = re.compile(r"(?:^|[\[,])\s*~|\$\w|\$\{")


def check_values(raw: RawConfig) -> Iterator[Finding]:
    """Look at every value of a pipeline.cfg."""
    for section, keys in {"DEFAULT": raw.defaults, **raw.sections}.items():
        known = raw.variables(section).keys()
        for key, value in keys.items():
            if value.location:  # what comes from the command line is literal
                yield from check_value(section, key, value, known, (section, key) in PATHS)


def check_value(
    section: str, key: str, value: RawValue, known: Collection[str], is_used_path: bool
) -> Iterator[Finding]:
    """Look at one raw value.

    Parameters
    ----------
    section, key, value
        The value, and whose it is.
    known
        The keys that ``%(key)s`` could name there.
    is_used_path
        Whether the run cannot do without this path: then a lost percent sign is an error, not a warning.
    """
    template = _TEMPLATE.search(value.text)
    if template:
        yield Finding(
            Severity.WARNING,
            "unfilled-template",
            f"[{section}] {key} = {value.text}: {template.group()} is filled in when LOFAR is"
            " installed, not here",
            value.location,
            "write the path itself",
        )
    lost = _LOST_PERCENT.search(value.text)
    if lost and (is_used_path or "/" in value.text or lost.group(1).lower() in known):
        # Contract 2: the manuals show it, but it is no syntax; it stays literal.
        yield Finding(
            Severity.ERROR if is_used_path else Severity.WARNING,
            "lost-percent",
            f"[{section}] {key} = {value.text}: {lost.group()} stays as it is, without its percent sign",
            value.location,
            f"write %{lost.group()}",
        )
    comment = _INLINE_COMMENT.search(value.text)
    if comment:
        # Contract 2: unlike LOFAR 2 and 3, which cut off what follows a ';'.
        yield Finding(
            Severity.WARNING,
            "inline-comment",
            f"[{section}] {key} = {value.text}: {comment.group().strip()!r} is part of the value",
            value.location,
            "give the comment a line of its own",
        )
    if is_used_path and not template and _SHELL.search(value.text):
        yield Finding(
            Severity.WARNING,
            "not-expanded",
            f"[{section}] {key} = {value.text}: '$' and '~' are not expanded",
            value.location,
            "write the path itself",
        )


def check_sections(headers: Mapping[str, Location]) -> Iterator[Finding]:
    """Look for sections that nobody reads because of their case (contract 2: section names have one)."""
    for name, location in headers.items():
        known = next((section for section in _READ if section.lower() == name.lower()), name)
        if name != known:
            yield Finding(
                Severity.WARNING,
                "section-case",
                f"section [{name}] is not [{known}]: the case of section names counts",
                location,
                f"write [{known}]",
            )


def check_runtime_directory(folder: Path, location: Location | None) -> Iterator[Finding]:
    """Look whether the runtime directory is there (contract 2: it must be)."""
    found = look(folder)
    if found is Presence.FOLDER:
        return
    if found is Presence.FILE:
        yield Finding(
            Severity.ERROR,
            "not-a-folder",
            f"runtime_directory {folder} is not a folder",
            location,
            "name a folder there, or with -r",
        )
        return
    yield Finding(
        Severity.MISSING,
        "no-such-folder",
        f"runtime_directory {folder} does not exist",
        location,
        f"create it (mkdir -p {folder}), or name another with -r",
    )


def check_recipe_directories(folders: tuple[Path, ...], location: Location | None) -> Iterator[Finding]:
    """Look whether the recipe directories are there; one that is not is a warning (design)."""
    for folder in folders:
        if look(folder) is not Presence.FOLDER:
            yield Finding(
                Severity.WARNING,
                "no-such-folder",
                f"recipe directory {folder} does not exist; no plugins or scripts are found there",
                location,
                "correct recipe_directories in [DEFAULT]",
            )


def check_injected(defaults: Mapping[str, RawValue], injected: Mapping[str, str]) -> Iterator[Finding]:
    """Look for keys of ``[DEFAULT]`` that hide the run's own (contract 2)."""
    for key, text in injected.items():
        value = defaults[key]
        if value.location:
            yield Finding(
                Severity.WARNING,
                "hidden-key",
                f"[DEFAULT] {key} = {value.text} hides the run's own {key} ({text}) in every %({key})s and in"
                f" input.output.{key}",
                value.location,
                f"remove {key}: it is set for every run",
            )


def check_task_files(files: Iterable[Path], location: Location | None) -> Iterator[Finding]:
    """Look whether the task files are there (contract 3: every listed one must be)."""
    for file in files:
        if look(file) is not Presence.FILE:
            yield Finding(
                Severity.MISSING,
                "no-such-file",
                f"task file {file} {told(file)}; it is listed in task_files",
                location,
                "the tasks that LOFAR shipped are built in: take its own tasks.cfg out of task_files, or name"
                " other files with -t",
            )
