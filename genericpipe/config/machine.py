"""What this machine grants: the cores that a run may use."""

from __future__ import annotations

import os
from pathlib import Path


def usable_cores() -> int:
    """Return the cores that this process may use: its affinity, and the limit of its control group."""
    cores = len(os.sched_getaffinity(0))
    quota = _cgroup_cores()
    return max(1, min(cores, quota) if quota else cores)


def _cgroup_cores() -> int | None:
    """Return the whole cores that the control group grants, or None where it sets no limit."""
    for line in _lines(Path("/proc/self/cgroup")):
        path = line.rpartition(":")[2].lstrip("/")
        for folder in (Path("/sys/fs/cgroup") / path, Path("/sys/fs/cgroup")):
            words = " ".join(_lines(folder / "cpu.max")).split()
            if len(words) == 2 and words[0].isdigit() and words[1].isdigit():
                return max(1, int(words[0]) // int(words[1]))
    return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
