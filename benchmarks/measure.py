"""Run a process as a whole and see what it took: its start, its work, its peak of memory."""

from __future__ import annotations

import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# What any Python program pays before its first line.
BARE_INTERPRETER = (sys.executable, "-c", "pass")


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
        The wall time it may take.
    megabytes
        The peak of resident memory it may have; None for any.
    baseline
        The process it is compared with, run in turns with it.
    baseline_name
        What that is.
    statuses
        The exit statuses that count as done: lint gives 3 where it finds something.
    """

    name: str
    argv: tuple[str, ...]
    seconds: float
    megabytes: float | None = None
    baseline: tuple[str, ...] = BARE_INTERPRETER
    baseline_name: str = "bare interpreter"
    statuses: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Usage:
    """What one process took: seconds of wall time and of CPU (user and system), peak memory in MB."""

    wall: float
    cpu: float
    megabytes: float


@dataclass(frozen=True)
class Figure:
    """What a row took: medians, and the median of its ratios to the baseline, pair by pair."""

    row: Row
    usage: Usage
    wall_ratio: float
    cpu_ratio: float

    @property
    def kept(self) -> bool:
        """Whether the row is within its bounds."""
        small = self.row.megabytes is None or self.usage.megabytes < self.row.megabytes
        return small and self.usage.wall < self.row.seconds


def run(argv: tuple[str, ...], folder: Path, statuses: tuple[int, ...] = (0,)) -> Usage:
    """Run a process in a folder and return what it took.

    The memory of a process includes that of ours at the time it is started, so this module imports
    nothing big.

    Raises
    ------
    SystemExit
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
    start = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=to_log)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in statuses:
        sys.exit(f"{' '.join(argv)}: exit status {code}\n{log.read_text(errors='replace')}")
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(row: Row, folder: Path, pairs: int) -> Figure:
    """Run a row and its baseline in turns, after one unmeasured pair that fills the caches.

    A single pair is only asked for to see that the row can be measured; it is not warmed up.
    """
    if pairs > 1:
        run(row.baseline, folder)
        run(row.argv, folder, row.statuses)
    both = [(run(row.baseline, folder), run(row.argv, folder, row.statuses)) for _ in range(pairs)]
    return Figure(
        row,
        Usage(
            statistics.median(own.wall for _, own in both),
            statistics.median(own.cpu for _, own in both),
            max(own.megabytes for _, own in both),
        ),
        statistics.median(own.wall / base.wall for base, own in both),
        statistics.median(own.cpu / base.cpu for base, own in both),
    )
