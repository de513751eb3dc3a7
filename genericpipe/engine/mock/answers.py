"""What a job of a mock run comes to without being run: its outcome, its results and its products."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...errors import Finding, MapfileError, Severity
from ...mapfile import DataMap, entries_of, read, write
from ...pipeline import Step
from ...pipeline.references import Reference
from ...pluginmanager import PluginManager
from ...recipes.job import Job, Outcome, Status
from ...recipes.results import OF_EVERY_JOB
from .inputs import FOLDER, Inputs, map_of
from .mockfile import Entry, MadeMap, MockFile, Returned
from .names import numbered
from .wanted import Wanted

#: What begins every text that nobody gave.
MADE_UP = "mock-"


@dataclass(frozen=True)
class Answer:
    """What a job that is not run comes to.

    Parameters
    ----------
    outcome
        Its outcome.
    made
        The products that were made.
    """

    outcome: Outcome
    made: tuple[str, ...] = ()


class Answers:
    """Gives the outcomes of jobs.

    Parameters
    ----------
    manager
        Who is plugged in: plugins know what programs leave.
    file
        What the mock file says.
    inputs
        The inputs that were made up.
    mapfiles
        The run's folder of mapfiles.
    """

    def __init__(self, manager: PluginManager, file: MockFile, inputs: Inputs, mapfiles: Path) -> None:
        self._manager = manager
        self._file = file
        self._inputs = inputs
        self._mapfiles = mapfiles
        self.wanted = Wanted()

    def answer(self, step: Step, job: Job, is_there: bool) -> Answer | None:
        """Return what a job comes to; None for a step plugin that is to be called.

        Parameters
        ----------
        step
            Its step.
        job
            The job.
        is_there
            Of a step plugin: whether there is one of its name. Steps of other kinds are never called.
        """
        began = time.time()
        failure = self._file.failure(step.name, job.identity.index)
        if failure is not None:
            outcome = Outcome(Status.FAILED, failure.status, began, reason=failure.reason)
            return Answer(outcome)
        said = self._said(step, job)
        # What was there before is not ours to remove, whoever made it.
        before = {path for path in job.products if path and os.path.lexists(path)}
        before |= self._in_folder(job)
        given = self._manager.first("mock_outputs", step=step, job=job)
        if step.kind == "plugin" and is_there and given is None and not said:
            return None
        known = {**({} if given is None else given.value), **said}
        results = {**self._made_up(step, job, known), **known}
        made = tuple(dict.fromkeys([*self._products(job, before), *sorted(self._in_folder(job) - before)]))
        return Answer(Outcome(Status.DONE, 0, began, time.time() - began, results=results), made)

    def missing(self, reference: Reference) -> str:
        """Return a value for a reference to what no step gives."""
        if "map" in reference.key:
            return self._inputs.make_map(self._place(reference.step, reference.key), fits=True)
        return MADE_UP + reference.key

    def _said(self, step: Step, job: Job) -> dict[str, str]:
        """Return what the mock file says that a job returns."""
        table = self._file.returns.get(step.name, {})
        return {key: self._value(step.name, key, value, job.identity.index) for key, value in table.items()}

    def _value(self, step: str, key: str, value: Returned, index: int) -> str:
        if isinstance(value, MadeMap):
            path = self._place(step, key)
            write(map_of(value.entries), path)
            return path
        if isinstance(value, tuple):
            return value[min(index, len(value) - 1)] if value else ""
        return value

    def _made_up(self, step: Step, job: Job, known: Mapping[str, str]) -> dict[str, str]:
        """Return the results that later steps want and nobody gave."""
        if job.call is None:
            return {}
        if job.call.is_step_plugin:
            return {key: self._of_plugin(step, job, key) for key in self._keys(step, known)}
        # Of a script each key is a mapfile with an entry for each job (contract 7.6).
        return {
            key: self._of_script(step, job, key)
            for wanted in self._keys(step, {f"{key}.mapfile": "" for key in known})
            for key in [wanted.removesuffix(".mapfile")]
            if wanted != key and key not in OF_EVERY_JOB
        }

    def _keys(self, step: Step, known: Mapping[str, str]) -> Iterator[str]:
        for key in self.wanted.of(step.name):
            if key not in known and not any(key.startswith(one) for one in known if one):
                yield key

    def _of_script(self, step: Step, job: Job, key: str) -> str:
        if Reference(step.name, f"{key}.mapfile") not in self.wanted.names:
            return numbered(self._path(step.name, key), job.identity.index)
        files = list(_files(job))
        if "group" in key:
            return self._map(step.name, key, [tuple(files)])
        return self._map(step.name, key, files if "single" in key else [self._path(step.name, key)])

    def _of_plugin(self, step: Step, job: Job, key: str) -> str:
        is_map = key == "mapfile" or Reference(step.name, key) in self.wanted.maps
        if not is_map and "mapfile" not in key:
            return MADE_UP + key
        given = job.call.keywords if job.call else {}
        entries = list(self._entries_of_plugin(step, given, key))
        name = given.get("filename")
        if key == "mapfile" and isinstance(name, str) and name:
            return self._map(step.name, key, entries, os.path.join(str(given.get("mapfile_dir", "")), name))
        return self._map(step.name, key, entries)

    def _entries_of_plugin(self, step: Step, given: Mapping[str, object], key: str) -> Iterator[str]:
        """Yield what a plugin that nobody has would list: its folder, or something for each input."""
        folder = given.get("folder")
        if isinstance(folder, str) and os.path.isdir(folder):
            names = sorted(os.listdir(folder))
            yield from (os.path.join(folder, name) for name in names)
            return
        like = next(self._maps_of(given), None)
        number = 1 if like is None else len(like)
        for index in range(number):
            yield numbered(self._path(step.name, key), index)

    def _maps_of(self, given: Mapping[str, object]) -> Iterator[DataMap]:
        for key, text in given.items():
            if key.startswith("mapfile") and isinstance(text, str) and os.path.isfile(text):
                try:
                    yield read(text)
                except MapfileError:
                    continue

    def _path(self, step: str, key: str) -> str:
        return os.path.join(self._inputs.own[-1], f"{step}.{key}")

    def _place(self, step: str, key: str) -> str:
        return str(self._mapfiles / f"{step}.{key}.made-up.mapfile")

    def _map(self, step: str, key: str, entries: Iterable[Entry], path: str = "") -> str:
        place = path or self._place(step, key)
        if self._inputs.is_own(place):
            os.makedirs(os.path.dirname(os.path.abspath(place)), exist_ok=True)
            write(map_of(entries), place)
        return place

    def _in_folder(self, job: Job) -> set[str]:
        """Return what lies where a job works, where that is one of its own folders."""
        folder = os.path.abspath(job.working_directory)
        if not self._inputs.is_own(folder) or not os.path.isdir(folder):
            return set()
        own = ("logs", "mapfiles", "parsets", FOLDER)
        return {os.path.join(folder, name) for name in os.listdir(folder) if name not in own}

    def _products(self, job: Job, before: Collection[str]) -> Iterator[str]:
        """Make an empty file for each product that nobody has made, in the job's own folders alone.

        Yields the products that are new: a plugin may have made them.
        """
        os.makedirs(job.working_directory, exist_ok=True)
        for path in job.products:
            if not path or path in before or path in job.inputs or not self._inputs.is_own(path):
                continue
            if not os.path.lexists(path):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                Path(path).touch()
            yield path


def _files(job: Job) -> Iterator[str]:
    """Yield the files of a job, those of lists one by one."""
    words = job.inputs or (job.call.positional if job.call else ())
    seen: dict[str, None] = {}
    for text in words:
        seen.update(dict.fromkeys(entries_of(text)))
    yield from (file for file in seen if file)


def made_up(message: str, step: Step) -> Finding:
    """Return the warning about something that was made up."""
    return Finding(Severity.WARNING, "made-up", message, step.location, "say it in the mock file")
