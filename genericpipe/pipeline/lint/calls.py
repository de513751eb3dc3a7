"""Plugins and scripts: are they there, do they take what the step gives (contract 8 and 9)."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...config import parse_boolean, parse_list
from ...errors import Finding, Location, Severity, did_you_mean
from ...pluginmanager import PluginSource, legacy_plugins, step_plugin_folders
from ..declarations import Recipe
from ..nodescripts import find_nodescript, known_nodescripts, nodescript_folders
from ..references import find
from ..retired import NODESCRIPTS, unsupported_nodescript
from ..step import Step
from .imported import imported_python2
from .settled import fill
from .signatures import SourceProblem, source
from .subject import Subject

#: The node script that calls ``main`` of a Python script.
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
    answer = subject.step_plugin(step.type)
    if answer is None:
        folders = _plugin_folders(subject)
        known = {*legacy_plugins(folders), *subject.vocabulary.manager.named("step_plugins")}
        looked = f" in {', '.join(map(str, folders))}" if folders else ""
        yield Finding(
            Severity.MISSING,
            "no-such-plugin",
            f"step {step.name!r}: there is no plugin PipelineStep_{step.type}.py{looked}, "
            "and none is plugged in",
            where,
            did_you_mean(step.type, known) or "name the folder that holds it in pipeline.pluginpath",
        )
        return
    yield from answer.findings
    path = answer.source_file()
    if path is not None:
        names = [*step.control, *(["parset"] if step.arguments else [])]
        yield from _call(subject, step, where, _Call(path, _function(answer), 1, names, "plugin"))


def _plugin_folders(subject: Subject) -> list[Path]:
    """Return the folders of the site's plugins, in the order in which they are looked at."""
    standard = step_plugin_folders(subject.pipeline.config.recipe_directories)
    return [*standard, *map(Path, subject.pipeline.pluginpath)]


def _function(answer: PluginSource) -> str:
    """Return the name of the function that is called."""
    if isinstance(answer.target, str):
        return answer.target.partition(":")[2]
    return "plugin_main" if answer.target is None else getattr(answer.target, "__name__", "")


def _nodescript(subject: Subject, step: Step) -> Iterator[Finding]:
    recipe = subject.recipe(step)
    setting = subject.setting(step, "nodescript")
    name = setting.text if setting else "executable_args"
    if recipe is None or not recipe.nodescripts or not name:
        return
    if name == _PYTHON:
        yield from _script(subject, step)
    if name in recipe.nodescripts or (setting is not None and not setting.known):
        return
    folders = nodescript_folders(subject.pipeline.config.recipe_directories, os.environ.get("PYTHONPATH"))
    found = find_nodescript(name, folders)
    where = setting.location if setting else step.location
    if found is not None:
        # It has a class, whatever its name: only the text as a whole is looked at.
        yield from _call(subject, step, where, _Call(found, "", None, (), "node script"))
        return
    yield Finding(
        Severity.MISSING,
        "no-such-nodescript",
        unsupported_nodescript(step.name, name),
        where,
        _instead(name, recipe, folders),
    )


def _instead(name: str, recipe: Recipe, folders: Collection[Path]) -> str:
    """Return what to write in the place of a node script that is not there."""
    if name in NODESCRIPTS:
        return f"{NODESCRIPTS[name]}; or put a node script of that name into nodes/ of a recipe directory"
    looked = ", ".join(map(str, folders)) or "no folder: there are no recipe_directories"
    known = {*recipe.nodescripts, *known_nodescripts(folders)}
    return did_you_mean(name, known) or f"{name}.py was looked for in {looked}"


def _script(subject: Subject, step: Step) -> Iterator[Finding]:
    executable = subject.setting(step, "executable")
    if executable is None or not executable.known:
        return
    path = Path(executable.text)
    if "\0" in executable.text or not path.is_file():
        return  # said by the rules about files
    words = _words(subject, step)
    options = [key for key in step.arguments if key not in ("flags", "parset")]
    if words is None or "parset" in step.arguments or subject.text(step, "parset"):
        # Nobody knows how many words there are, or a file's options are handed on too.
        yield from _call(subject, step, executable.location, _Call(path, "main", None, (), "script"))
        return
    names = options + _appended(subject, step, words, options)
    count = len(words) + bool(parse_boolean(subject.text(step, "parsetasfile")))
    yield from _call(subject, step, executable.location, _Call(path, "main", count, names, "script"))


def _words(subject: Subject, step: Step) -> list[str] | None:
    """Return the positional words, or None where only a run can tell how many there are."""
    if "arguments" in step.control:
        text = subject.text(step, "arguments")
    elif step.arguments:  # flags, if only an empty list, win over the task's words (contract 6.6)
        text = fill(step.arguments["flags"].text, subject.dictionaries) if "flags" in step.arguments else ""
    else:
        text = subject.text(step, "arguments")
    if "{{" in text or any(not reference.names_mapfile for reference in find(text)):
        return None
    return list(parse_list(text))


def _appended(subject: Subject, step: Step, words: list[str], options: list[str]) -> list[str]:
    """Return the keys that become options because nothing mentions them (contract 7.3)."""
    if not options:
        return []
    keys = [subject.text(step, "inputkey")]
    if "inputkeys" in step.control or not step.arguments:
        keys += subject.listed(step, "inputkeys")
    if parse_boolean(subject.text(step, "skip_infile")):
        keys = []
    keys.append(subject.text(step, "outputkey"))
    mentioned = {*words, *(step.arguments[name].text for name in options)}
    return [key for key in dict.fromkeys(keys) if key and ".output." not in key and key not in mentioned]


@dataclass(frozen=True)
class _Call:
    """A call of a function in a file; `count` is None where nobody knows what it will get."""

    path: Path
    function: str
    count: int | None
    names: Collection[str]
    what: str


def _call(subject: Subject, step: Step, where: Location, call: _Call) -> Iterator[Finding]:
    key = (call.path, call.function)
    found = subject.sources.get(key) or subject.sources.setdefault(key, source(*key))
    title = f"step {step.name!r}: {call.what} {call.path}"
    if isinstance(found, SourceProblem):
        code = "python2-source" if found.python2 else "bad-source"
        line = Location(str(call.path), found.line) if found.line else where
        yield Finding(Severity.ERROR, code, f"{title} {found.message}", line, found.hint)
        return
    for doubt in found.doubts:
        line = Location(str(call.path), doubt.line)
        # A node script runs under a Python of the site's, as it is.
        is_supplied = doubt.is_supplied and call.what != "node script"
        end = "its jobs are given it, with a warning" if is_supplied else "it fails when it gets there"
        message = f"{title} {doubt.message}: {end}"
        yield Finding(Severity.WARNING, "python2-name", message, line, doubt.hint)
    if call.path not in subject.imported:
        subject.imported[call.path] = imported_python2(call.path, _plugin_folders(subject))
    for module, problem in subject.imported[call.path]:
        line = Location(str(module), problem.line)
        message = f"{title} imports {module}, which {problem.message}"
        yield Finding(Severity.ERROR, "python2-source", message, line, problem.hint)
    if found.signature is None or call.count is None:
        return
    refusal = found.signature.refuses(call.count, call.names)
    if refusal is None:
        return
    line, hint = _line_of(step, refusal.argument) or where, refusal.hint
    if call.what == "plugin" and refusal.argument == "parset" and "parset" not in step.control:
        line = next(iter(step.arguments.values())).location
        name = step.definition
        hint = f"lines {name}.argument.* reach a plugin as parset; a keyword is {name}.control.*"
    yield Finding(
        Severity.ERROR,
        "bad-call",
        f"step {step.name!r}: {call.function} of {call.path}:{found.signature.line} {refusal.message}",
        line,
        hint,
    )


def _line_of(step: Step, argument: str) -> Location | None:
    """Return the line of the step that gives an argument: its control key (of a plugin), else its option."""
    if argument in step.control:
        return step.control[argument].location
    if argument in step.arguments:
        return step.arguments[argument].location
    keys = (step.control.get(name) for name in ("inputkey", "inputkeys", "outputkey"))
    return next((value.location for value in keys if value and argument in parse_list(value.text)), None)
