"""``genericpipe lint``: what is wrong with a parset, before it runs."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.cli.pipelineoptions import add_pipeline_options, options_of, settings_of
from genericpipe.errors import ConfigError, ExitStatus, Finding, GenericPipeError, ParsetError, Severity
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

exit status: 0 without errors, 3 with; 'missing' counts as an error with --strict."""


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
    parser.add_argument("parsets", nargs="+", metavar="PARSET")
    add_pipeline_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--strict", action="store_true", help="what is missing on this machine is an error")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check each parset, print what was found, return the exit status."""
    findings: dict[Finding, None] = {}
    for parset in arguments.parsets:
        findings.update(dict.fromkeys(check(parset, arguments)))
    if arguments.format == "json":
        print(json.dumps([finding.as_dict() for finding in findings], indent=1))
    else:
        show(list(findings), len(arguments.parsets))
    fatal = {Severity.ERROR, Severity.MISSING} if arguments.strict else {Severity.ERROR}
    return int(ExitStatus.INVALID if any(one.severity in fatal for one in findings) else ExitStatus.DONE)


def check(parset: str, arguments: argparse.Namespace) -> Sequence[Finding]:
    """Return the findings about one parset; one that cannot be read at all is a finding too."""
    from genericpipe.pipeline.lint import lint
    from genericpipe.pipeline.opening import open_pipeline
    from genericpipe.pipeline.vocabulary import Vocabulary
    from genericpipe.pluginmanager import PluginManager

    manager = PluginManager()
    try:
        pipeline = open_pipeline(parset, settings_of(arguments, parset), manager, options_of(arguments))
    except (ParsetError, ConfigError) as error:
        return [unreadable(error)]
    return lint(pipeline, Vocabulary(manager), allow_unresolved=arguments.allow_unresolved)


def unreadable(error: GenericPipeError) -> Finding:
    """Return the finding about a file that could not be read."""
    code = "bad-parset" if isinstance(error, ParsetError) else "bad-configuration"
    return Finding(Severity.ERROR, code, error.message, error.location, error.hint)


def show(findings: Sequence[Finding], parsets: int) -> None:
    """Print findings for people, and how many there are of each severity."""
    for finding in findings:
        print(finding)
    counts = Counter(finding.severity for finding in findings)
    words = (f"{counts[severity]} {name}" for severity, name in _NAMES.items())
    print(f"{parsets} parset{'' if parsets == 1 else 's'}: {', '.join(words)}", file=sys.stderr)


_NAMES = {Severity.ERROR: "errors", Severity.MISSING: "missing", Severity.WARNING: "warnings"}
