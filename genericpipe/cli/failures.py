"""How a command tells that something went wrong."""

from __future__ import annotations

import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Sequence

from genericpipe import __version__
from genericpipe.cli.findings import in_short, write
from genericpipe.cli.parser import PROGRAM
from genericpipe.errors import ExitStatus, GenericPipeError


def told(error: GenericPipeError, debug: bool) -> int:
    """Print what a user caused: the line, the hint; return the exit status."""
    if debug:
        traceback.print_exception(error)
    where = f"{error.location}: " if error.location else ""
    write(f"{PROGRAM}: error: {where}{in_short(error.message)}", sys.stderr)
    if error.hint:
        write(f"hint: {in_short(error.hint)}", sys.stderr)
    return int(error.exit_status)


def unexpected(error: Exception, words: Sequence[str], debug: bool, program: str = PROGRAM) -> int:
    """Print one line about a defect, keep the traceback in a file and print where; return 1.

    Parameters
    ----------
    error
        What was raised.
    words
        The words after the program's name.
    debug
        Whether to print the traceback as well.
    program
        Its name: ``genericpipe`` or ``genericpipeline.py``.
    """
    trace = "".join(traceback.format_exception(error))
    if debug:
        print(trace, end="", file=sys.stderr)
    reason = traceback.format_exception_only(error)[0].strip().replace("\n", " ")
    notes = "".join(f", {note}" for note in getattr(error, "__notes__", ()))
    print(f"{program}: unexpected {reason}{notes}", file=sys.stderr)
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix=f"{PROGRAM}-", suffix=".traceback", delete=False, encoding="utf-8"
        ) as file:
            file.write(
                f"{PROGRAM} {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
            )
            file.write(f"{shlex.join([program, *words])}\n\n{trace}")
    except OSError as failure:
        hint = "; --debug prints it" if program == PROGRAM and not debug else ""
        print(f"the traceback could not be kept ({failure}){hint}", file=sys.stderr)
    else:
        print(f"this should not happen: please report it with {file.name}", file=sys.stderr)
    return int(ExitStatus.STEP_FAILED)
