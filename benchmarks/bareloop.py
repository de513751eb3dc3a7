"""The least that one can do: start each process with two log files, so many at a time, and wait for it.

``python bareloop.py COUNT FOLDER SLOTS PROGRAM``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main(count: int, folder: Path, slots: int, program: str) -> None:
    """Run the program so many times."""
    folder.mkdir(parents=True)
    running: dict[int, subprocess.Popen[bytes]] = {}
    started = 0
    while started < count or running:
        while started < count and len(running) < slots:
            stem = f"{folder}/{started}"
            with open(f"{stem}.log", "ab") as stdout, open(f"{stem}.err", "ab") as stderr:
                process = subprocess.Popen(
                    [program, f"/data/scratch/L{started:06d}_SB{started % 400:03d}_uv.MS"],
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=stdout,
                    stderr=stderr,
                    start_new_session=True,
                )
            running[process.pid] = process
            started += 1
        pid, status = os.wait()
        running.pop(pid).returncode = os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
