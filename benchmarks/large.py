"""A hundred thousand jobs: how much memory, and whether a job costs what it costs in a small step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Missing, Row
from benchmarks.project import true_jobs
from benchmarks.resume import resumes, row_of

SMALL = 1000

#: A job of many may cost what one of few costs, with its share of the start, and the noise of the machine.
LINEAR = 1.2


def rows(folder: Path) -> Iterator[Row | Missing]:
    """Yield the rows: ten and a hundred times as many jobs, and the resume of the most."""
    small = true_jobs(folder / "small", SMALL)
    for count, megabytes in ((10_000, None), (100_000, 200.0)):
        project = true_jobs(folder / str(count), count)
        yield Row(
            f"one step of {count} jobs `true`",
            project.argv,
            megabytes=megabytes,
            baseline=small.argv,
            baseline_name="the same",
            ratio=LINEAR,
            jobs=count,
            baseline_jobs=SMALL,
            fresh=(small.job_folder, project.job_folder),
            patience=30,
        )
    if resumes(folder / "probe"):
        yield row_of(project, count, 4)
    else:
        yield Missing(f"resume of {count} finished jobs", "not yet: a second run begins from the start")
