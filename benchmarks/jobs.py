"""What the engine costs: steps of many jobs that do nothing, against a bare loop that starts the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.project import SLOTS, TRUE, one_step, true_jobs

#: The first job ends the command that started it: what has passed by then is the way to it.
END_IT = "#!/bin/sh\nkill -KILL $PPID\n"


def bare_loop(folder: Path, count: int) -> tuple[str, ...]:
    """Return the command that starts as many processes and does nothing else."""
    script = Path(__file__).with_name("bareloop.py")
    return (sys.executable, str(script), str(count), str(folder), str(SLOTS), TRUE)


def rows(folder: Path) -> Iterator[Row]:
    """Yield the rows: the way to the first job, and two steps of many jobs."""
    program = folder / "end-it"
    program.write_text(END_IT)
    program.chmod(0o755)
    settings = {"control.type": "executable_args", "control.executable": str(program)}
    first = one_step(folder / "first", 1, settings)
    yield Row(
        "start of the command to its first job", first.argv, 0.3, statuses=(-9,), fresh=(first.job_folder,)
    )
    for count, ratio, megabytes in ((100, None, None), (1000, 2.0, 45.0)):
        bare = folder / f"bare{count}"
        ours = true_jobs(folder / str(count), count)
        yield Row(
            f"one step of {count} jobs `true`",
            ours.argv,
            megabytes=megabytes,
            baseline=bare_loop(bare, count),
            baseline_name="bare loop",
            ratio=ratio,
            jobs=count,
            baseline_jobs=count,
            fresh=(bare, ours.job_folder),
        )
