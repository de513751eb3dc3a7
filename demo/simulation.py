"""The observation: 24 stations look at ten sources."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from demo.commands import run
from demo.folder import DATA


@dataclass(frozen=True)
class Observation:
    """A simulated observation.

    Parameters
    ----------
    sets
        Its measurement sets, one a subband.
    truth
        The file that says what is in them.
    seconds
        How long it took to make them.
    """

    sets: tuple[Path, ...]
    truth: Path
    seconds: float


def simulate(folder: Path, subbands: int, duration: float) -> Observation:
    """Simulate an observation.

    Parameters
    ----------
    folder
        The folder of the demonstration.
    subbands
        How many, side by side.
    duration
        In seconds.

    Raises
    ------
    Failed
        If it could not be done.
    """
    data = folder / DATA
    wishes = ("--subbands", str(subbands), "--duration", f"{duration:g}")
    seconds = run("simulate", "--out", data, *wishes)
    truth = data / "truth.json"
    known = json.loads(truth.read_text(encoding="utf-8"))
    sets = tuple(data / one["measurement_set"] for one in known["subbands"])
    return Observation(sets, truth, seconds)
