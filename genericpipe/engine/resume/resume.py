"""Which jobs of a step need not run again, and why the others do (design: State and resume)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ...recipes.job import Job, Outcome, Status
from ..journal.history import History
from ..journal.records import AdoptedStep, JobRecord, StepKey, StepRecord
from ..journal.stamps import Presence, Stamp, paths_in, stamp_of
from .fingerprint import Fingerprints, difference
from .remade import Remade

NEW = "new"
INTERRUPTED = "was interrupted"
FAILED = "failed before"
STOPPED = "was stopped"
FORCED = "asked for (--force)"


class Jobs(Protocol):
    """The jobs of a step, made one by one.

    `recipes.executable_args.Work` is one; so is a wrapper of it that lets plugins change each job.
    """

    @property
    def indices(self) -> Sequence[int]:
        """The entries that have a job."""
        ...

    def job(self, index: int) -> Job:
        """Return the job of one entry."""
        ...


@dataclass(frozen=True, slots=True)
class Conflict:
    """A step that would have to run again on a file that is no longer what it was.

    Parameters
    ----------
    step
        The step to run again.
    file
        What it reads.
    changed_by
        The later, finished step that changed the file in place; or the step itself, which would do so twice.
    """

    step: StepKey
    file: str
    changed_by: StepKey

    def __str__(self) -> str:
        if self.changed_by == self.step:
            return (
                f"step {str(self.step)!r} would run again on {self.file}, "
                "which it has changed in place already"
            )
        return (
            f"step {str(self.step)!r} would run again on {self.file}, which the later step "
            f"{str(self.changed_by)!r} has changed in place"
        )


@dataclass(frozen=True)
class StepDecision:
    """What is to happen with the jobs of a step.

    Parameters
    ----------
    key
        The step.
    run
        The jobs to run, by index, each with the reason.
    reused
        The jobs whose record holds.
    record
        What is known of the step itself; None where it never started.
    whole
        Whether the step need not do anything at all: its recorded result and mapfiles hold.
    conflicts
        Why it must not run.
    """

    key: StepKey
    run: Mapping[int, str]
    reused: Mapping[int, JobRecord]
    record: StepRecord | None
    whole: bool
    conflicts: tuple[Conflict, ...] = ()

    @property
    def again(self) -> bool:
        """Whether jobs run that have run before."""
        return any(reason != NEW for reason in self.run.values())

    def outcomes(self) -> dict[int, Outcome]:
        """Return the outcomes of the jobs that do not run."""
        return {index: record.outcome() for index, record in self.reused.items()}

    def __str__(self) -> str:
        total = len(self.run) + len(self.reused)
        counts: dict[str, int] = {}
        examples: dict[str, str] = {}
        for reason in self.run.values():
            kind = reason.partition(":")[0]
            counts[kind] = counts.get(kind, 0) + 1
            examples.setdefault(kind, reason)
        reasons = ", ".join(
            examples[kind] if len(counts) == 1 and count == 1 else f"{examples[kind]} ({count})"
            for kind, count in counts.items()
        )
        return f"step {str(self.key)!r}: {len(self.run)} of {total} jobs run again: {reasons}"


@dataclass
class Resume:
    """Decides step by step, in the order in which the steps run.

    It remembers what is going to be made again. Take a new one for each walk through the pipeline.

    Parameters
    ----------
    history
        What the journal says.
    fingerprints
        Makes fingerprints, with all start times of the history and of this run.
    force
        Steps that run again whatever is recorded, in-place changes by later steps notwithstanding.
    retry_failed
        Whether failures that a step tolerated are tried again.
    needed
        Jobs that have to run because a later one wants their product back, with the reason (see `assess`).
    """

    history: History
    fingerprints: Fingerprints
    force: Collection[str] = ()
    retry_failed: bool = False
    needed: Mapping[tuple[StepKey, int], str] = field(default_factory=dict)
    _walked: set[StepKey] = field(default_factory=set)
    remade: Remade = field(init=False)

    def __post_init__(self) -> None:
        self.remade = Remade(self.history)

    def consider(
        self,
        key: StepKey,
        work: Jobs,
        basis: str = "",
        takes: Collection[str] = (),
        adopted: AdoptedStep | None = None,
    ) -> StepDecision:
        """Decide for each job of a step.

        Parameters
        ----------
        key
            The step.
        work
            Its jobs as they would be now.
        basis
            What they follow from (`Fingerprints.basis_of`); empty where each fingerprint has to be made.
        takes
            Steps whose mapfiles it is given by path: it may read any of their products.
        adopted
            What LOFAR's own framework left of it (`Adoption.take`).
        """
        self._walked.add(key)
        step = self.history.steps.get(key)
        if step is None and adopted is not None:
            done = Status.DONE.value
            step = StepRecord(key, "recipe", adopted.task, status=done, result=adopted.result, adopted=True)
        look = _Look(self, key, work, basis, step, takes)
        run: dict[int, str] = {}
        reused: dict[int, JobRecord] = {}
        records = self.history.jobs.get(key, {})
        trusted = step is not None and step.adopted and not records
        for index in work.indices:
            record = records.get(index)
            reason = look.adopted(index) if trusted else look.reason(index, record)
            if reason:
                run[index] = reason
            elif record is not None:
                reused[index] = record
        conflicts = self._enter(key, work, run, records)
        holds = trusted or (basis != "" and step is not None and basis == step.basis)
        whole = not run and step is not None and step.done and holds and len(records) == len(reused)
        return StepDecision(key, run, reused, step, whole and look.maps_are_there(), conflicts)

    def passed(self, key: StepKey) -> None:
        """Say that a step is left as it is, wanted or not: it stands before those that are walked next."""
        self._walked.add(key)
        self.remade.walked(key, self.history.jobs.get(key, {}))

    def made_again(self, name: str) -> None:
        """Say that a step without jobs of its own, a plugin's, gave another result than it did before."""
        self.remade.step_again(name)

    def _enter(
        self, key: StepKey, work: Jobs, run: Collection[int], records: Mapping[int, JobRecord]
    ) -> tuple[Conflict, ...]:
        """Note what the jobs to run will make again; return what forbids them."""
        found: dict[StepKey, Conflict] = {}
        made: list[tuple[list[str], list[str]]] = []
        # Where nothing that is recorded comes after this step, nobody asks for what it makes again.
        ahead = any(one not in self._walked for one in reversed(self.history.order))
        twice = None if key.step in self.force else self._twice(key, run, records)
        for index in run if ahead else ():
            job = work.job(index)
            inputs = paths_in(job.inputs)
            record = records.get(index)
            products = paths_in(job.products) + (record.product_paths if record else [])
            made.append((inputs, products))
            if key.step not in self.force:
                for path in inputs:
                    for changer, line in self.history.rewritten.get(path, {}).items():
                        if changer not in self._walked and not self.remade.afresh_since(path, line):
                            found.setdefault(changer, Conflict(key, path, changer))
        if twice is not None:
            found[key] = twice
        for inputs, products in made:
            self.remade.again(inputs, products)
        if run:
            self.remade.step_again(key.step)
        self.remade.walked(key, records)
        return tuple(found.values())

    def _twice(self, key: StepKey, run: Collection[int], records: Mapping[int, JobRecord]) -> Conflict | None:
        """Return what a step that works in place would do a second time to a file it was done with.

        One that failed or was interrupted has to be tried again on what there is.
        """
        for index in run:
            record = records.get(index)
            if record is not None and record.ok:
                for path in record.rewritten:
                    if not self.remade.afresh_since(path, record.sequence):
                        return Conflict(key, path, key)
        return None


class _Look:
    """Looks at the jobs of one step, with what it saw of the files."""

    def __init__(
        self,
        resume: Resume,
        key: StepKey,
        work: Jobs,
        basis: str,
        step: StepRecord | None,
        takes: Collection[str],
    ) -> None:
        self._resume = resume
        self._history = resume.history
        self._key = key
        self._work = work
        self._basis = basis
        self._step = step
        self._finished = step is not None and step.done
        self._forced = key.step in resume.force
        self._takes = takes
        self._remade = resume.remade
        self._present = Presence()
        self._stamps: dict[str, Stamp | None] = {}
        self._maps: bool | None = None

    def reason(self, index: int, record: JobRecord | None) -> str:
        """Return why a job runs; empty where its record holds."""
        if self._forced and (record is not None or self._step is not None):
            return FORCED
        if record is None:
            return INTERRUPTED if (self._key, index) in self._history.interrupted else NEW
        if not record.ok and (self._resume.retry_failed or not self._finished):
            return STOPPED if record.status == Status.CANCELLED else FAILED
        return (
            self._changed(index, record)
            or self._resume.needed.get((self._key, index), "")
            or (self._lost(record) if record.ok else "")
            or self._taken(record.sequence)
            or self._input(record)
        )

    def adopted(self, index: int) -> str:
        """Return why a job of a step runs that LOFAR's own framework finished: it knew steps, not jobs."""
        if self._forced:
            return FORCED
        if self._maps is None:
            self._maps = self.maps_are_there()
        if not self._maps:
            return "its mapfile is gone"
        assert self._step is not None
        line = self._step.sequence
        return self._taken(line) or next(
            (
                f"an input was made again: {path}"
                for path in paths_in(self._work.job(index).inputs)
                if self._remade.since(path, line)
            ),
            "",
        )

    def maps_are_there(self) -> bool:
        """Return whether the mapfiles that the step gave still exist."""
        if self._step is None:
            return False
        result = self._step.result
        return all(str(value) in self._present for name, value in result.items() if name.endswith("mapfile"))

    def _changed(self, index: int, record: JobRecord) -> str:
        if self._basis and self._basis == record.basis:
            return ""
        return difference(record.fingerprint, self._resume.fingerprints.of(self._work.job(index)))

    def _lost(self, record: JobRecord) -> str:
        for product in record.products:
            path = product[0]
            if path not in self._present and not self._taken_later(path):
                return f"product lost: {path}"
        return ""

    def _taken_later(self, path: str) -> bool:
        """Return whether a finished job of a later step had the file: pipelines move what they read."""
        history = self._history
        if any(key not in self._resume._walked for key in history.taken.get(path, ())):
            return True
        return any(
            self._key.step in step.takes and step.done and key not in self._resume._walked
            for key, step in history.steps_that_take.items()
        )

    def _taken(self, line: int) -> str:
        name = next((name for name in self._takes if self._remade.step_since(name, line)), "")
        return f"an input was made again: the files of step {name!r}" if name else ""

    def _input(self, record: JobRecord) -> str:
        for one in record.inputs:
            path = one if isinstance(one, str) else one[0]
            if self._remade.since(path, record.sequence):
                return f"an input was made again: {path}"
            if isinstance(one, str) or path in self._history.written:
                continue
            if path not in self._stamps:
                self._stamps[path] = stamp_of(path)
            now = self._stamps[path]
            # One that is gone is none to make anything from; what was made of it still holds.
            then = Stamp(one[1], one[2])
            if now is not None and now != then and not self._history.explains(path, then, now):
                return f"input changed: {path}"
        return ""
