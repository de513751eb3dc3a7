"""``genericpipe feedback``: whether the feedback of a run is what an archive takes."""

from __future__ import annotations

import argparse
import json

from genericpipe import ExitStatus, Severity, hookimpl

DESCRIPTION = "Look at feedback: the parsets that tell an archive of data products."

CHECK = """\
Check the feedback of a run: that there are as many records as it says, numbered from 0; that each has all
keys and no other; types, units and the words that the archive takes; that each record is complete. Records
in one line, as LOFAR's own wrote them, are read too. The data products are not looked at."""

EPILOG = """\
examples:
  genericpipe feedback check images.metadata
  genericpipe feedback check --format json */*.metadata | jq -r '.[].message'

exit status: 0 without errors, 3 with."""


@hookimpl
def genericpipe_add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``feedback``."""
    parser = subparsers.add_parser(
        "feedback", help="check what a run tells an archive of its products", description=DESCRIPTION
    )
    commands = parser.add_subparsers(metavar="check", required=True)
    check = commands.add_parser(
        "check",
        help="is it what an archive takes?",
        description=CHECK,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("files", nargs="+", metavar="FILE", help="parsets that feedback steps wrote")
    check.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check each file, print what was found, return the exit status."""
    from .check import check

    found = {path: check(path) for path in dict.fromkeys(arguments.files)}
    findings = [finding for findings in found.values() for finding in findings]
    if arguments.format == "json":
        print(json.dumps([finding.as_dict() for finding in findings], indent=1))
    else:
        for path, its in found.items():
            for line in map(str, its or (f"{path}: nothing is wrong",)):
                # A file may hold bytes that are no text.
                print(line.encode("utf-8", "backslashreplace").decode())
    fatal = any(finding.severity is Severity.ERROR for finding in findings)
    return int(ExitStatus.INVALID if fatal else ExitStatus.DONE)
