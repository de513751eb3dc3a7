"""Which of a run's findings have not been told yet."""

from __future__ import annotations

from collections.abc import Iterator

from ..engine.run import Run
from ..errors import Finding


class Heard:
    """What one listener has heard; the same finding about thousand jobs is told once.

    Parameters
    ----------
    run
        The run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._seen = 0
        self._told: set[Finding] = set()

    def new(self) -> Iterator[Finding]:
        """Yield what was noticed since the last call and never told before."""
        while self._seen < len(self._run.findings):
            finding = self._run.findings[self._seen]
            self._seen += 1
            if finding not in self._told:
                self._told.add(finding)
                yield finding
