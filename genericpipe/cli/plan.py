"""``genericpipe plan``: every step of a parset in order, with what it says after substitution."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.findings import show, write
from genericpipe.cli.parser import Subparsers
from genericpipe.cli.pipelineoptions import add_pipeline_options, options_of, settings_of
from genericpipe.errors import ExitStatus, Severity
from genericpipe.hookspecs import hookimpl
from genericpipe.pipeline.lint.settled import fill, value_of

if TYPE_CHECKING:
    from genericpipe.pipeline import Value
    from genericpipe.pipeline.reading import Read, StepPlan

Known = Mapping[str, Mapping[str, str]]

DESCRIPTION = """\
Show the steps of a parset in the order in which they run: kind and type, where each is defined, what it says
once options are filled in, and what it reads from which step. What refers to the configuration has its value
behind an arrow. Nothing is run."""

EPILOG = """\
examples:
  genericpipe plan Pre-Facet-Target.parset
  genericpipe plan --set target_input_path=/data/L228163 -c pipeline.cfg Pre-Facet-Target.parset
  genericpipe plan --format json my.parset | jq -r '.steps[].name'

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
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the plan, and errors on stderr; return the exit status."""
    from genericpipe.pipeline.lint import lint, settled
    from genericpipe.pipeline.opening import open_pipeline
    from genericpipe.pipeline.reading import plan_steps
    from genericpipe.pipeline.vocabulary import Vocabulary
    from genericpipe.pluginmanager import PluginManager

    manager = PluginManager()
    settings = settings_of(arguments, arguments.parset)
    pipeline = open_pipeline(arguments.parset, settings, manager, options_of(arguments))
    vocabulary = Vocabulary(manager)
    plans = plan_steps(pipeline, vocabulary)
    known = settled(pipeline)
    if arguments.format == "json":
        document = {
            "pipeline": pipeline.name,
            "parset": pipeline.scope.parset.file,
            "configuration": str(pipeline.config.path) if pipeline.config.path else None,
            "steps": [as_json(plan, known) for plan in plans],
        }
        print(json.dumps(document, indent=1))
    else:
        for number, plan in enumerate(plans):
            for line in [*([""] if number else []), *as_text(plan, known, 0)]:
                write(line, sys.stdout)
    findings = lint(pipeline, vocabulary, allow_unresolved=arguments.allow_unresolved)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    sys.stdout.flush()
    show(errors, sys.stderr)
    return int(ExitStatus.INVALID if errors else ExitStatus.DONE)


def as_json(plan: StepPlan, known: Known) -> dict[str, Any]:
    """Return a step of the plan as the published schema has it."""
    step = plan.step
    return {
        "name": step.name,
        "definition": step.definition,
        "kind": step.kind,
        "type": step.type,
        "answered_by": plan.answered_by,
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
            for read in plan.reads
        ],
        "steps": [as_json(inner, known) for inner in plan.body],
    }


def is_mapfile(read: Read, known: Known) -> bool:
    """Return whether an argument reads a mapfile, so that each job gets an entry of it instead.

    What the configuration gives is one only if it is a file (contract 6.6).
    """
    value = value_of(read.reference, known)
    return read.mapfile and (value is None or read.reference.key == "mapfile" or os.path.isfile(value))


def as_text(plan: StepPlan, known: Known, depth: int) -> Iterator[str]:
    """Yield the lines about a step and the steps of its body."""
    step = plan.step
    margin = "    " * depth
    times = f" {step.loopcount} times" if step.loopcount is not None else ""
    yield f"{margin}{step.name}: {step.kind} {step.type}".rstrip() + times + f"  [{step.location}]"
    margin += "    "
    if plan.answered_by:
        yield f"{margin}runs: {plan.answered_by}"
    for key, value in step.control.items():
        yield margin + shown(f"control.{key} = ", value, known)
    for value in step.cmdline:
        yield margin + shown("cmdline: ", value, known)
    for key, value in step.arguments.items():
        yield margin + shown(f"argument.{key} = ", value, known)
    for name, keys in _by_step(plan, known).items():
        yield f"{margin}reads {name}: {', '.join(keys)}"
    for inner in plan.body:
        yield ""
        yield from as_text(inner, known, depth + 1)


def shown(key: str, value: Value, known: Known) -> str:
    """Return a line, and behind an arrow what it comes to where it refers to the configuration."""
    filled = fill(value.text, known)
    return key + value.text + (f"  -> {filled}" if filled != value.text else "")


def _by_step(plan: StepPlan, known: Known) -> dict[str, list[str]]:
    """Return what a step reads, by the step that gives it; without what the configuration gives."""
    found: dict[str, dict[str, None]] = {}
    for read in plan.reads:
        if value_of(read.reference, known) is None:
            what = read.reference.key
            if is_mapfile(read, known):
                what += f" (an entry for each job, in {read.key})"
            found.setdefault(read.reference.step, {})[what] = None
    return {name: list(keys) for name, keys in found.items()}
