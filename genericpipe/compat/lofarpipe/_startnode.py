"""Starts a node script: ``python3 _startnode.py <script> <job id> <arguments> <port>`` (contract 7.8).

The script sees what it would as ``python3 <script> <job id> <arguments> <port>``, but that `lofar` and
`lofarpipe` are those beside this file: the PYTHONPATH of a site may still lead to LOFAR's own, which would
look for a server. It runs under the `python3` of the site, and uses the standard library alone.
"""

from __future__ import annotations

import importlib.machinery
import os
import runpy
import sys
import traceback
from types import TracebackType
from typing import Any, Sequence

_HERE = os.path.realpath(__file__)
_PACKAGES = os.path.dirname(os.path.dirname(_HERE))


class OurPackages:
    """Finds `lofar` and `lofarpipe` beside this file, whatever else is installed under these names."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> Any:
        """Answer for the two packages; what is inside them is found through them."""
        if name in ("lofar", "lofarpipe"):
            return importlib.machinery.PathFinder.find_spec(name, [_PACKAGES])
        return None


def main(argv: Sequence[str]) -> None:
    """Run a script as Python runs its main program; an exception ends with status 1, as it does there."""
    script = os.path.abspath(argv[0])
    sys.meta_path.insert(0, OurPackages)
    sys.path[0] = os.path.dirname(os.path.realpath(script))
    sys.argv[:] = argv
    sys.stdout.reconfigure(line_buffering=True, errors="surrogateescape")  # type: ignore[union-attr]
    try:
        runpy.run_path(script, run_name="__main__")
    except Exception as error:
        traceback.print_exception(type(error), error, _from_script_on(error.__traceback__))
        sys.exit(1)


def _from_script_on(where: TracebackType | None) -> TracebackType | None:
    """Return a traceback without our own steps and those of `runpy`."""
    own = {__file__, _HERE, getattr(runpy, "__file__", "")}
    while where is not None:
        file = where.tb_frame.f_code.co_filename
        if file not in own and not file.startswith("<frozen "):
            break
        where = where.tb_next
    return where


if __name__ == "__main__":
    main(sys.argv[1:])
