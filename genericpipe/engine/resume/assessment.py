"""A look ahead, before anything runs: which finished steps would run again, why, and whether they may."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ...errors import Location, StateError
from ..journal.history import History
from ..journal.records import AdoptedStep, StepKey
from ..journal.stamps import Presence, paths_in
from .fingerprint import Fingerprints
from .resume import NEW, Conflict, Jobs, Resume, StepDecision


@dataclass(frozen=True)
class Planned:
    """A step that was recorded, as it would be now; the fields are the parameters of `Resume.consider`.

    One that is not `wanted` (``--from``, ``--until``) stays as it is, whatever has changed.
    """

    key: StepKey
    work: Jobs
    basis: str = ""
    takes: Collection[str] = ()
    adopted: AdoptedStep | None = None
    location: Location | None = None
    wanted: bool = True


@dataclass(frozen=True)
class Assessment:
    """What a resume would do.

    Parameters
    ----------
    decisions
        What becomes of each step, in order. As long as nothing has run and no plugin gave another result,
        they hold for the run itself.
    needed
        Jobs that have to run because a later one wants back a product that is gone.
    locations
        Where the steps stand.
    """

    decisions: Mapping[StepKey, StepDecision]
    needed: Mapping[tuple[StepKey, int], str] = field(default_factory=dict)
    locations: Mapping[StepKey, Location | None] = field(default_factory=dict)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What forbids to resume."""
        return tuple(conflict for one in self.decisions.values() for conflict in one.conflicts)

    def lines(self) -> list[str]:
        """Return a line for each step of which something runs again, to be told before anything does."""
        return [str(one) for one in self.decisions.values() if one.again]

    def check(self) -> None:
        """Refuse to resume where a step would read what later ones have changed.

        Raises
        ------
        StateError
            Names the step, the file and who changed it.
        """
        for decision in self.decisions.values():
            refuse(decision, self.locations.get(decision.key))


def refuse(decision: StepDecision, location: Location | None = None) -> None:
    """Refuse to run a step on files that later, finished steps have changed in place.

    Raises
    ------
    StateError
        Names both steps and the file.
    """
    if not decision.conflicts:
        return
    first = decision.conflicts[0]
    reason = next(iter(decision.run.values()))
    more = len(decision.conflicts) - 1
    others = f" (and {more} more later step{'s' if more > 1 else ''})" if more else ""
    raise StateError(
        f"{first}{others}; it would run because: {reason}",
        location,
        f"reset the step that made the file and so make it anew, or use --force {first.step.step} "
        "to run on the file as it is now",
    )


def assess(
    history: History,
    fingerprints: Fingerprints,
    steps: Iterable[Planned],
    force: Collection[str] = (),
    retry_failed: bool = False,
) -> Assessment:
    """Decide for all recorded steps, in order, before anything runs.

    Each is bound with the recorded results of those before it. A job that runs again needs its inputs: where
    one is gone, taken by the very steps that now repeat, the job that made it runs again too.

    Parameters
    ----------
    history
        What the journal says.
    fingerprints
        With all start times of the history and of this run.
    steps
        The steps in order.
    force, retry_failed
        As for `Resume`.
    """
    planned = list(steps)
    needed: dict[tuple[StepKey, int], str] = {}
    while True:
        resume = Resume(history, fingerprints, force, retry_failed, needed)
        decisions = {}
        for one in planned:
            if one.wanted:
                decisions[one.key] = resume.consider(one.key, one.work, one.basis, one.takes, one.adopted)
            else:
                resume.passed(one.key)
        wanted = _wanted(history, planned, decisions, resume)
        if not wanted.keys() - needed.keys():
            return Assessment(decisions, needed, {one.key: one.location for one in planned})
        needed = {**wanted, **needed}


def _wanted(
    history: History,
    planned: Sequence[Planned],
    decisions: Mapping[StepKey, StepDecision],
    resume: Resume,
) -> dict[tuple[StepKey, int], str]:
    """Return the jobs whose products are gone and are wanted by jobs that run once more."""
    present = Presence()
    wanted: dict[tuple[StepKey, int], str] = {}
    for one in planned:
        for index, reason in decisions[one.key].run.items() if one.wanted else ():
            if reason == NEW and not history.removed:
                continue
            for path in paths_in(one.work.job(index).inputs):
                if path in present or path in resume.remade:
                    continue
                if reason == NEW and path not in history.removed:
                    continue
                maker = history.producers.get(path)
                if maker is not None and maker[0] in decisions and maker[1] in decisions[maker[0]].reused:
                    wanted[maker] = f"step {str(one.key)!r} needs its product again: {path}"
    return wanted
