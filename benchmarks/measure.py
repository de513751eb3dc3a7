"""Run a process as a whole and see what it took: its start, its work, its peak of memory."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# What any Python program pays before its first line.
BARE_INTERPRETER = (sys.executable, "-c", "pass")


class Failed(Exception):
    """A process that ended badly: which, and what it said."""


@dataclass(frozen=True)
class Row:
    """One line of the budget.

    Parameters
    ----------
    name
        What is measured, as the budget says it.
    argv
        The process that does it.
    seconds
        The wall time it may take; None for any.
    megabytes
        The peak of resident memory it may have; None for any.
    baseline
        The process it is compared with, run in turns with it.
    baseline_name
        What that is.
    statuses
        The exit statuses that count as done: lint gives 3 where it finds something.
    ratio
        How often the baseline's wall and CPU it may take, both for one job; None for any.
    jobs, baseline_jobs
        How many jobs each of the two runs.
    further
        The CPU seconds that each job may take by which it has more than its baseline; None for any.
    fresh
        What is removed before each run, the baseline's too.
    patience
        The seconds after which no further pair is begun; what is slow is measured less often.
    is_foreign
        Whether the baseline is a program of others, whose failing is no reason to measure nothing else.
    """

    name: str
    argv: tuple[str, ...]
    seconds: float | None = None
    megabytes: float | None = None
    baseline: tuple[str, ...] = BARE_INTERPRETER
    baseline_name: str = "bare interpreter"
    statuses: tuple[int, ...] = (0,)
    ratio: float | None = None
    jobs: int = 1
    baseline_jobs: int = 1
    further: float | None = None
    fresh: tuple[Path, ...] = ()
    patience: float = 120
    is_foreign: bool = False


@dataclass(frozen=True)
class Missing:
    """A row that cannot be measured here, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Usage:
    """What one process took: seconds of wall time and of CPU (user and system), peak memory in MB."""

    wall: float
    cpu: float
    megabytes: float


@dataclass(frozen=True)
class Figure:
    """What a row took: medians, and the medians of what its pairs give.

    Parameters
    ----------
    row
        The row.
    pairs
        How many pairs were run.
    usage, baseline
        What it took, and what its baseline took.
    wall_ratio, cpu_ratio
        How often the baseline's time a job took.
    further
        The CPU seconds of each job by which it has more than its baseline.
    """

    row: Row
    pairs: int
    usage: Usage
    baseline: Usage
    wall_ratio: float
    cpu_ratio: float
    further: float

    @property
    def kept(self) -> bool:
        """Whether the row is within its bounds."""
        row = self.row
        return (
            _within(self.usage.megabytes, row.megabytes)
            and _within(self.usage.wall, row.seconds)
            and _within(max(self.wall_ratio, self.cpu_ratio), row.ratio)
            and _within(self.further, row.further)
        )


def _within(value: float, bound: float | None) -> bool:
    return bound is None or value < bound


def run(argv: tuple[str, ...], folder: Path, statuses: tuple[int, ...] = (0,)) -> Usage:
    """Run a process in a folder and return what it took.

    The memory of a process includes that of ours at the time it is started, so this module imports
    nothing big.

    Raises
    ------
    Failed
        If it ends with another status than expected: its figures would mean nothing.
    """
    log = folder / "said.log"
    to_log = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    # Without the developer's own configuration: home is the empty folder of the benchmark.
    env = {**os.environ, "HOME": str(folder)}
    # What is installed is compiled; without this, each run would compile all of it anew.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=to_log)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in statuses:
        raise Failed(f"{' '.join(argv)}: exit status {code}", log.read_text(errors="replace"))
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def run_pair(row: Row, folder: Path) -> tuple[Usage, Usage]:
    """Run a row's baseline and the row, each with nothing left of an earlier run."""
    _remove(row.fresh)
    baseline = run(row.baseline, folder)
    _remove(row.fresh)
    return baseline, run(row.argv, folder, row.statuses)


def _remove(paths: tuple[Path, ...]) -> None:
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)


def measure(row: Row, folder: Path, pairs: int) -> Figure:
    """Run a row and its baseline in turns, after one unmeasured pair that fills the caches.

    A single pair is only asked for to see that the row can be measured; it is not warmed up. Nor is what is
    so slow that there is no patience for a second pair: its first one counts.
    """
    start = time.monotonic()
    first = run_pair(row, folder)
    both: list[tuple[Usage, Usage]] = []
    while len(both) < pairs and pairs > 1 and time.monotonic() - start < row.patience:
        both.append(run_pair(row, folder))
    both = both or [first]
    return Figure(
        row,
        len(both),
        _median([own for _, own in both]),
        _median([base for base, _ in both]),
        statistics.median(own.wall / row.jobs / (base.wall / row.baseline_jobs) for base, own in both),
        statistics.median(own.cpu / row.jobs / (base.cpu / row.baseline_jobs) for base, own in both),
        statistics.median((own.cpu - base.cpu) / max(1, row.jobs - row.baseline_jobs) for base, own in both),
    )


def _median(usages: list[Usage]) -> Usage:
    """Return medians of the times, and the largest memory."""
    return Usage(
        statistics.median(usage.wall for usage in usages),
        statistics.median(usage.cpu for usage in usages),
        max(usage.megabytes for usage in usages),
    )
