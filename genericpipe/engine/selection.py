"""Which steps of a pipeline are wanted: from one, until one, or one alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..errors import StateError, UsageError, did_you_mean
from ..kinds.services import Result
from ..pipeline import Pipeline, Step
from ..pipeline.step import walk
from ..recipes.job import Job
from .journal.records import StepKey
from .journal.stamps import Presence, paths_in
from .resume.past import Past


@dataclass
class Selection:
    """What ``--from``, ``--until`` and ``--only`` ask for; steps are named as they run.

    Parameters
    ----------
    first, last
        The first and the last step that are wanted; empty for no limit.
    """

    first: str = ""
    last: str = ""
    _begun: bool = field(default=False, init=False)
    _ended: bool = field(default=False, init=False)

    def check(self, pipeline: Pipeline, forced: tuple[str, ...] = ()) -> None:
        """Refuse names that no step has, and a last step that comes before the first.

        Raises
        ------
        UsageError
            Names the nearest, or both.
        """
        known = [step.name for step in pipeline.walk()]
        for name in (self.first, self.last, *forced):
            if name and name not in known:
                hint = did_you_mean(name, known) or f"there is: {_some(known)}"
                raise UsageError(f"there is no step {name!r}", hint=hint)
        backwards = self.first and self.last and known.index(self.last) < known.index(self.first)
        if backwards and not self._meet(pipeline):
            raise UsageError(
                f"step {self.last!r} comes before step {self.first!r}: nothing lies between them",
                hint=f"--from {self.last} --until {self.first}",
            )

    def _meet(self, pipeline: Pipeline) -> bool:
        """Return whether the last step can still end after the first: around it, or in a later pass."""
        around = (step for step in pipeline.walk() if step.name == self.last or step.kind != "pipeline")
        return any({self.first, self.last} <= {one.name for one in walk((step,))} for step in around)

    def afresh(self) -> Selection:
        """Return the same for another walk through the pipeline."""
        return Selection(self.first, self.last)

    def wants(self, step: Step) -> bool:
        """Return whether the step whose turn it is has to run.

        Until the last step is done, loops and sub-pipelines are walked into: their steps are asked
        one by one.
        """
        if not self._begun and (not self.first or step.name == self.first):
            self._begun = True
        return not self._ended and (self._begun or bool(step.body))

    def passed(self, step: Step, key: StepKey, past: Past) -> Result:
        """Return what an earlier run left of a step that is not wanted now.

        Raises
        ------
        StateError
            If a step before the first has left nothing.
        """
        result = past.passed(step, key)
        if result is not None:
            return result
        if self._ended:
            return {}
        raise StateError(
            f"step {step.name!r} has not run yet, and step {self.first!r} comes after it",
            step.location,
            f"run it first: --until {step.name}",
        )

    def check_inputs(self, step: Step, jobs: Iterable[Job], past: Past) -> None:
        """Refuse to start jobs on files that a step before the first has made and that are gone.

        Raises
        ------
        StateError
            Names the file and the step that makes it.
        """
        if not self.first:
            return
        present = Presence()
        for job in jobs:
            for path in paths_in(job.inputs):
                maker = past.history.producers.get(path)
                if maker is not None and path not in present:
                    raise StateError(
                        f"step {step.name!r}: its input {path} is not there; step {str(maker[0])!r} makes it",
                        step.location,
                        f"begin there: --from {maker[0].step}",
                    )

    def end(self, step: Step) -> None:
        """Note that a step is done."""
        if self.last and step.name == self.last:
            self._ended = True


def _some(names: Sequence[str], most: int = 10) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
