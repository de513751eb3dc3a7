"""Commands as a user gives them: each is printed before it runs."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

GENERICPIPE = Path(sys.executable).with_name("genericpipe")


class Failed(Exception):
    """A command that did not do what it should."""


def run(*words: str | Path) -> float:
    """Run ``genericpipe`` with these words; return how long it took, in seconds.

    Raises
    ------
    Failed
        If it does not end with 0; it has said why.
    """
    command = [os.fspath(word) for word in (GENERICPIPE, *words)]
    print(f"\n$ {shown(command)}", flush=True)
    began = time.monotonic()
    status = subprocess.run(command, check=False).returncode
    if status:
        raise Failed(f"genericpipe {words[0]} ended with exit status {status}")
    return time.monotonic() - began


def ask(*words: str | Path) -> tuple[int, Any]:
    """Return the exit status of ``genericpipe`` with these words, and the JSON that it printed."""
    command = [os.fspath(word) for word in (GENERICPIPE, *words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        raise Failed(f"genericpipe {words[0]} ended with exit status {done.returncode}") from None


def shown(command: Sequence[str]) -> str:
    """Return a command for a terminal: each of its options that take a value on a line of its own."""
    words = [shlex.quote(word) for word in command]
    return " ".join(words).replace(" --set ", " \\\n    --set ")
