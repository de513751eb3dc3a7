"""``genericpipe plan``: every step of a parset in order, with what it says after substitution."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.findings import show, write
from genericpipe.cli.parser import Subparsers
from genericpipe.cli.pipelineoptions import add_pipeline_options, options_of, settings_of
from genericpipe.cli.planjobs import runs_as_json, runs_as_text, totals
from genericpipe.errors import ExitStatus, Severity
from genericpipe.hookspecs import hookimpl
from genericpipe.pipeline.lint.settled import fill, value_of

if TYPE_CHECKING:
    from genericpipe.pipeline import Value
    from genericpipe.pipeline.reading import Read, StepPlan
    from genericpipe.recipes.plan import Plan

Known = Mapping[str, Mapping[str, str]]

DESCRIPTION = """\
Show the steps of a parset in the order in which they run: kind and type, where each is defined, what it says
once options are filled in, what it reads from which step, and the command line, environment and outputs of
each of its jobs. What refers to the configuration has its value behind an arrow; what only the run will know
stands as <step.output.key>. No program, script or plugin of a site is run; built-in mapfile plugins make
their maps in a scratch folder, which is removed. Nothing is written to the job's folder."""

EPILOG = """\
examples:
  genericpipe plan Pre-Facet-Target.parset
  genericpipe plan --set target_input_path=/data/L228163 -c pipeline.cfg Pre-Facet-Target.parset
  genericpipe plan --all my.parset | grep -F '$ '
  genericpipe plan --format json my.parset | jq -c '.steps[].runs[].jobs[].argv'

exit status: 0, or 3 if the parset has errors; they are printed on stderr, and lint tells the rest."""


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``plan``."""
    parser = subparsers.add_parser(
        "plan",
        help=COMMANDS["plan"].summary,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parset", metavar="PARSET")
    add_pipeline_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--all", action="store_true", help="show every job of a step, not the first and last")
    parser.add_argument("--start-time", metavar="TEXT", help="the start time that the run will be given")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the plan, and errors on stderr; return the exit status.

    A dry run of another command, which has no options for how a plan is shown, prints it as text.
    """
    is_json = getattr(arguments, "format", "text") == "json"
    everything = getattr(arguments, "all", False)
    from genericpipe.engine.plan.planner import make_plan
    from genericpipe.pipeline.lint import lint, settled
    from genericpipe.pipeline.opening import open_pipeline
    from genericpipe.pipeline.reading import plan_steps
    from genericpipe.pipeline.vocabulary import Vocabulary
    from genericpipe.pluginmanager import PluginManager

    manager = PluginManager()
    settings = settings_of(arguments, arguments.parset)
    if arguments.start_time:
        settings = replace(settings, start_time=arguments.start_time)
    pipeline = open_pipeline(arguments.parset, settings, manager, options_of(arguments))
    vocabulary = Vocabulary(manager)
    plans = plan_steps(pipeline, vocabulary)
    known = settled(pipeline)
    if not arguments.start_time:  # the run's is another one
        start = pipeline.config.start_time
        known = {
            name: {key: text.replace(start, "<start_time>") for key, text in values.items()}
            for name, values in known.items()
        }
    plan = make_plan(pipeline, vocabulary, start_time_is_known=bool(arguments.start_time))
    number = sum(1 for _ in pipeline.walk())
    if is_json:
        document = {
            "pipeline": pipeline.name,
            "parset": pipeline.scope.parset.file,
            "configuration": str(pipeline.config.path) if pipeline.config.path else None,
            "counts": {
                "steps": number,
                "jobs": plan.counts.jobs,
                "exact": plan.counts.exact,
                "unknown": plan.counts.unknown,
            },
            "steps": [as_json(one, known, plan) for one in plans],
        }
        print(json.dumps(document, indent=1))
    else:
        for one in plans:
            for line in [*as_text(one, known, plan, everything), ""]:
                write(line, sys.stdout)
        write(totals(plan.counts, number), sys.stdout)
    findings = lint(pipeline, vocabulary, allow_unresolved=arguments.allow_unresolved)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    sys.stdout.flush()
    show(errors, sys.stderr)
    return int(ExitStatus.INVALID if errors else ExitStatus.DONE)


def as_json(one: StepPlan, known: Known, plan: Plan) -> dict[str, Any]:
    """Return a step of the plan as the published schema has it."""
    step = one.step
    return {
        "name": step.name,
        "definition": step.definition,
        "kind": step.kind,
        "type": step.type,
        "answered_by": one.answered_by,
        "file": step.location.file,
        "line": step.location.line,
        "loopcount": step.loopcount,
        "control": {key: value.text for key, value in step.control.items()},
        "cmdline": [value.text for value in step.cmdline],
        "arguments": {key: value.text for key, value in step.arguments.items()},
        "reads": [
            {
                "step": read.reference.step,
                "key": read.reference.key,
                "in": read.key,
                "mapfile": is_mapfile(read, known),
                "value": value_of(read.reference, known),
            }
            for read in one.reads
        ],
        "notes": plan.notes.get(step.name, []),
        "runs": runs_as_json(plan.runs.get(step.name, [])),
        "steps": [as_json(inner, known, plan) for inner in one.body],
    }


def is_mapfile(read: Read, known: Known) -> bool:
    """Return whether an argument reads a mapfile, so that each job gets an entry of it instead.

    What the configuration gives is one only if it is a file (contract 6.6).
    """
    value = value_of(read.reference, known)
    return read.mapfile and (value is None or read.reference.key == "mapfile" or os.path.isfile(value))


def as_text(
    one: StepPlan, known: Known, plan: Plan, everything: bool = False, depth: int = 0
) -> Iterator[str]:
    """Yield the lines about a step, its jobs and the steps of its body."""
    step = one.step
    margin = "    " * depth
    times = f" {step.loopcount} times" if step.loopcount is not None else ""
    yield f"{margin}{step.name}: {step.kind} {step.type}".rstrip() + times + f"  [{step.location}]"
    margin += "    "
    if one.answered_by:
        yield f"{margin}runs: {one.answered_by}"
    for key, value in step.control.items():
        yield margin + shown(f"control.{key} = ", value, known)
    for value in step.cmdline:
        yield margin + shown("cmdline: ", value, known)
    for key, value in step.arguments.items():
        yield margin + shown(f"argument.{key} = ", value, known)
    for name, keys in _by_step(one, known).items():
        yield f"{margin}reads {name}: {', '.join(keys)}"
    for line in runs_as_text(
        plan.runs.get(step.name, []), plan.notes.get(step.name, []), step.kind == "recipe", everything
    ):
        yield margin + line
    for inner in one.body:
        yield ""
        yield from as_text(inner, known, plan, everything, depth + 1)


def shown(key: str, value: Value, known: Known) -> str:
    """Return a line, and behind an arrow what it comes to where it refers to the configuration."""
    filled = fill(value.text, known)
    return key + value.text + (f"  -> {filled}" if filled != value.text else "")


def _by_step(one: StepPlan, known: Known) -> dict[str, list[str]]:
    """Return what a step reads, by the step that gives it; without what the configuration gives."""
    found: dict[str, dict[str, None]] = {}
    for read in one.reads:
        if value_of(read.reference, known) is None:
            what = read.reference.key
            if is_mapfile(read, known):
                what += f" (an entry for each job, in {read.key})"
            found.setdefault(read.reference.step, {})[what] = None
    return {name: list(keys) for name, keys in found.items()}
