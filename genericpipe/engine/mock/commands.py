"""``commands.jsonl``: every command line of a mock run, a line each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import Location, StateError
from ...pipeline import Step
from ...recipes.job import Job, Outcome
from ..folder.mocks import COMMANDS


class Commands:
    """Writes the file.

    Parameters
    ----------
    folder
        The job folder.

    Raises
    ------
    StateError
        If it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / COMMANDS
        try:
            self._file = path.open("w", encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise StateError(f"the file cannot be written: {error.strerror}", Location(str(path))) from None

    def note(
        self, step: Step, job: Job, outcome: Outcome, made: Sequence[str] = (), stand_in: bool = False
    ) -> None:
        """Write the line of a job that has ended.

        Parameters
        ----------
        step
            Its step.
        job
            The job as it would have been run.
        outcome
            What became of it.
        made
            The products that were made in the place of its own.
        stand_in
            Whether something stood in for a step plugin that is not there.
        """
        self.write(
            {
                "step": step.name,
                "passes": list(job.identity.passes),
                "index": job.identity.index,
                "kind": kind_of(job),
                "type": step.type,
                "argv": list(job.argv),
                "host": job.host,
                "environment": dict(job.environment),
                "working_directory": str(job.working_directory),
                "files": dict(job.files),
                "inputs": list(job.inputs),
                "outputs": list(job.products),
                "made": list(made),
                "stand_in": stand_in,
                "status": outcome.status.value,
                "reason": outcome.reason,
                "results": dict(outcome.results),
            }
        )

    def write(self, line: Mapping[str, Any]) -> None:
        """Write one line."""
        self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        """Write what is left and close the file."""
        self._file.close()


def kind_of(job: Job) -> str:
    """Return what a job is: a program, a Python script, or a step plugin."""
    if job.call is None:
        return "program"
    return "plugin" if job.call.is_step_plugin else "script"
