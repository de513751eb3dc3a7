"""The passes of a loop in a plan: which are shown, and what holds after them if nobody knows their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...pipeline import Step
from ...recipes.unknown import OpenResult, Unknown, is_marked
from ..truth import is_true

if TYPE_CHECKING:
    from .overlay import Overlay
    from .planner import Planner

#: A loop of so many passes is shown whole, a longer one by its first pass.
SHOWN = 3
#: So many passes are planned.
LONGEST = 100


class PassStates:
    """What the steps of a loop's body leave, pass by pass.

    Parameters
    ----------
    loop
        The loop's step.
    overlay
        The plan's mapfiles.
    """

    def __init__(self, loop: Step, overlay: Overlay) -> None:
        self.loop = loop
        self.number = 0
        #: Whether a step asked to end the loop, as far as known.
        self.asked = False
        #: Whether there are more passes than are planned.
        self.is_cut = False
        #: Why nobody knows whether this pass runs at all.
        self.conditions: list[Unknown] = []
        self._overlay = overlay
        self._doubts: list[Unknown] = []
        self._versions: list[dict[str, int]] = []
        self._results: list[dict[str, Any]] = []

    def begin(self, number: int) -> None:
        """Begin a pass."""
        self.number = number
        self.conditions = list(self._doubts)

    def saw(self, step: Step, result: Mapping[str, object]) -> None:
        """Look at the result of a step of the body for what it says of the loop (contract 6.4)."""
        if step.kind == "loop" or "break" not in result:
            return
        value = result["break"]
        if isinstance(value, str) and is_marked(value):
            reason = f"step {step.name} may have ended loop {self.loop.name}"
            doubt = Unknown(f"{step.name}.output.break", reason)
            if doubt not in self._doubts:
                self._doubts.append(doubt)
        elif is_true(value):
            self.asked = True

    def end(self, planner: Planner) -> None:
        """End a pass."""
        if self._doubts or (self.loop.loopcount or 0) > LONGEST:
            self._versions.append(dict(self._overlay.versions))
            self._results.append(
                {
                    name: dict(result.known if isinstance(result, OpenResult) else result)
                    for name, result in planner.results.items()
                    if name != self.loop.name
                }
            )

    def settle(self, planner: Planner) -> None:
        """Take back what is only known if the number of passes is."""
        if not self._doubts and not self.is_cut:
            return
        if self._doubts:
            reason = self._doubts[0].reason
        else:
            reason = f"loop {self.loop.name} has more than {LONGEST} passes"
        for path in _differing(self._versions):
            self._overlay.forget(path, reason)
        steps = {step.name: step for step in planner.pipeline.walk()}
        for name in _differing(self._results):
            step = steps.get(name, self.loop)
            planner.enter(name, planner.unknown_result(step, reason))


def _differing(states: list[dict[str, Any]]) -> list[str]:
    """Return what is not the same after every pass."""
    names = dict.fromkeys(name for state in states for name in state)
    return [name for name in names if any(state.get(name) != states[0].get(name) for state in states)]
