"""Which steps of a pipeline are wanted: from one, until one, or one alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import StateError, UsageError, did_you_mean
from ..kinds.services import Result
from ..pipeline import Pipeline, Step
from .past import Past
from .records import StepKey


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
        """Refuse names that no step has.

        Raises
        ------
        UsageError
            Names the nearest.
        """
        known = [step.name for step in pipeline.walk()]
        for name in (self.first, self.last, *forced):
            if name and name not in known:
                raise UsageError(f"there is no step {name!r}", hint=did_you_mean(name, known))

    def begin(self, step: Step, key: StepKey, past: Past) -> Result | None:
        """Return what a step gave in an earlier run, if it is not wanted now; None for one that is to run.

        Raises
        ------
        StateError
            If a step before the first has no recorded result.
        """
        if not self._begun and (not self.first or step.name == self.first):
            self._begun = True
        if step.body and not self._ended:
            return None  # a loop or a sub-pipeline: its own steps are asked one by one
        if self._begun and not self._ended:
            return None
        record = past.recorded(key)
        if record is not None:
            past.maps.forward(key)
            return record.result
        if self._ended:
            return {}
        raise StateError(
            f"step {step.name!r} has not run yet, and step {self.first!r} comes after it",
            step.location,
            f"run it first: --until {step.name}",
        )

    def end(self, step: Step) -> None:
        """Note that a step is done."""
        if self.last and step.name == self.last:
            self._ended = True
