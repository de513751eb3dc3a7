"""The jobs of a plan, for people and as JSON."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genericpipe.recipes.plan import Counts, PlannedJob, PlannedRun
    from genericpipe.recipes.unknown import Unknown

_UNKNOWN = re.compile(r"<[^<>]*>")

#: So many jobs of a step are shown from its first on, and the last one.
FIRST = 3


def runs_as_json(runs: Sequence[PlannedRun]) -> list[dict[str, Any]]:
    """Return each time that a step runs, as the published schema has it."""
    return [
        {
            "passes": list(run.passes),
            "number_known": not run.template,
            "jobs": [_job_as_json(job) for job in run.jobs],
            "results": dict(run.results),
            "problem": run.problem,
            "depends_on": _unknown_as_json((*run.template, *run.depends_on)),
            "notes": run.notes,
        }
        for run in runs
    ]


def _job_as_json(job: PlannedJob) -> dict[str, Any]:
    return {
        "index": job.index,
        "host": job.host,
        "work": job.work.value,
        "argv": list(job.argv),
        "environment": dict(job.environment),
        "working_directory": str(job.working_directory),
        "outputs": list(job.outputs),
        "files": dict(job.files),
        "exact": job.exact,
        "depends_on": _unknown_as_json(job.depends_on),
    }


def _unknown_as_json(unknown: Iterable[Unknown]) -> list[dict[str, str]]:
    return [{"what": one.what, "reason": one.reason} for one in dict.fromkeys(unknown)]


def runs_as_text(
    runs: Sequence[PlannedRun], notes: Iterable[str], has_jobs: bool, everything: bool
) -> Iterator[str]:
    """Yield the lines about the jobs of a step.

    Parameters
    ----------
    runs
        Each time that it runs.
    notes
        What holds for all of them.
    has_jobs
        Whether it is a step with a mapfile.
    everything
        Whether to show every job of many.
    """
    for note in notes:
        yield f"note: {note}"
    for run in runs:
        margin = ""
        if run.passes and (run.jobs or has_jobs or run.problem or run.notes):
            yield f"pass {'.'.join(map(str, run.passes))}:"
            margin = "  "
        for line in _run_as_text(run, has_jobs, everything):
            yield margin + line


def _run_as_text(run: PlannedRun, has_jobs: bool, everything: bool) -> Iterator[str]:
    for note in run.notes:
        yield f"note: {note}"
    if run.problem:
        yield f"{'may fail' if run.depends_on else 'fails'}: {run.problem}"
    if run.template:
        yield "jobs: nobody knows how many; this one stands for all"
    elif has_jobs and not (run.problem and not run.jobs):
        yield f"jobs: {len(run.jobs)}"
    environments = {tuple(job.environment.items()) for job in run.jobs}
    if len(environments) == 1:
        yield from _environment(*environments)
    for job in _chosen(run.jobs, everything):
        if job is None:
            yield f"... and {len(run.jobs) - FIRST - 1} more (--all shows them)"
        else:
            yield from _job_as_text(job, len(environments) > 1)
    if not has_jobs and run.results and run.jobs:
        yield "gives: " + " ".join(f"{key}={quoted([text])}" for key, text in run.results.items())
    for unknown in dict.fromkeys(one for job in run.jobs for one in job.depends_on):
        yield f"unknown: <{unknown.what}>: {unknown.reason}"


def _chosen(jobs: Sequence[PlannedJob], everything: bool) -> Iterator[PlannedJob | None]:
    """Yield the jobs to show, None for those between."""
    if everything or len(jobs) <= FIRST + 2:
        yield from jobs
    else:
        yield from (*jobs[:FIRST], None, jobs[-1])


def _job_as_text(job: PlannedJob, environment: bool) -> Iterator[str]:
    if environment:
        yield from _environment(tuple(job.environment.items()))
    if job.work.value == "step plugin":  # which one was said above
        yield f"call: {quoted(job.argv[1:], job.exact)}"
    else:
        yield f"$ {quoted(job.argv, job.exact)}"
    if job.outputs:
        yield f"    output: {quoted(job.outputs, job.exact)}"
    for path, text in job.files.items():
        yield f"    {quoted([path], job.exact)} holds: {'; '.join(text.splitlines())}"


def _environment(variables: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if variables:
        yield "environment: " + " ".join(f"{name}={quoted([value])}" for name, value in variables)


def quoted(words: Sequence[str], exact: bool = True) -> str:
    """Return words as a shell reads them; what stands for something unknown needs no quotes."""
    return " ".join(word if not exact and _is_plain(word) else shlex.quote(word) for word in words)


def _is_plain(word: str) -> bool:
    """Return whether a word needs no quotes but for what stands for something unknown."""
    rest = _UNKNOWN.sub("_", word)
    return rest != word and shlex.quote(rest) == rest


def totals(counts: Counts, steps: int) -> str:
    """Return how many steps and jobs there are, and how much of that is known."""
    return (
        f"{steps} step{'' if steps == 1 else 's'}, {counts.jobs} job{'' if counts.jobs == 1 else 's'}: "
        f"{counts.exact} exact, {counts.unknown} depend on something unknown"
    )
