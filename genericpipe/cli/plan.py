"""``genericpipe plan``: every step of a parset in order, with what it says after substitution."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.cli.pipelineoptions import add_pipeline_options, options_of, settings_of
from genericpipe.errors import ExitStatus, Severity
from genericpipe.hookspecs import hookimpl

if TYPE_CHECKING:
    from genericpipe.pipeline.reading import StepPlan

DESCRIPTION = """\
Show the steps of a parset in the order in which they run: kind and type, where each is defined, what it says
once options are filled in, and what it reads from which step. Nothing is run."""

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
    from genericpipe.pipeline.lint import lint
    from genericpipe.pipeline.opening import open_pipeline
    from genericpipe.pipeline.reading import plan_steps
    from genericpipe.pipeline.vocabulary import Vocabulary
    from genericpipe.pluginmanager import PluginManager

    manager = PluginManager()
    settings = settings_of(arguments, arguments.parset)
    pipeline = open_pipeline(arguments.parset, settings, manager, options_of(arguments))
    vocabulary = Vocabulary(manager)
    plans = plan_steps(pipeline, vocabulary)
    if arguments.format == "json":
        document = {
            "pipeline": pipeline.name,
            "parset": pipeline.scope.parset.file,
            "configuration": str(pipeline.config.path) if pipeline.config.path else None,
            "steps": [as_json(plan) for plan in plans],
        }
        print(json.dumps(document, indent=1))
    else:
        print("\n\n".join("\n".join(as_text(plan, 0)) for plan in plans))
    findings = lint(pipeline, vocabulary, allow_unresolved=arguments.allow_unresolved)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    for finding in errors:
        print(finding, file=sys.stderr)
    return int(ExitStatus.INVALID if errors else ExitStatus.DONE)


def as_json(plan: StepPlan) -> dict[str, Any]:
    """Return a step of the plan as the published schema has it."""
    step = plan.step
    return {
        "name": step.name,
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
            {"step": read.reference.step, "key": read.reference.key, "in": read.key, "mapfile": read.mapfile}
            for read in plan.reads
        ],
        "steps": [as_json(inner) for inner in plan.body],
    }


def as_text(plan: StepPlan, depth: int) -> Iterator[str]:
    """Yield the lines about a step and the steps of its body."""
    step = plan.step
    margin = "    " * depth
    times = f" {step.loopcount} times" if step.loopcount is not None else ""
    yield f"{margin}{step.name}: {step.kind} {step.type}".rstrip() + times + f"  [{step.location}]"
    if plan.answered_by:
        yield f"{margin}    runs: {plan.answered_by}"
    for key, value in step.control.items():
        yield f"{margin}    control.{key} = {value.text}"
    for value in step.cmdline:
        yield f"{margin}    cmdline: {value.text}"
    for key, value in step.arguments.items():
        yield f"{margin}    argument.{key} = {value.text}"
    reads: dict[str, list[str]] = {}
    for read in plan.reads:
        keys = reads.setdefault(read.reference.step, [])
        if read.reference.key not in keys:
            keys.append(read.reference.key)
    for name, keys in reads.items():
        yield f"{margin}    reads {name}: {', '.join(keys)}"
    for inner in plan.body:
        yield ""
        yield from as_text(inner, depth + 1)
