"""Whether the kernel has killed a process for want of memory: the counter of our control group."""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


def counter_files() -> list[Path]:
    """Return the files that may hold the counter ``oom_kill`` of our control group, the likeliest first.

    Version 2 keeps it in ``memory.events``, version 1 in ``memory.oom_control`` (Linux, admin-guide/cgroup-v1
    and -v2). In a container, the path that ``/proc/self/cgroup`` names may lie outside of what is mounted:
    then it is the mount's root.
    """
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found: list[Path] = []
    for line in lines:
        number, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            mount, name = _ROOT / "memory", "memory.oom_control"
            found[:0] = [mount / path.lstrip("/") / name, mount / name]
        elif number == "0" and not controllers:
            found += [_ROOT / path.lstrip("/") / "memory.events", _ROOT / "memory.events"]
    return found


class OutOfMemoryCounter:
    """How often the kernel has killed one of us for want of memory.

    Parameters
    ----------
    files
        Where the counter may stand; the first file that has one is kept open.
    """

    def __init__(self, files: list[Path] | None = None) -> None:
        self._descriptor: int | None = None
        for file in counter_files() if files is None else files:
            try:
                self._descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                continue
            if self.read() is not None:
                return
            self.close()

    def read(self) -> int | None:
        """Return the count, or None where there is no counter."""
        if self._descriptor is None:
            return None
        try:
            text = os.pread(self._descriptor, 4096, 0)
        except OSError:
            return None
        for line in text.splitlines():
            if line.startswith(b"oom_kill "):
                return int(line.split()[1])
        return None

    def rose_since(self, count: int | None) -> bool:
        """Return whether somebody was killed since `count` was read."""
        now = self.read()
        return now is not None and count is not None and now > count

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
