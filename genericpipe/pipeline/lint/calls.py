"""Plugins and scripts: are they there, and do they take what the step gives? (contract 8 and 9)"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from ...config import parse_boolean, parse_list
from ...errors import Finding, Location, Severity, did_you_mean
from ...pluginmanager import legacy_plugins, step_plugin_folders
from ..step import Step
from .signatures import SourceProblem, signature
from .subject import Subject

#: Keywords of a step plugin that the engine takes out or that a plugin reads itself.
_PYTHON = "python_plugin"


def check(subject: Subject) -> Iterator[Finding]:
    """Look at what each step would call."""
    for step in subject.steps:
        kind = subject.vocabulary.kinds.get(step.kind)
        if kind is not None and kind.type_is == "plugin" and step.type:
            yield from _plugin(subject, step)
        elif subject.recipe(step) is not None:
            yield from _nodescript(subject, step)


def _plugin(subject: Subject, step: Step) -> Iterator[Finding]:
    line = step.keys.get("control.type")
    where = line.location if line else step.location
    if line is not None and (line.unresolved or ".output." in line.raw):
        return
    source = subject.vocabulary.step_plugin(step.type, subject.pipeline)
    if source is None:
        config = subject.pipeline.config
        folders = [*step_plugin_folders(config.recipe_directories), *map(Path, subject.pipeline.pluginpath)]
        known = {*legacy_plugins(folders), *subject.vocabulary.manager.named("step_plugins")}
        looked = ", ".join(str(folder) for folder in folders) or "no folder"
        yield Finding(
            Severity.MISSING,
            "no-such-plugin",
            f"step {step.name!r}: there is no plugin PipelineStep_{step.type}.py in {looked}, and none is plugged in",
            where,
            did_you_mean(step.type, known) or "name the folder that holds it in pipeline.pluginpath",
        )
        return
    yield from source.findings
    path = source.source_file()
    if path is not None:
        names = [*step.control, *(["parset"] if step.arguments else [])]
        function = source.target.partition(":")[2] if isinstance(source.target, str) else "plugin_main"
        yield from _call(step, where, path, function, 1, names, "plugin")


def _nodescript(subject: Subject, step: Step) -> Iterator[Finding]:
    recipe = subject.recipe(step)
    setting = subject.setting(step, "nodescript")
    name = setting.text if setting else "executable_args"
    if recipe is None or not recipe.nodescripts or not name:
        return
    if name not in recipe.nodescripts:
        folders = [directory / "nodes" for directory in subject.pipeline.config.recipe_directories]
        if not any((folder / f"{name}.py").is_file() for folder in folders):
            yield Finding(
                Severity.MISSING,
                "no-such-nodescript",
                f"step {step.name!r}: there is no node script {name!r}",
                setting.location if setting else step.location,
                did_you_mean(name, recipe.nodescripts)
                or f"it was looked for in {', '.join(map(str, folders)) or '-'}",
            )
    elif name == _PYTHON:
        yield from _script(subject, step)


def _script(subject: Subject, step: Step) -> Iterator[Finding]:
    executable = subject.setting(step, "executable")
    if executable is None or not executable.known:
        return
    path = Path(executable.text)
    if not path.is_file():
        return  # said by the rules about files
    flags = step.arguments.get("flags")
    words = list(subject.listed(step, "arguments") if "arguments" in step.control else ())
    if not words and flags is not None:
        words = list(parse_list(flags.text))
    options = [key for key in step.arguments if key not in ("flags", "parset")]
    if "parset" in step.arguments or "parset" in step.control:
        return  # the file's options are handed on too
    names = options + _appended(subject, step, words, options)
    count = len(words) + bool(parse_boolean(subject.text(step, "parsetasfile")))
    yield from _call(step, executable.location, path, "main", count, names, "script")


def _appended(subject: Subject, step: Step, words: list[str], options: list[str]) -> list[str]:
    """Return the keys that become options because nothing mentions them (contract 7.3)."""
    if not options:
        return []
    keys = [*subject.listed(step, "inputkeys"), subject.text(step, "inputkey")]
    if parse_boolean(subject.text(step, "skip_infile")):
        keys = []
    keys.append(subject.text(step, "outputkey"))
    mentioned = {*words, *(step.arguments[name].text for name in options)}
    return [key for key in dict.fromkeys(keys) if key and ".output." not in key and key not in mentioned]


def _call(
    step: Step, where: Location, path: Path, function: str, count: int, names: Collection[str], what: str
) -> Iterator[Finding]:
    taken = signature(path, function)
    if isinstance(taken, SourceProblem):
        yield Finding(
            Severity.ERROR,
            "python2-source" if "Python 2" in taken.message else "bad-source",
            f"step {step.name!r}: {what} {path} {taken.message}",
            Location(str(path), taken.line) if taken.line else where,
            taken.hint,
        )
        return
    refused = taken.refuses(count, names)
    if refused is not None:
        message, hint = refused
        yield Finding(
            Severity.ERROR,
            "bad-call",
            f"step {step.name!r}: {function} of {path}:{taken.line} {message}",
            _line_of(step, message) or where,
            hint,
        )


def _line_of(step: Step, message: str) -> Location | None:
    """Return the line of the step that gives the argument which a message names."""
    for key, value in step.keys.items():
        if repr(key.partition(".")[2]) in message:
            return value.location
    return None
