"""What was put in, written beside the measurement sets for whoever compares it with what comes out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .angles import separation
from .imperfections import Imperfections, noise_of
from .observation import Observation
from .sky import Source
from .times import text_of

FILE = "truth.json"


def truth_of(
    observation: Observation,
    sources: Iterable[Source],
    imperfections: Imperfections,
    *,
    beam: bool,
    corrected: bool,
    seed: int,
) -> dict[str, Any]:
    """Return all that is known of a simulated observation, ready for JSON.

    Directions are in deg (J2000), flux densities in Jy, frequencies in Hz, times in s or ISO text (UTC).
    """
    ra, dec = observation.phase_centre
    noise = noise_of(imperfections, observation)
    return {
        "phase_centre": {"ra": ra, "dec": dec},
        "start": text_of(observation.start),
        "end": text_of(observation.end),
        "interval": observation.interval,
        "channels": observation.channels,
        "subbands": [
            {"measurement_set": observation.name(number), "frequency": frequency}
            for number, frequency in enumerate(observation.frequencies)
        ],
        "stations": [
            {
                "name": field.name,
                "broken_tiles": [int(tile) for tile in field.broken.nonzero()[0]],
                "failed": field.name in imperfections.failed,
            }
            for field in observation.fields
        ],
        "beam": "none" if not beam else "corrected at the phase centre" if corrected else "uncorrected",
        "noise": float((noise**2).mean() ** 0.5),
        "flagged": imperfections.flagged,
        "seed": seed,
        "sources": [
            {**asdict(source), "distance": separation(ra, dec, source.ra, source.dec)} for source in sources
        ],
    }


def write_truth(folder: Path, truth: dict[str, Any]) -> Path:
    """Write it as ``truth.json`` into a folder; return the path."""
    path = folder / FILE
    path.write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return path
