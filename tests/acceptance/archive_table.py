#!/usr/bin/env python3
"""Write docs/reference/archive.md: what becomes of every archived parset.

    archive_table.py [--archive DIR] [--only TEXT] [--output FILE | -]

Each parset is linted, planned and run as a mock run: raw, without a configuration and without a mock file,
and in an empty folder of its own on a machine that has none of its programs, so that the page is the same
everywhere. DIR defaults to the folder `archive` of the reference data; TEXT chooses the parsets whose path
holds it.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
if __name__ == "__main__":  # called by its path: the checkout that it belongs to is the one that counts
    sys.path.insert(0, str(ROOT))

from genericpipe.config import Settings  # noqa: E402
from genericpipe.engine.mock.mockfile import MockFile  # noqa: E402
from genericpipe.engine.mock.way import MockWay  # noqa: E402
from genericpipe.engine.plan.planner import make_plan  # noqa: E402
from genericpipe.engine.run import Failure  # noqa: E402
from genericpipe.engine.session import Ended, Refused, Wishes, execute  # noqa: E402
from genericpipe.errors import ExitStatus, Finding, GenericPipeError, Severity  # noqa: E402
from genericpipe.pipeline import Pipeline, Step  # noqa: E402
from genericpipe.pipeline.lint import lint  # noqa: E402
from genericpipe.pipeline.opening import open_pipeline  # noqa: E402
from genericpipe.pipeline.vocabulary import Vocabulary  # noqa: E402
from genericpipe.pluginmanager import PluginManager  # noqa: E402

PAGE = ROOT / "docs/reference/archive.md"
INDEX = "index.tsv"
_LONGEST = 220
# Numbers and folders that differ from run to run.
_START = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


@dataclass(frozen=True)
class Need:
    """What a step needs.

    Parameters
    ----------
    what
        ``plugin``, ``task``, ``program`` or ``script``.
    name
        Its name, without folders.
    who
        Who has it: we, or the repository of the pipeline; empty where only a machine can tell.
    """

    what: str
    name: str
    who: str = ""


@dataclass(frozen=True)
class Row:
    """What became of one parset."""

    repository: str
    ref: str
    parset: str
    lint: str
    steps: int
    needs: tuple[Need, ...]
    plan: str
    mock: str


def settings_for(parset: Path) -> Settings:
    """Return the settings of a raw run; the production pipelines bring a tasks.cfg along that they need."""
    tasks = parset.with_name("tasks.cfg")
    is_used = parset.parent.name == "production" and tasks.is_file()
    return Settings(job_name=parset.stem, task_files=(tasks,) if is_used else None)


def row_of(archive: Path, path: str, repository: str, ref: str) -> Row:
    """Lint, plan and mock one parset, in the folder where this process is."""
    parset = archive / path

    def plainly(text: str) -> str:
        """Return text without what differs between machines and runs."""
        for folder in (f"{parset.parent}/", f"{archive}/", f"{Path.cwd()}/"):
            text = text.replace(folder, "")
        return _START.sub("START", text)

    settings = settings_for(parset)
    linted, steps, needs, planned = "", 0, (), ""
    try:
        manager = PluginManager()
        pipeline = open_pipeline(parset, settings, manager, {})
        vocabulary = Vocabulary(manager)
        linted = lint_result(list(lint(pipeline, vocabulary)))
        steps = sum(1 for _ in pipeline.walk())
        needs = tuple(
            dict.fromkeys(need for step in pipeline.walk() for need in needs_of(step, pipeline, vocabulary))
        )
        planned = plan_result(pipeline, vocabulary)
    except GenericPipeError as error:
        linted = linted or f"cannot be read: {in_words(error)}"
        planned = planned or "none"
    mocked = mock_result(parset, settings)
    name = path.partition("/")[2].removeprefix(f"{ref}/")
    return Row(repository, ref, name, plainly(linted), steps, needs, plainly(planned), plainly(mocked))


def lint_result(found: Sequence[Finding]) -> str:
    """Return how many errors lint tells, with the first one."""
    errors = [one for one in found if one.severity is Severity.ERROR]
    # Which programs are there differs from machine to machine.
    missing = sum(one.severity is Severity.MISSING and one.code != "no-such-program" for one in found)
    rest = f"; {missing} missing" if missing else ""
    if not errors:
        return f"no error{rest}"
    many = f"{len(errors)} errors, the first: " if len(errors) > 1 else "1 error: "
    return f"{many}{in_words(errors[0])}{rest}"


def in_words(told: Finding | GenericPipeError) -> str:
    """Return a message with the line that it is about."""
    line = f"line {told.location.line}: " if told.location is not None and told.location.line else ""
    return line + told.message


def needs_of(step: Step, pipeline: Pipeline, vocabulary: Vocabulary) -> Iterator[Need]:
    """Yield what a step needs."""
    if step.kind == "plugin" and step.type:
        source = vocabulary.step_plugin(step.type, pipeline)
        yield Need("plugin", step.type, "" if source is None else "genericpipe")
    elif step.kind == "recipe" and step.type:
        task = pipeline.config.tasks.get(step.type)
        if task is None:
            yield Need("task", step.type, "")
            return
        known = task.recipe in vocabulary.recipes
        source_ = "its tasks.cfg" if task.source.endswith("tasks.cfg") else "genericpipe"
        yield Need("task", step.type, source_ if known else "")
        control = step.control.get("executable")
        program = control.text if control is not None else task.settings.get("executable", "")
        node = step.control.get("nodescript")
        nodescript = node.text if node is not None else task.settings.get("nodescript", "")
        name = program.rstrip("/").rpartition("/")[2]
        if name:
            yield Need("script" if nodescript == "python_plugin" else "program", name)


def plan_result(pipeline: Pipeline, vocabulary: Vocabulary) -> str:
    """Return how many jobs a plan has, and the first step that is sure to fail."""
    plan = make_plan(pipeline, vocabulary, start_time_is_known=False)
    counts = plan.counts
    told = f"{counts.jobs} jobs, {counts.exact} exact"
    sure = [
        (name, run.problem)
        for name, runs in plan.runs.items()
        for run in runs
        if run.problem and not run.depends_on
    ]
    if not sure:
        return told
    name, problem = sure[0]
    more = f" and {len(sure) - 1} more" if len(sure) > 1 else ""
    return f"{told}; {name}{more} sure to fail: {problem}"


def mock_result(parset: Path, settings: Settings) -> str:
    """Run a parset without its programs; return what became of it."""
    said = StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            ended = execute(parset, settings, PluginManager(), Wishes(way=MockWay(MockFile())))
    except Refused as error:
        return f"refused: {in_words(error)}"
    except GenericPipeError as error:
        return f"refused: {in_words(error)}"
    return ended_as(ended)


def ended_as(ended: Ended) -> str:
    """Return how a mock run ended: done, with so many things made up, or why not."""
    if ended.status is ExitStatus.DONE:
        made = sum(one.code == "made-up" for one in ended.run.findings)
        return f"done, {made} made up" if made else "done"
    failure = ended.run.stash.get(Failure)
    error = None if failure is None else failure.error
    if isinstance(error, GenericPipeError):
        return f"failed: {in_words(error)}"
    return f"failed: {type(error).__name__}: {error}"


def _in_a_folder_of_its_own(archive: Path, path: str, repository: str, ref: str) -> Row:
    """Return the row of a parset; this process has nothing else to do."""
    with tempfile.TemporaryDirectory(prefix="archived-") as folder:
        os.chdir(folder)
        try:
            return row_of(archive, path, repository, ref)
        finally:
            os.chdir("/")


def _bare(home: str) -> None:
    """Make this process one on a machine that has none of the programs."""
    os.environ.clear()
    os.environ.update({"HOME": home, "PATH": home, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"})


def rows_of(archive: Path, only: str = "") -> list[Row]:
    """Return the rows of all archived parsets, several made at a time."""
    with (archive / INDEX).open(encoding="utf-8", newline="") as lines:
        listed = [row for row in csv.DictReader(lines, delimiter="\t") if only in row["path"]]
    with tempfile.TemporaryDirectory(prefix="nothing-") as home:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(os.cpu_count(), context, _bare, (home,)) as pool:
            made = [
                pool.submit(_in_a_folder_of_its_own, archive, row["path"], row["repository"], row["ref"])
                for row in listed
            ]
            rows = [one.result() for one in made]
    return sorted(rows, key=lambda row: (row.repository, row.ref, row.parset))


def _cell(text: str) -> str:
    """Return text as it can stand in a table."""
    line = " ".join(text.split())
    if len(line) > _LONGEST:
        line = line[:_LONGEST].rsplit(" ", 1)[0] + " …"
    return re.sub(r"([\\|*_<>\[\]{}`$#~^])", r"\\\1", line)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _needed(row: Row) -> str:
    """Return what a parset needs, counted; plugins and tasks that nobody has here by name."""
    parts = []
    for what in ("program", "script", "plugin", "task"):
        named = [need for need in row.needs if need.what == what]
        absent = sorted(need.name for need in named if not need.who)
        if not named or (what == "task" and not absent):
            continue
        part = f"{len(named)} {what}{'s' if len(named) > 1 else ''}"
        if absent and what in ("plugin", "task"):
            part += f", not here: {', '.join(absent)}"
        parts.append(part)
    return "; ".join(parts)


def _cells(row: Row) -> list[str]:
    """Return a row of the main table."""
    texts = (row.ref, row.parset, row.lint, str(row.steps or ""), _needed(row), row.plan, row.mock)
    return [_cell(text) for text in texts]


def _who_answers(rows: Iterable[Row], what: str) -> dict[str, tuple[int, set[str]]]:
    """Return the name of each plugin, task, ...: by how many parsets it is needed, and who has it."""
    found: dict[str, tuple[int, set[str]]] = {}
    for row in rows:
        for need in row.needs:
            if need.what == what:
                count, who = found.get(need.name, (0, set()))
                found[need.name] = count + 1, who | {need.who or "nobody here"}
    return dict(sorted(found.items(), key=lambda item: (-item[1][0], item[0])))


def page(rows: Sequence[Row]) -> str:
    """Return the page."""
    by_repository: dict[str, list[Row]] = {}
    for row in rows:
        by_repository.setdefault(row.repository, []).append(row)
    parts = [
        HEAD.format(
            parsets=len(rows),
            repositories=len(by_repository),
            done=sum(row.mock.startswith("done") for row in rows),
            clean=sum(row.lint.startswith("no error") for row in rows),
        )
    ]
    heads = ("ref", "parset", "lint", "steps", "needs", "plan", "mock run")
    for repository, some in by_repository.items():
        parts.append(f"### {repository}\n\n{_table(heads, map(_cells, some))}\n")
    parts.append(NEEDS)
    for what, title, is_answered in SECTIONS:
        found = _who_answers(rows, what)
        cells = (
            [_cell(name), str(count), *([", ".join(sorted(who))] if is_answered else [])]
            for name, (count, who) in found.items()
        )
        heads = (what, "parsets", *(["who answers"] if is_answered else []))
        parts.append(f"### {title}\n\n{_table(heads, cells)}\n")
    return "".join(parts).rstrip() + "\n"


# Pages of the documentation have longer lines than code.
# ruff: noqa: E501
HEAD = """\
# Archived parsets

Parsets that were published, and what becomes of them here: {parsets} of {repositories} repositories, from releases, branches
and pull requests. {clean} are without an error of `genericpipe lint`, and {done} come to their end in
[a mock run](../howto/mock.md).

Each was read as it was published: without options and without a configuration, but for the production branch of
lmorabit/prefactor, which has its tasks.cfg beside it; without data, and without any of the programs.

* *lint*: errors, and the first of them. What is missing are files, scripts and plugins that such a machine does not
  have, which is no fault of the parset. Programs are not counted.
* *steps*: those that run; those of sub-pipelines and in loops count.
* *plan*: the jobs of [a plan](../howto/plan.md), those known to the last word, and the first step that is sure to fail.
* *mock run*: without a mock file; how many things had to be made up that a mock file could have said, or why it ended early.

Of a long message only the beginning is shown. `python tests/acceptance/archive_table.py` writes this page, and a test holds it
against what is found now.

## Parset by parset

"""

NEEDS = """\
## What they need

A plugin or a task that is here runs without the repository of its pipeline. Programs come with the
observatory's software, scripts with the repository that has the parset; `genericpipe lint` tells which of
them a machine has.

"""

#: What is needed, its heading, and whether we can say who answers.
SECTIONS = (
    ("plugin", "Step plugins", True),
    ("task", "Tasks", True),
    ("program", "Programs", False),
    ("script", "Python scripts", False),
)


def main(words: Sequence[str] | None = None) -> int:
    """Write the page; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reference = Path(os.environ.get("GENERICPIPE_REFERENCE") or ROOT.parent / "shared")
    parser.add_argument("--archive", type=Path, default=reference / "archive", metavar="DIR")
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--output", default=str(PAGE), metavar="FILE")
    given = parser.parse_args(words)
    if not (given.archive / INDEX).is_file():
        parser.error(f"no archived parsets in {given.archive}: set GENERICPIPE_REFERENCE, or give --archive")
    began = time.monotonic()
    rows = rows_of(given.archive.resolve(), given.only)
    text = page(rows)
    if given.output == "-":
        print(text, end="")
    else:
        Path(given.output).write_text(text, encoding="utf-8")
    print(f"{len(rows)} parsets in {time.monotonic() - began:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
