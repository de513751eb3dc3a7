"""What the journal says: the last record of each job and step, and what steps did to files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from sys import intern
from types import MappingProxyType

from ...errors import Finding, Location, Severity, StateError, did_you_mean
from ..folder.processes import ProcessId
from .journal import NAME, Event, read_events
from .recorder import Recorder
from .records import (
    AdoptedStep,
    JobRecord,
    JobStart,
    RunAbout,
    RunRecord,
    StatefileMark,
    StepKey,
    StepRecord,
)
from .stamps import FileStamp, Stamp

_NOTHING: Mapping[str, str] = MappingProxyType({})


class History:
    """The past of a job folder.

    Attributes
    ----------
    runs
        Every start of the runner, the oldest first.
    order
        The steps that were ever started and not forgotten, in order of running.
    steps, jobs
        The last record of each step; of each job, by step and index.
    interrupted
        Jobs that were started again, or for the first time, and have no end.
    written
        Files that jobs left, in whichever run; forgetting does not take them back.
    restore
        Mapfiles that forgotten steps had overwritten, as they were before: path -> text.
    statefile
        What the statefile ought to be.
    adopted
        What LOFAR's own framework had finished.
    texts
        Texts of mapfiles by their digests.
    damaged
        The numbers of lines that cannot be read.
    removed
        Products that were removed because nobody needed them, and not made again since: path -> size.
    forgot
        Whether steps were forgotten since the last run.
    """

    def __init__(self, events: Iterable[tuple[int, Event | None]] = ()) -> None:
        self.runs: list[RunRecord] = []
        self.order: list[StepKey] = []
        self.steps: dict[StepKey, StepRecord] = {}
        self.jobs: dict[StepKey, dict[int, JobRecord]] = {}
        self.interrupted: set[tuple[StepKey, int]] = set()
        self.written: set[str] = set()
        self.statefile = StatefileMark()
        self.adopted: tuple[AdoptedStep, ...] = ()
        self.texts: dict[str, str] = {}
        self.damaged: list[int] = []
        self.removed: dict[str, int] = {}
        self.forgot = False
        self._restore: dict[str, str] = {}
        self._transitions: dict[str, dict[Stamp, Stamp]] = {}
        self._started: dict[tuple[StepKey, int], tuple[Event, ProcessId | None]] = {}
        self._keys: dict[str, StepKey] = {}
        self._place = 0
        self._line = 0
        read: dict[str, Callable[[Event], None]] = {
            "run_started": self._run_started,
            "run_finished": self._run_finished,
            "text": self._text,
            "step_started": self._step_started,
            "job_started": self._job_started,
            "job_finished": self._job_finished,
            "step_finished": self._step_finished,
            "statefile": self._statefile,
            "adopted": self._adopted,
            "forgotten": self._forgotten,
            "removed": self._removed,
        }
        for number, event in events:
            self._line = number
            try:
                if event is None:
                    self.damaged.append(number)
                elif event["event"] in read:  # a later version may know more
                    read[event["event"]](event)
            except (KeyError, TypeError, ValueError, IndexError, AttributeError):
                self.damaged.append(number)

    @classmethod
    def of(cls, job_directory: Path) -> History:
        """Read the journal of a job folder; one without a journal has an empty past.

        Raises
        ------
        StateError
            If it cannot be read.
        """
        return cls(read_events(job_directory / NAME))

    @property
    def empty(self) -> bool:
        """Whether nothing has ever run here."""
        return not self.runs and not self.order and not self.adopted

    @property
    def start_times(self) -> tuple[str, ...]:
        """The start time of every run, which is part of the paths of its logs."""
        return tuple(dict.fromkeys(run.start_time for run in self.runs))

    @property
    def restore(self) -> Mapping[str, str]:
        """Mapfiles that forgotten steps had overwritten, as they were before: path -> text."""
        return {path: self.texts[name] for path, name in self._restore.items() if name in self.texts}

    def recipe_steps(self) -> tuple[StepRecord, ...]:
        """Return the finished steps that have a task, in order of running: what a statefile lists."""
        records = (self.steps[key] for key in self.order)
        return tuple(record for record in records if record.kind == "recipe" and record.done)

    def explains(self, path: str, recorded: Stamp, now: Stamp) -> bool:
        """Return whether jobs of this folder turned what was recorded of a file into what it is now."""
        steps = self._transitions.get(path, {})
        seen = set()
        while recorded != now and recorded in steps and recorded not in seen:
            seen.add(recorded)
            recorded = steps[recorded]
        return recorded == now

    @cached_property
    def unfinished(self) -> dict[tuple[StepKey, int], JobStart]:
        """Started processes without an end; also those of forgotten steps."""
        return {
            (key, index): JobStart(
                key, index, runner, event.get("host", ""), event.get("handle", ""), event.get("process_start")
            )
            for (key, index), (event, runner) in self._started.items()
        }

    @cached_property
    def taken(self) -> Mapping[str, frozenset[StepKey]]:
        """The steps that took each file as input, with a job that ended well.

        The step itself may have been interrupted: its jobs that have moved their inputs need them no more.
        """
        found: dict[str, set[StepKey]] = {}
        for key, _, record in self._records():
            if record.ok:
                for path in record.input_paths:
                    found.setdefault(path, set()).add(key)
        return {path: frozenset(keys) for path, keys in found.items()}

    @cached_property
    def rewritten(self) -> Mapping[str, Mapping[StepKey, int]]:
        """The steps that changed each file in place, with the last line that says so."""
        found: dict[str, dict[StepKey, int]] = {}
        for key, _, record in self._records():
            if record.ok:
                for path in record.rewritten:
                    steps = found.setdefault(path, {})
                    steps[key] = max(steps.get(key, 0), record.sequence)
        return found

    @cached_property
    def producers(self) -> Mapping[str, tuple[StepKey, int]]:
        """The job that left each file first: not those that changed it in place."""
        found: dict[str, tuple[StepKey, int]] = {}
        for key, index, record in self._records():
            inputs = set(record.input_paths)
            for path in record.product_paths:
                if path not in inputs:
                    found.setdefault(path, (key, index))
        return found

    @cached_property
    def steps_that_take(self) -> Mapping[StepKey, StepRecord]:
        """The steps that were given whole mapfiles by path."""
        return {key: step for key, step in self.steps.items() if step.takes}

    def forget(self, key: StepKey) -> tuple[StepKey, ...]:
        """Forget a step and all after it; return them.

        Mapfiles that they overwrote become due for `restore`.

        Parameters
        ----------
        key
            The step.
        """
        if key not in self.steps:
            return ()
        place = self.order.index(key)
        kept, gone = self.order[:place], tuple(self.order[place:])
        recipes = sum(self.steps[one].kind == "recipe" for one in kept)
        self.adopted = self.adopted[:recipes]
        for one in reversed(gone):
            self._restore.update(self.steps.pop(one).before)
            self.jobs.pop(one, None)
        self.interrupted = {job for job in self.interrupted if job[0] in self.steps}
        self.order = kept
        self._place = min(self._place, len(kept))
        for name in ("taken", "rewritten", "producers", "steps_that_take"):
            self.__dict__.pop(name, None)
        return gone

    def findings(self, path: str) -> list[Finding]:
        """Return warnings for lines of the journal at `path` that cannot be read."""
        hint = "what they said is taken as not having happened: those jobs run again"
        return [
            Finding(
                Severity.WARNING,
                "damaged-journal",
                "this line of the journal cannot be read",
                Location(path, line),
                hint,
            )
            for line in self.damaged[:10]
        ]

    def _records(self) -> Iterator[tuple[StepKey, int, JobRecord]]:
        for key in self.order:
            for index, record in self.jobs.get(key, {}).items():
                yield key, index, record

    def _run_started(self, event: Event) -> None:
        process = ProcessId(event["host"], event["pid"], event.get("process_start"), event.get("boot", ""))
        options = event.get("options", {})
        self.runs.append(
            RunRecord(
                event["start_time"],
                process,
                event.get("version", ""),
                event.get("parset", ""),
                event.get("parset_digest", ""),
                options,
                event.get("time", ""),
                line=self._line,
                about=RunAbout(
                    tuple(event.get("steps", ())),
                    tuple(event.get("selection", ())),
                    event.get("software", {}),
                    event.get("setup", {}),
                    event.get("preflight", 0.0),
                ),
            )
        )
        self._place = 0
        self._restore = {}
        self.forgot = False

    def _run_finished(self, event: Event) -> None:
        self.runs[-1] = self.runs[-1]._replace(status=event["status"], ended=event.get("time", ""))

    def _text(self, event: Event) -> None:
        self.texts[event["digest"]] = event["text"]

    def _key(self, event: Event) -> StepKey:
        if "passes" in event:
            return StepKey(event["step"], tuple(event["passes"]))
        name = event["step"]
        key = self._keys.get(name)
        if key is None:
            key = self._keys[name] = StepKey(name)
        return key

    def _step_started(self, event: Event) -> None:
        key = self._key(event)
        program = event.get("program")
        self._enter(key)
        self.steps[key] = StepRecord(
            key,
            event["kind"],
            event.get("task", ""),
            event.get("basis", ""),
            tuple(event.get("takes", ())),
            FileStamp(*program) if program else None,
            event.get("maps", {}),
            began=event.get("time", ""),
            line=self._line,
            planned=tuple(event["jobs"]) if "jobs" in event else None,
            environment=event.get("environment", {}),
        )
        self.jobs.setdefault(key, {})

    def _enter(self, key: StepKey) -> None:
        """Put a step behind the one that this run started before it, unless it has its place already."""
        if key in self.steps:
            following = self.order[self._place : self._place + 1] == [key]
            self._place = max(self._place, self._place + 1 if following else self.order.index(key) + 1)
            return
        self.order.insert(self._place, key)
        self._place += 1

    def _job_started(self, event: Event) -> None:
        key, index = self._key(event), event["index"]
        job = (key, index)
        self._started[job] = (event, self.runs[-1].process if self.runs else None)
        if key in self.jobs:
            # What it left the time before may be half overwritten.
            self.jobs[key].pop(index, None)
            self.interrupted.add(job)

    def _job_finished(self, event: Event) -> None:
        key, index = self._key(event), event["index"]
        job = (key, index)
        self.interrupted.discard(job)
        start, _ = self._started.pop(job, (event, None))
        get = event.get
        record = JobRecord(
            intern(event["status"]),
            start.get("fingerprint", "") or get("fingerprint", ""),
            self.steps[key].basis if key in self.steps else "",
            get("products", ()),
            get("inputs", ()),
            get("changed", ()),
            get("returncode"),
            get("started", 0.0),
            get("duration", 0.0),
            get("cpu"),
            get("memory"),
            get("results", _NOTHING),
            get("reason", ""),
            self._line,
        )
        for product in record.products:
            self.written.add(product[0])
            if self.removed:
                self.removed.pop(product[0], None)
        for path, *stamps in record.changed:
            before, after = Stamp(*stamps[:2]), Stamp(*stamps[2:])
            self._transitions.setdefault(path, {})[before] = after
        if key in self.steps:
            self.jobs[key][index] = record

    def _step_finished(self, event: Event) -> None:
        key = self._key(event)
        self.steps[key] = self.steps[key]._replace(
            status=event["status"],
            result=event.get("result", {}),
            after=event.get("maps", {}),
            reason=event.get("reason", ""),
            adopted=event.get("adopted", False),
            sequence=self._line,
            ended=event.get("time", ""),
        )

    def _statefile(self, event: Event) -> None:
        name = event["digest"]
        self.statefile = (
            StatefileMark(name, "") if event["written"] else self.statefile._replace(announced=name)
        )

    def _adopted(self, event: Event) -> None:
        self.adopted = tuple(AdoptedStep(task, step, result) for task, step, result in event["steps"])

    def _forgotten(self, event: Event) -> None:
        self.forget(self._key(event))
        self.forgot = True

    def _removed(self, event: Event) -> None:
        self.removed.update((path, size) for path, size in event["files"])


def reset(history: History, recorder: Recorder, step: str) -> tuple[StepKey, ...]:
    """Forget a step and all after it, here and in the journal; return what was forgotten.

    Parameters
    ----------
    history
        The past.
    recorder
        Writes the journal.
    step
        The step's name as it runs; of one in a loop its first pass.

    Raises
    ------
    StateError
        If no step of this name has run.
    """
    key = next((one for one in history.order if one.step == step), None)
    if key is None:
        known = {one.step for one in history.order}
        raise StateError(f"no step {step!r} has run here", hint=did_you_mean(step, known))
    recorder.forgotten(key, "reset")
    return history.forget(key)
