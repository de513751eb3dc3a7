"""DP3 as a program: where it is, what it needs to run, and what it says when it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from genericpipe import ExitStatus, GenericPipeError

from .. import everybeamdata

INSTALL = "pip install 'genericpipe[tools]'"
_NAMES = ("DP3.py", "DP3")


class DP3Error(GenericPipeError):
    """DP3 was started and did not do its work."""

    exit_status = ExitStatus.STEP_FAILED


@dataclass(frozen=True)
class DP3:
    """A DP3 that can be run.

    Parameters
    ----------
    program
        Its path.
    environment
        The whole environment it gets.
    """

    program: str
    environment: Mapping[str, str]
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)
    _stopped: Event = field(default_factory=Event, repr=False)

    def run(self, arguments: Sequence[str], log: Path) -> None:
        """Run it.

        Parameters
        ----------
        arguments
            What follows its name: ``key=value``.
        log
            What it prints goes there.

        Raises
        ------
        DP3Error
            If it ends with another status than 0, with the last lines that it printed.
        """
        with log.open("wb") as output:
            process = subprocess.Popen(
                [self.program, *arguments],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            self._running.append(process)
            if self._stopped.is_set():  # meanwhile
                process.terminate()
            status = process.wait()
            self._running.remove(process)
        if status:
            said = log.read_text(errors="replace").splitlines()
            telling = [line.strip() for line in said if line.strip()][-3:]
            ended = f"ended with exit status {status}" if status > 0 else f"was stopped by signal {-status}"
            raise DP3Error(f"{self.program} {ended}: {' / '.join(telling) or 'it said nothing'}")

    def stop(self) -> None:
        """End what other threads have started or will start: nobody waits for the results any more."""
        self._stopped.set()
        for process in tuple(self._running):
            process.terminate()


def find(scratch: Path, program: str | None = None) -> DP3:
    """Find DP3: the one given, that of this Python's environment, or one on PATH.

    Parameters
    ----------
    scratch
        An existing folder: a file with settings that DP3 reads is written there.
    program
        A name or path to use instead.

    Raises
    ------
    GenericPipeError
        If there is none.
    """
    own = os.path.dirname(sys.executable)
    path = os.pathsep.join([own, os.environ.get("PATH", os.defpath)])
    names = (program,) if program else _NAMES
    found = next((where for name in names if (where := shutil.which(name, path=path))), None)
    if found is None:
        raise GenericPipeError(f"there is no program {' or '.join(names)} on this machine", hint=INSTALL)
    return DP3(os.path.abspath(found), _environment(scratch))


def _environment(scratch: Path) -> dict[str, str]:
    """Return an environment in which DP3 starts and finds its data, wherever it came from.

    What is set already is left as it is, but that DP3 from PyPI refuses to start without
    OPENBLAS_NUM_THREADS=1.
    """
    return {**everybeamdata.environment(os.environ, scratch), "OPENBLAS_NUM_THREADS": "1"}
