"""``genericpipeline.py``: the command line of LOFAR's own (contract 1)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from genericpipe.cli.legacyoptions import PROGRAM, LegacyOptions, check_paths, parse
from genericpipe.errors import ExitStatus, Finding, GenericPipeError, Severity

FAILED = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, or 1 for every failure; 2 for wrong usage.

    Parameters
    ----------
    argv
        The words after the program's name; by default those this process was started with.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    # Python has no such stream where the shell closed it; `print` copes with that, flushing does not.
    try:
        try:
            status = run(parse(words))
        except SystemExit as ended:  # optparse ends so, after --help and on wrong usage
            status = ended.code if isinstance(ended.code, int) else 0
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read our output stopped reading. Python would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print(f"\n{PROGRAM}: interrupted", file=sys.stderr)
        return FAILED


def run(options: LegacyOptions) -> int:
    """Run the pipeline, or show its plan; return the exit status."""
    from genericpipe.engine.session import Refused

    try:
        check_paths(options)
        return show_plan(options) if options.dry_run else run_pipeline(options)
    except Refused as error:
        show_refusal(error.findings)
    except GenericPipeError as error:
        print(f"{PROGRAM}: error: {error}", file=sys.stderr)
    except Exception as error:
        from genericpipe.cli.failures import unexpected

        unexpected(error, [options.parset], debug=False, program=PROGRAM)
    # What LOFAR said where the run itself never came about; after one, failed or not, it said Results.
    print("No results")
    return FAILED


def run_pipeline(options: LegacyOptions) -> int:
    """Run the pipeline; return the exit status."""
    from genericpipe.cli.findings import show
    from genericpipe.config import Settings
    from genericpipe.config.model import now
    from genericpipe.engine.session import Wishes, execute
    from genericpipe.pipeline.opening import job_name
    from genericpipe.pluginmanager import PluginManager

    settings = Settings(
        job_name=options.job_name or job_name(options.parset),
        start_time=options.start_time or now(),
        config=None if options.config is None else Path(options.config),
        task_files=None if options.task_files is None else tuple(map(Path, options.task_files)),
        runtime_directory=options.runtime_directory,
        working_directory=options.working_directory,
        script_directory=Path(sys.argv[0]).resolve().parent,
    )
    wishes = Wishes(log_level=options.level, echo=True)
    ended = execute(Path(options.parset), settings, PluginManager(), wishes)
    show(ended.late, sys.stderr)
    print("Results:")
    return 0 if ended.status is ExitStatus.DONE else FAILED


def show_plan(options: LegacyOptions) -> int:
    """Print what would run; LOFAR's own ran them all the same (contract 1, FIX)."""
    from genericpipe.cli import plan

    arguments = argparse.Namespace(
        parset=options.parset,
        config=None if options.config is None else Path(options.config),
        task_file=None if options.task_files is None else ",".join(options.task_files),
        job_name=options.job_name,
        runtime_directory=options.runtime_directory,
        working_directory=options.working_directory,
        options=[],
        allow_unresolved=False,
        start_time=options.start_time,
    )
    return 0 if plan.run(arguments) == ExitStatus.DONE else FAILED


def show_refusal(findings: Sequence[Finding]) -> None:
    """Print why a run does not start."""
    from genericpipe.cli.findings import show

    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    for finding in errors:
        if finding.code == "no-steps":
            print(f"Error: {finding.message}")  # on standard output, in LOFAR's words
    show(errors, sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
