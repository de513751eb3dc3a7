"""What an installed WSClean can do: it is asked itself, once for each program."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass

_NAME = re.compile(r"wsclean([-_.]?v?\d[\w.+-]*)?(\.sh)?")
_SECONDS = 20.0


@dataclass(frozen=True)
class Capabilities:
    """What a program says of itself.

    Parameters
    ----------
    program
        Its file.
    version
        As it says it: ``3.1.0 (2022-04-01)``; empty where it does not.
    idg, everybeam, wgridder
        Whether it was built with these.
    """

    program: str
    version: str
    idg: bool
    everybeam: bool
    wgridder: bool

    def described(self) -> str:
        """Return version and libraries in one text, for records."""
        libraries = {"IDG": self.idg, "EveryBeam": self.everybeam, "WGridder": self.wgridder}
        having = ", ".join(name for name, there in libraries.items() if there)
        return f"{self.version or 'unknown'} with {having or 'none of IDG, EveryBeam, WGridder'}"

    def __str__(self) -> str:
        number = (self.version or "of unknown version").partition(" (")[0]
        return f"WSClean {number} ({self.program})"


def is_wsclean(program: str) -> bool:
    """Return whether a program is WSClean by its name; sites put versions behind it."""
    return _NAME.fullmatch(os.path.basename(program).lower()) is not None


def find(program: str, path: str | None = None) -> str | None:
    """Return the file of a program, or None where there is none.

    Parameters
    ----------
    program
        A path, or a name that is looked for on PATH.
    path
        The PATH; that of this process if not given.
    """
    return shutil.which(program, path=path)


def ask(program: str) -> Capabilities:
    """Ask a program what it can do.

    Parameters
    ----------
    program
        Its file.

    Returns
    -------
    Capabilities
        One that cannot be started, or is silent for long, can do nothing and has no version.
    """
    status = os.stat(program)
    return _ask(program, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _ask(program: str, size: int, changed: int) -> Capabilities:
    """Ask once for each state of a file."""
    try:
        done = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        said = (done.stdout + done.stderr).decode(errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    return read(program, said)


def read(program: str, said: str) -> Capabilities:
    """Return the capabilities that an answer to ``--version`` tells of.

    Parameters
    ----------
    program
        The file that gave it.
    said
        What it printed: ``WSClean version 3.1.0 (2022-04-01)``, then a line ``<library> is available.`` each.
        Before there was EveryBeam, WSClean called it the LOFAR beam.
    """
    version = re.search(r"WSClean version ([^\n]*)", said)
    libraries = {name.lower() for name in re.findall(r"^\s*(.+?) is available", said, re.M)}
    return Capabilities(
        program,
        version[1].strip() if version else "",
        "idg" in libraries,
        bool({"everybeam", "lofar beam"} & libraries),
        "wgridder" in libraries,
    )
