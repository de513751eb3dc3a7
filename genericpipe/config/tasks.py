"""Tasks: the built-in ones, those of plugins and those of tasks.cfg files, one layer above the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from genericpipe.config import inifile, values
from genericpipe.config.checks import check_value
from genericpipe.config.inifile import DEFAULT, RawValue
from genericpipe.config.model import Task
from genericpipe.config.raw import RawConfig, texts, uninterpolated
from genericpipe.errors import Finding, Location, Severity, did_you_mean

STANDARD_TASKS = Path(__file__).with_name("standard_tasks.cfg")
BUILT_IN = "built-in"

_PROGRAM_FOLDER = re.compile(r"%\((\w+)\)s/bin/")


@dataclass(frozen=True)
class _Draft:
    """A task's own raw keys, from one layer or several."""

    values: Mapping[str, RawValue]
    location: Location | None
    source: str

    def above(self, lower: _Draft | None) -> _Draft:
        """Return this draft laid over another one."""
        return replace(self, values={**lower.values, **self.values}) if lower else self


_Layer = dict[str, _Draft]


def load_tasks(
    config: RawConfig,
    sources: Sequence[tuple[str, Mapping[str, Mapping[str, str]]]],
    files: Sequence[Path],
    has_file: bool = True,
) -> tuple[dict[str, Task], list[Finding]]:
    """Put all tasks together (contract 3).

    Parameters
    ----------
    config
        The pipeline.cfg, of whose ``[DEFAULT]`` every key is visible to ``%(key)s`` in tasks.
    sources
        Name of a plugin and its tasks, the lowest first.
    files
        The existing tasks.cfg files; a later one overrides an earlier one key by key.
    has_file
        Whether there is a pipeline.cfg at all: without one, what tasks want of it is only missing here.

    Returns
    -------
    tuple
        The tasks by name, and what is doubtful about the files. What is wrong with one task is in its own
        `problems`.
    """
    read = [(path, inifile.read(path)) for path in files]
    findings = [finding for _, ini in read for finding in ini.findings]
    shared: dict[str, RawValue] = {}
    for _, ini in read:
        shared.update(ini.sections.get(DEFAULT, {}))
    surroundings = {**config.defaults, **shared}
    layers = [_standard_layer(texts(surroundings))]
    layers += [_plugin_layer(name, tasks) for name, tasks in sources]
    layers.append(_file_layer(read))
    # A key of [DEFAULT] in tasks.cfg is an input of every task, unless pipeline.cfg has it too: then it only
    # counts in %()s (contract 3).
    inputs = {key: value for key, value in shared.items() if key not in config.defaults}
    drafts = _stack(layers)
    tasks = {
        name: _task(name, replace(draft, values={**inputs, **draft.values}), config, surroundings, has_file)
        for name, draft in drafts.items()
    }
    findings += _switched_off(drafts, config)
    return tasks, findings


def _standard_layer(variables: Mapping[str, str]) -> _Layer:
    def bare(match: re.Match[str]) -> str:
        return match.group() if variables.get(match.group(1)) else ""

    ini = inifile.read(STANDARD_TASKS)
    return {
        name: _Draft(
            {key: replace(value, text=_PROGRAM_FOLDER.sub(bare, value.text)) for key, value in keys.items()},
            ini.headers[name],
            BUILT_IN,
        )
        for name, keys in ini.sections.items()
    }


def _plugin_layer(source: str, tasks: Mapping[str, Mapping[str, str]]) -> _Layer:
    place = Location(source)
    return {
        name: _Draft({key.lower(): RawValue(str(text), place) for key, text in keys.items()}, place, source)
        for name, keys in tasks.items()
    }


def _file_layer(read: Iterable[tuple[Path, inifile.IniFile]]) -> _Layer:
    layer: _Layer = {}
    for path, ini in read:
        for name, keys in ini.sections.items():
            if name != DEFAULT:
                layer[name] = _Draft(keys, ini.headers[name], str(path)).above(layer.get(name))
    return layer


def _stack(layers: Iterable[_Layer]) -> _Layer:
    drafts: _Layer = {}
    for layer in layers:
        for name, draft in layer.items():
            # LOFAR had nothing below tasks.cfg: a task that names its recipe is complete there, and inherits
            # none of the keys of a built-in task that happens to have its name. One without a recipe only
            # changes what lies below it.
            drafts[name] = draft if "recipe" in draft.values else draft.above(drafts.get(name))
    return drafts


def _task(
    name: str, draft: _Draft, config: RawConfig, surroundings: Mapping[str, RawValue], has_file: bool
) -> Task:
    variables = texts({**surroundings, **draft.values})
    settings: dict[str, str] = {}
    problems: list[Finding] = []
    for key, value in draft.values.items():
        # A key that pipeline.cfg has in [DEFAULT] is no input of a task (contract 3); _switched_off says so.
        if key in config.defaults and key != "recipe":
            continue
        settings[key] = value.text
        try:
            settings[key] = values.interpolate(name, key, value.text, variables)
        except values.InterpolationProblem as problem:
            if problem.missing and not has_file and not did_you_mean(problem.missing, variables):
                problems.append(_no_setting(name, key, value, problem.missing))
            else:
                problems.append(uninterpolated(name, key, value, problem, variables, Severity.ERROR))
        problems += check_value(name, key, value, variables.keys(), is_used_path="/" in value.text)
    recipe = settings.pop("recipe", "") or variables.get("recipe", "")
    if not recipe:
        problems.append(_no_recipe(name, draft))
    locations = {key: value.location for key, value in draft.values.items() if value.location}
    return Task(name, recipe, settings, draft.location, locations, draft.source, tuple(problems))


def _no_setting(task: str, key: str, value: RawValue, missing: str) -> Finding:
    return Finding(
        Severity.MISSING,
        "no-such-setting",
        f"[{task}] {key} = {value.text}: without a pipeline.cfg there is no {missing!r}",
        value.location,
        "give a configuration with -c",
    )


def _no_recipe(name: str, draft: _Draft) -> Finding:
    return Finding(
        Severity.ERROR,
        "no-recipe",
        f"task [{name}] has no key 'recipe'",
        draft.location,
        "add 'recipe = executable_args'",
    )


def _switched_off(drafts: _Layer, config: RawConfig) -> Iterator[Finding]:
    """Tell of keys of tasks that have no effect because pipeline.cfg has them in ``[DEFAULT]``."""
    for key, default in config.defaults.items():
        users = [(name, draft) for name, draft in drafts.items() if key in draft.values and key != "recipe"]
        if not users:
            continue
        named = ", ".join(f"[{name}]" for name, _ in users[:3])
        rest = f" and {len(users) - 3} more" if len(users) > 3 else ""
        yield Finding(
            Severity.WARNING,
            "key-without-effect",
            f"the key {key!r} of {named}{rest} has no effect, because [DEFAULT] of the configuration has it"
            " too; the tasks do not get the value from there either",
            default.location or users[0][1].values[key].location,
            f"use another name for {key!r} in one of the two",
        )
