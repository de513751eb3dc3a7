"""What the steps to come may take, as far as their text and the recorded mapfiles tell."""

from __future__ import annotations

import ast
import fnmatch
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...config import Settings
from ...errors import GenericPipeError, Severity
from ...parset import Parset
from ...pipeline import Pipeline, Step
from ...pipeline.opening import open_pipeline
from ...pipeline.references import find, look_up
from ...pipeline.step import walk
from ...pluginmanager import PluginManager
from ..journal.history import History
from ..journal.recorder import digest
from ..journal.records import RunRecord, StepKey
from ..journal.stamps import paths_in

#: What step plugins do without looking at the files that their maps name; those of prefactor do it alike.
_BLIND_METHODS = frozenset(
    {
        "add_suffix_to_file",
        "dummy",
        "mapfile_all_to_one",
        "mapfile_from_parset",
        "mapfile_split_list",
    }
)
_STANDARD = frozenset({"createMapfile", "addMapfile"})
_MAPS_ONLY = frozenset(
    {
        "MapfileToOne",
        "changeDirectory",
        "changeMapfile",
        "combineParsets",
        "compressMapfile",
        "expandMapfile",
        "makeDirectory",
        "makeResultsMapfile",
        "mapfileMaxSize",
        "mapfileSingleToGroup",
        "mapfilenamesFromMapfiles",
        "pruneMapfile",
        "reGroupMapfile",
        "trimMapfile",
    }
)

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_WORD = re.compile(r"[^\s,;=\[\]{}()'\"]+")


@dataclass
class Needs:
    """Files that must stay because of what is still to run.

    Parameters
    ----------
    paths
        Files and folders that steps to come name, and all that lies in or around them.
    named
        Files in the maps that steps left, with the place of the last such step.
    looked_at
        Files in the maps of plugins that look at the files themselves and run again on each resume.
    patterns
        Names, with ``*`` and ``?`` perhaps, that steps to come mention without a folder.
    """

    paths: set[str] = field(default_factory=set)
    named: dict[str, int] = field(default_factory=dict)
    looked_at: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)

    def reason(self, path: str, read: int) -> str:
        """Return why a file stays that was last read at a place in the order; empty where nobody wants it."""
        if path in self.paths:
            return "a step that is not done takes it, or may"
        name = os.path.basename(path.rstrip("/"))
        if name in self.patterns or any(
            fnmatch.fnmatchcase(name, one) for one in self.patterns if "*" in one or "?" in one
        ):
            return "a step that is not done takes it, or may"
        if path in self.looked_at:
            return "a plugin that runs again on each resume may look for it"
        if self.named.get(path, -1) > read:
            return "a result: a later mapfile names it"
        return ""


def pipeline_of(run: RunRecord, manager: PluginManager) -> Pipeline | None:
    """Return the pipeline of a run, built again from its parset as that is now; None where that fails.

    Parameters
    ----------
    run
        The run.
    manager
        Who is plugged in.
    """
    setup = run.about.setup
    if not setup or not Path(run.parset).is_file():
        return None
    settings = Settings(
        job_name=setup["job_name"],
        start_time=run.start_time,
        config=Path(setup["config"]) if setup["config"] else None,
        task_files=tuple(map(Path, setup["task_files"])),
        runtime_directory=setup["runtime_directory"],
        working_directory=setup["working_directory"],
    )
    options = {name: str(text) for name, text in run.options.items()}
    try:
        pipeline = open_pipeline(run.parset, settings, manager, options)
    except GenericPipeError:
        return None
    same_configuration = bool(pipeline.config.path) == bool(setup["config"])
    broken = any(one.severity is Severity.ERROR for one in pipeline.findings)
    return pipeline if same_configuration and not broken else None


def ended_well(history: History) -> bool:
    """Return whether the last run did all that there was to do, and nothing was forgotten since."""
    if not history.runs or history.forgot or history.interrupted:
        return False
    last = history.runs[-1]
    complete = last.status == "done" and not last.about.selection
    return complete and all(step.done for step in history.steps.values())


def is_as_recorded(pipeline: Pipeline, run: RunRecord) -> bool:
    """Return whether the parset still says what it said."""
    return digest(text_of(pipeline.scope.parset)) == run.parset_digest


def text_of(parset: Parset) -> str:
    """Return what a parset says, whatever its comments and blanks: what the journal keeps a digest of."""
    return "\n".join(f"{key}={entry.raw}" for key, entry in parset.items())


def unfinished_steps(pipeline: Pipeline, history: History) -> list[Step]:
    """Return the steps that are still to run, with the loops and sub-pipelines around them."""
    if ended_well(history) and is_as_recorded(pipeline, history.runs[-1]):
        return []
    started = {key.step for key in history.order}
    open_ones = {key.step for key, step in history.steps.items() if not step.done}
    return list(_unfinished(pipeline.steps, started, started - open_ones, False))


def _unfinished(steps: tuple[Step, ...], started: set[str], done: set[str], passed: bool) -> Iterator[Step]:
    for place, step in enumerate(steps):
        passed_here = passed or any(one.name in started for one in walk(steps[place + 1 :]))
        if step.kind == "loop":
            # Nobody knows how often it will still go round, unless something after it has begun.
            inside = [one for one in walk(step.body) if not passed_here or one.name in started - done]
        elif step.body:
            inside = list(_unfinished(step.body, started, done, passed_here))
        else:
            inside = [] if step.name in done else [step]
        if inside and step.body:
            yield step
        yield from inside


def needs_of(history: History, pipeline: Pipeline | None) -> Needs:
    """Return what must stay.

    Parameters
    ----------
    history
        What the journal says.
    pipeline
        What the next run would run; None where nobody knows: then all steps have to be done.
    """
    needs = Needs()
    if pipeline is not None:
        for unfinished in unfinished_steps(pipeline, history):
            for text in _texts(unfinished, pipeline):
                _add_text(needs, text, pipeline, history)
    blind = _blind_steps(pipeline)
    for place, key in enumerate(history.order):
        step = history.steps[key]
        looks = step.kind != "recipe" and (key.step not in blind or step.program is not None)
        for path in _in_maps_of(history, key):
            needs.named[path] = place
            if looks:
                needs.looked_at.add(path)
    return needs


def _texts(step: Step, pipeline: Pipeline) -> Iterator[str]:
    """Yield all that a step's lines, its task and its argument parsets say."""
    task = pipeline.config.tasks.get(step.type)
    values = [*step.keys.values(), *step.control.values(), *step.arguments.values(), *step.cmdline]
    if step.scope is not None and step.scope.handover is not None:
        values.append(step.scope.handover)
    for text in (*(value.raw for value in values), *(task.settings.values() if task else ())):
        yield text
        path = text.strip().strip("'\"")
        if path.endswith((".parset", ".par", ".cfg")) and os.path.isfile(path):
            yield Path(path).read_text(encoding="utf-8", errors="surrogateescape")


def _add_text(needs: Needs, text: str, pipeline: Pipeline, history: History) -> None:
    known: Mapping[str, Mapping[str, object]] = pipeline.dictionaries
    for reference in list(find(text)):
        if reference.step in known:
            try:
                key, value = look_up(reference, known)
            except GenericPipeError:
                continue
            text = text.replace(f"{reference.step}.output.{key}", str(value))
        else:
            for step in history.order:
                if step.step == reference.step:
                    needs.paths.update(_products_of(history, step))
                    needs.paths.update(_in_maps_of(history, step))
    for word in _WORD.findall(text):
        path = word.rstrip("/:")
        name = os.path.basename(path)
        if os.path.isabs(path) and "*" not in path and "?" not in path:
            needs.paths.add(path)
            needs.paths.update(_in_map_file(path))
        elif name.strip("*?."):
            needs.patterns.add(name)


def _products_of(history: History, key: StepKey) -> Iterator[str]:
    for record in history.jobs.get(key, {}).values():
        yield from record.product_paths


def _in_maps_of(history: History, key: StepKey) -> Iterator[str]:
    """Yield the files in the maps that a step left, as the journal has them and as they are now."""
    step = history.steps[key]
    for name in step.after.values():
        yield from _in_map(history.texts.get(name, ""))
    for value in step.result.values():
        yield from _in_map_file(str(value))


def _in_map_file(path: str) -> Iterable[str]:
    if not (path.startswith(os.sep) and "map" in os.path.basename(path) and os.path.isfile(path)):
        return ()
    return _in_map(Path(path).read_text(encoding="utf-8", errors="surrogateescape"))


def _in_map(text: str) -> Iterator[str]:
    """Yield whatever stands in quotes in a mapfile and may be a path: more than the files, never less."""
    for match in _QUOTED.finditer(text):
        word = match[0]
        try:
            entry = str(ast.literal_eval(word)) if "\\" in word else word[1:-1]
        except (ValueError, SyntaxError):
            entry = word[1:-1]
        if os.sep in entry:
            yield from paths_in((entry,))


def _blind_steps(pipeline: Pipeline | None) -> set[str]:
    """Return the step plugins that only rework maps: what they do does not hang on files being there."""
    if pipeline is None:
        return set()
    found = set()
    for step in pipeline.walk():
        given = step.control.get("method") or (step.cmdline[0] if step.cmdline else None)
        method = given.text.strip() if given else ""
        if step.type in _MAPS_ONLY or (step.type in _STANDARD and method in _BLIND_METHODS):
            found.add(step.name)
    return found
