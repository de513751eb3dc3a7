"""``genericpipe lint``: what is wrong with a parset, before it runs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.findings import show, summary
from genericpipe.cli.parser import Subparsers
from genericpipe.cli.pipelineoptions import add_pipeline_options, options_of, settings_of
from genericpipe.errors import (
    ExitStatus,
    Finding,
    GenericPipeError,
    Location,
    ParsetError,
    PluginError,
    Severity,
    UsageError,
)
from genericpipe.hookspecs import hookimpl

DESCRIPTION = """\
Check parsets with their configuration. Nothing is run and nothing of a site is imported; data are not
opened. An error is what cannot work; 'missing' is a file, program or plugin that is not on this machine;
a warning is odd and runs."""

EPILOG = """\
examples:
  genericpipe lint Pre-Facet-Calibrator.parset
  genericpipe lint -c pipeline.cfg --strict *.parset
  genericpipe lint --format json my.parset | jq '.[] | select(.severity == "error")'

exit status: 0 without errors, 3 with; 'missing' counts as an error with --strict.
The reference has a row for the code in brackets behind each finding."""


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``lint``."""
    parser = subparsers.add_parser(
        "lint",
        help=COMMANDS["lint"].summary,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parsets", nargs="+", metavar="PARSET", help="the parsets to check")
    add_pipeline_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--strict", action="store_true", help="what is missing on this machine is an error")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check each parset, print what was found, return the exit status."""
    options_of(arguments)  # what the command line itself has wrong is said before anything is read
    findings: dict[Finding, None] = {}
    for parset in arguments.parsets:
        findings.update(dict.fromkeys(check(parset, arguments)))
    found = list(findings)
    if arguments.format == "json":
        print(json.dumps([finding.as_dict() for finding in found], indent=1))
    else:
        show(found)
        print(summary(found, len(arguments.parsets)))
    fatal = {Severity.ERROR, Severity.MISSING} if arguments.strict else {Severity.ERROR}
    return int(ExitStatus.INVALID if any(one.severity in fatal for one in found) else ExitStatus.DONE)


def check(parset: str, arguments: argparse.Namespace) -> Sequence[Finding]:
    """Return the findings about one parset; what cannot be read or used at all is a finding too."""
    from genericpipe.pipeline.lint import lint, plugin_failed
    from genericpipe.pipeline.opening import open_pipeline
    from genericpipe.pipeline.vocabulary import Vocabulary
    from genericpipe.pluginmanager import PluginManager

    manager = PluginManager(tolerant=True)
    try:
        pipeline = open_pipeline(parset, settings_of(arguments, parset), manager, options_of(arguments))
        found = lint(pipeline, Vocabulary(manager), allow_unresolved=arguments.allow_unresolved)
    except UsageError:
        raise
    except GenericPipeError as error:
        blamed = parset if isinstance(error, ParsetError) else arguments.config
        found = (unusable(error if blamed is None else error.at(Location(str(blamed)))),)
    except Exception as error:
        if not getattr(error, "__notes__", ()):  # our own defect, not a plugin's
            raise
        found = (plugin_failed(error, Severity.ERROR),)
    return [*found, *map(unusable, manager.broken)]


def unusable(error: GenericPipeError) -> Finding:
    """Return the finding about something that could not be read or used."""
    from genericpipe.pipeline.templates import UnrenderedTemplate

    if isinstance(error, UnrenderedTemplate):
        code = "jinja-template"
    elif isinstance(error, ParsetError):
        code = "bad-parset"
    elif isinstance(error, PluginError):
        code = "bad-plugin"
    else:
        code = "bad-configuration"
    return Finding(Severity.ERROR, code, error.message, error.location, error.hint)
