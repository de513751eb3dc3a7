"""``statefile``: what LOFAR's tools read of a run, and how they cut it (contract 11)."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import Location, StateError
from ..journal.history import History
from ..journal.recorder import Recorder
from ..journal.records import AdoptedStep, StatefileMark, StepKey, StepRecord, plain
from .atomic import write_atomically
from .legacystate import StateUnreadable, load_state

NAME = "statefile"

#: What the first half of the pair holds; tools show ``job_name``, factor reads ``start_time``.
KEYS = (
    "job_name",
    "config",
    "task_files",
    "runtime_directory",
    "working_directory",
    "start_time",
    "dry_run",
    "args",
    "loglevel",
)

# Python 2 reads it too, and with it the tools of its time.
_PROTOCOL = 2

_NAMES_STEP = "ok.mapfile"


@dataclass(frozen=True)
class State:
    """What a statefile holds: the inputs of the run, and the finished recipe steps in order."""

    inputs: Mapping[str, object]
    steps: tuple[AdoptedStep, ...]


class Statefile:
    """The statefile of a job folder.

    Parameters
    ----------
    job_directory
        The folder.
    recorder
        Its journal: the digest goes there before the file is written, and once more when it has been.
    """

    def __init__(self, job_directory: Path, recorder: Recorder) -> None:
        self.path = job_directory / NAME
        self._recorder = recorder

    def write(self, inputs: Mapping[str, object], steps: Iterable[StepRecord | AdoptedStep]) -> None:
        """Write the file in one go.

        Parameters
        ----------
        inputs
            What `KEYS` names; a key that is missing is written as None.
        steps
            The finished recipe steps, in order of running.

        Raises
        ------
        StateError
            If it cannot be written.
        """
        content = encoded(inputs, steps)
        name = _digest(content)
        self._recorder.statefile(name, written=False)
        try:
            write_atomically(self.path, content, durable=True)
        except OSError as error:
            raise StateError(
                f"the statefile cannot be written: {error.strerror or error}", Location(str(self.path))
            ) from None
        self._recorder.statefile(name, written=True)


def encoded(inputs: Mapping[str, object], steps: Iterable[StepRecord | AdoptedStep]) -> bytes:
    """Return a statefile's bytes: a pickle of dictionaries, lists, tuples, texts and numbers alone."""
    pair = [
        {**dict.fromkeys(KEYS), **{key: plain(value) for key, value in inputs.items()}},
        [(step.task, {key: plain(value) for key, value in step.result.items()}) for step in steps],
    ]
    return pickle.dumps(pair, protocol=_PROTOCOL)


def read_state(path: Path) -> State | None:
    """Return what a statefile holds, whoever wrote it; None where it is missing or empty.

    Raises
    ------
    StateError
        If it is damaged, or holds what no statefile does.
    """
    content = _content(path)
    if not content:
        return None
    hint = f"to start from the beginning remove it: {path}; otherwise put a copy of it back"
    try:
        loaded = load_state(content)
    except StateUnreadable as error:
        raise StateError(f"the statefile cannot be read: {error}", Location(str(path)), hint) from None
    try:
        pair: Any = loaded
        inputs, entries = pair
        steps = tuple(AdoptedStep(str(task), step_name(result), _texts(result)) for task, result in entries)
        return State(_texts(inputs), steps)
    except (ValueError, TypeError, AttributeError):
        message = "the statefile holds something else than the inputs of a run and its finished steps"
        raise StateError(message, Location(str(path)), hint) from None


def step_name(result: Mapping[str, object]) -> str:
    """Return the step's name that a result tells, as LOFAR's tools find it; empty where it tells none."""
    name = os.path.basename(str(result.get(_NAMES_STEP, "")))
    ending = f".{_NAMES_STEP}"
    return name[: -len(ending)] if name.endswith(ending) else ""


def is_untouched(job_directory: Path, history: History) -> bool:
    """Return whether the statefile is as a run left it: the last one written, or one about to be."""
    mark = history.statefile
    content = _content(job_directory / NAME)
    if content is None:
        return not mark.written
    return _digest(content) in (mark.written, mark.announced)


def first_missing(
    history: History, state: State | None, names: Collection[str] | None = None
) -> StepKey | None:
    """Return the first recorded step that the user took out of the statefile; None where none was.

    Parameters
    ----------
    history
        What the journal says.
    state
        What the statefile holds now; None for nothing.
    names
        The steps of the pipeline as they run. A step that is no longer among them is not asked for.
    """
    records = [one for one in history.recipe_steps() if names is None or one.key.step in names]
    if state is None:
        return history.order[0] if history.order else None
    entries = [one for one in state.steps if names is None or one.step in names or not one.step]
    for place, record in enumerate(records):
        if place >= len(entries) or not _same(record, entries[place]):
            return record.key
    return None


def reconcile(
    job_directory: Path, history: History, recorder: Recorder, names: Collection[str] | None = None
) -> tuple[StepKey, ...]:
    """Do what the user wants who deleted the statefile or cut steps out of it, or adopt one of LOFAR's own.

    Parameters
    ----------
    job_directory
        The folder.
    history
        What its journal says; it is changed.
    recorder
        Writes the journal.
    names
        As for `first_missing`.

    Returns
    -------
    tuple of StepKey
        The steps that were forgotten, in order: to be told to the user.

    Raises
    ------
    StateError
        If the statefile is damaged.
    """
    if is_untouched(job_directory, history):
        return ()
    path = job_directory / NAME
    state = read_state(path)
    new = history.empty
    key = first_missing(history, state, names)
    gone: tuple[StepKey, ...] = ()
    if key is not None:
        recorder.forgotten(key, "taken out of the statefile")
        gone = history.forget(key)
    steps = state.steps if state is not None else ()
    if (new and steps) or history.adopted:
        recorder.adopted(steps)
        history.adopted = steps
    # From now on the file as it is counts as untouched: what runs next must not be forgotten for it.
    content = _content(path)
    mark = _digest(content) if content is not None else ""
    recorder.statefile(mark, written=True)
    history.statefile = StatefileMark(mark)
    return gone


def _texts(mapping: Mapping[object, object]) -> dict[str, object]:
    return {str(key): plain(value) for key, value in mapping.items()}


def _same(record: StepRecord, entry: AdoptedStep) -> bool:
    return record.task == entry.task and entry.step in ("", record.key.step)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(
            f"the statefile cannot be read: {error.strerror or error}", Location(str(path))
        ) from None


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
