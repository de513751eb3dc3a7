"""Resuming a run that has finished: nothing is to be run, all is to be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Missing, Row, run
from benchmarks.project import Project, true_jobs

#: The budget speaks of 100 000 jobs, which the part "large" resumes; here it is a tenth.
JOBS = 10_000


def resumes(folder: Path) -> bool:
    """Return whether a second run leaves finished jobs alone: it then makes no logs for them."""
    project = true_jobs(folder, 2)
    for start in ("first", "second"):
        run((*project.argv, "--start-time", start), folder)
    return not (project.job_folder / "logs" / "second" / "work").exists()


def row_of(project: Project, count: int, seconds: float) -> Row:
    """Return the row of a project that has run."""
    return Row(
        f"resume of {count} finished jobs",
        project.argv,
        seconds,
        jobs=count,
        baseline_name="bare interpreter",
        baseline_jobs=count,
    )


def rows(folder: Path) -> Iterator[Row | Missing]:
    """Yield the row."""
    if not resumes(folder / "probe"):
        yield Missing(f"resume of {JOBS} finished jobs", "not yet: a second run begins from the start")
        return
    project = true_jobs(folder / "finished", JOBS)
    run(project.argv, folder)
    # The start of the command, and a tenth of what 100 000 jobs may take.
    yield row_of(project, JOBS, 0.3 + 0.4)
