"""Taking over a run that LOFAR's own framework began: its steps are known by task alone."""

from __future__ import annotations

from ...errors import Location, StateError
from ..journal.history import History
from ..journal.records import AdoptedStep, StepKey


class Adoption:
    """Gives each recipe step its entry of the statefile that was adopted, in order, as LOFAR's own does.

    Parameters
    ----------
    history
        What the journal says; take a new `Adoption` for each walk through the pipeline.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._next = 0

    def take(self, key: StepKey, task: str, location: Location | None = None) -> AdoptedStep | None:
        """Return what was finished of the recipe step whose turn it is; None where the journal knows more.

        Parameters
        ----------
        key
            The step.
        task
            Its task.
        location
            Where it stands.

        Raises
        ------
        StateError
            If another step was finished in this place.
        """
        if self._next >= len(self._history.adopted):
            return None
        entry = self._history.adopted[self._next]
        # Entries of jobs that gave no ``ok.mapfile`` have no name; the task has to do then (contract 11).
        if entry.task != task or entry.step not in ("", key.step):
            done = f"{entry.step!r} ({entry.task})" if entry.step else f"of task {entry.task!r}"
            raise StateError(
                f"stored state does not match pipeline definition: step {str(key)!r} ({task}) stands where "
                f"the adopted statefile has the step {done}",
                location,
                "put the steps back in that order, or cut the statefile before the change",
            )
        self._next += 1
        return None if key in self._history.steps else entry
