"""A walk over the steps that are recorded, with what they gave, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...errors import Finding, GenericPipeError
from ...kinds.services import Passes, Result
from ...pipeline import Step
from ...pipeline.vocabulary import Vocabulary
from ...recipes.executable_args import Work
from ...recipes.job import Job, Outcome, Status
from ..run import Run
from ..selection import Selection
from ..steploop import StepLoop
from .assessment import Planned
from .past import Past


class _End(Exception):
    """The first step whose result nobody knows yet."""


class Retrace(StepLoop):
    """Follows an earlier run: recorded steps give their recorded results, nothing is run or written but maps.

    Parameters
    ----------
    run
        The run that begins.
    vocabulary
        What is plugged in.
    past
        What is recorded.
    selection
        Which steps are wanted; the others stay as they are.
    """

    def __init__(self, run: Run, vocabulary: Vocabulary, past: Past, selection: Selection) -> None:
        super().__init__(run, vocabulary)
        self._past = past
        self._selection = selection
        self._wanted = True
        self._planned: list[Planned] = []

    def follow(self) -> list[Planned]:
        """Return the recorded recipe steps, in order, as they would be now.

        The walk ends where a step has no recorded result, or cannot be prepared any more: the run itself will
        tell why.
        """
        try:
            self.run_steps(self.pipeline.steps)
        except (_End, GenericPipeError):
            pass
        return self._planned

    def _run_step(self, step: Step, passes: Passes) -> Result:
        self._wanted = self._selection.wants(step)
        result = super()._run_step(step, passes)
        self._selection.end(step)
        return result

    def run_work(self, work: Work) -> Result:
        """Note what the step would do, and return what it gave."""
        planned = replace(self._past.planned(self.step, self.key, work), wanted=self._wanted)
        self._planned.append(planned)
        record = self._past.recorded(self.key)
        self._past.maps.forward(self.key)
        if record is not None:
            return record.result
        if planned.adopted is not None:
            return planned.adopted.result
        raise _End

    def run_alone(self, step: Step, job: Job, foretold: Mapping[str, str] | None = None) -> Outcome:
        """Return what the plugin gave."""
        record = self._past.recorded(self.key)
        if record is None:
            raise _End
        self._past.maps.forward(self.key)
        return Outcome(Status.REUSED, results=_texts(record.result))

    def note(self, finding: Finding) -> None:
        """Say nothing: the run itself will."""


def _texts(result: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in result.items()}
