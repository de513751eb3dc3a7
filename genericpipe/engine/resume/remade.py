"""Which files a walk through the pipeline finds made again, in this run or in one that was killed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..journal.history import History
from ..journal.records import JobRecord, StepKey


class Remade:
    """Files that steps make again, or have made again since later steps read them.

    What a run made again and did not carry to the steps behind it, because it was killed, stands in the
    journal: a record of an earlier step on a later line than that of the job that read the file.

    Parameters
    ----------
    history
        What the journal says.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._again: set[str] = set()
        self._afresh: set[str] = set()
        self._steps: set[str] = set()
        self._walked: list[StepKey] = []
        self._line = 0
        self._lines: dict[str, int] = {}
        self._fresh_lines: dict[str, int] = {}
        self._step_lines: dict[str, int] = {}

    def __contains__(self, path: object) -> bool:
        """Return whether a step walked so far is going to make a file again."""
        return path in self._again

    def walked(self, key: StepKey, records: Mapping[int, JobRecord]) -> None:
        """Note that a step has been passed, with what is recorded of its jobs."""
        if records:
            line = max(record.sequence for record in records.values())
            self._walked.append(key)
            self._line = max(self._line, line)
            self._step_lines[key.step] = max(self._step_lines.get(key.step, 0), line)

    def again(self, inputs: Iterable[str], products: Iterable[str]) -> None:
        """Note that a job is going to run: its products are made again, afresh if it does not read them."""
        self._again.update(products)
        self._afresh.update(set(products) - set(inputs))

    def step_again(self, name: str) -> None:
        """Note that something of a step runs again."""
        self._steps.add(name)

    def since(self, path: str, line: int) -> bool:
        """Return whether a step walked so far makes a file again, or has after a line of the journal."""
        return path in self._again or (line < self._line and self._made(path) > line)

    def afresh_since(self, path: str, line: int) -> bool:
        """Return the same of a file that is made from others: nothing of what was done to it stays."""
        if path in self._afresh:
            return True
        self._made(path)
        return self._fresh_lines.get(path, 0) > line

    def step_since(self, name: str, line: int) -> bool:
        """Return whether files of a step are made again, or have been after a line of the journal."""
        return name in self._steps or self._step_lines.get(name, 0) > line

    def _made(self, path: str) -> int:
        for key in self._walked:
            for record in self._history.jobs.get(key, {}).values():
                inputs = set(record.input_paths)
                for product in record.product_paths:
                    self._lines[product] = max(self._lines.get(product, 0), record.sequence)
                    if product not in inputs:
                        self._fresh_lines[product] = max(self._fresh_lines.get(product, 0), record.sequence)
        self._walked = []
        return self._lines.get(path, 0)
