"""Figures as text: for a terminal, and as a table for the documentation."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.measure import Figure, Missing


def describe(figure: Figure | Missing) -> str:
    """Return a row as lines for a terminal."""
    if isinstance(figure, Missing):
        return f"----  {figure.name}\n      {figure.reason}"
    row, usage = figure.row, figure.usage
    per_job = f"  ({usage.wall / row.jobs * 1000:.2f} ms a job)" if row.jobs > 1 else ""
    lines = [
        f"{'ok  ' if figure.kept else 'OVER'}  {row.name}",
        f"      wall {usage.wall:.3f} s{_bound(row.seconds)}  CPU {usage.cpu:.3f} s"
        f"  peak {usage.megabytes:.0f} MB{_bound(row.megabytes)}{per_job}",
    ]
    if row.further is not None:
        each = f"{figure.further * 1000:.2f} ms CPU{_bound(row.further * 1000)} for each job more than"
    else:
        ratios = f"{figure.wall_ratio:.2f} x the wall, {figure.cpu_ratio:.2f} x the CPU{_bound(row.ratio)}"
        each = f"{ratios} of"
    return "\n".join([*lines, f"      {each}: {row.baseline_name}{_of(figure)}"])


def _bound(bound: float | None) -> str:
    return "" if bound is None else f" (< {bound:g})"


def _of(figure: Figure) -> str:
    """Return which jobs were compared where not the same were run, and how often."""
    row = figure.row
    scaled = row.jobs != row.baseline_jobs and row.further is None
    jobs = f", {row.baseline_jobs} jobs, for one job" if scaled else ""
    return f"{jobs} ({figure.pairs} pairs)" if figure.pairs > 1 else f"{jobs} (1 pair)"


def as_markdown(figures: Iterable[Figure | Missing]) -> str:
    """Return rows as a table in Markdown."""
    lines = [
        "| what | wall | CPU | peak | compared with | wall | CPU | bound |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for figure in figures:
        if isinstance(figure, Missing):
            lines.append(f"| {figure.name} | {figure.reason} ||||||||"[:-1])
            continue
        row, usage = figure.row, figure.usage
        ratios = f"x {figure.wall_ratio:.2f} | x {figure.cpu_ratio:.2f}" if row.further is None else " | "
        lines.append(
            f"| {row.name} | {usage.wall:.2f} s | {usage.cpu:.2f} s | {usage.megabytes:.0f} MB"
            f" | {row.baseline_name}{_of(figure)} | {ratios}"
            f" | {_bounds(figure)} |"
        )
    return "\n".join(lines)


def _bounds(figure: Figure) -> str:
    """Return what a row must keep, and whether it does."""
    row = figure.row
    bounds = [
        text
        for bound, text in (
            (row.seconds, f"{row.seconds} s"),
            (row.megabytes, f"{row.megabytes} MB"),
            (row.ratio, f"x {row.ratio}"),
        )
        if bound is not None
    ]
    if row.further is not None:
        bounds.append(f"{row.further * 1000:g} ms a further job (took {figure.further * 1000:.2f})")
    if not bounds:
        return ""
    return f"{', '.join(bounds)}: {'kept' if figure.kept else 'broken'}"
