"""What is printed at the end: what was made, how good it is, and how long it took."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from genericpipe_plugins.quality.check import table_of
from genericpipe_plugins.quality.comparison import compare_measured
from genericpipe_plugins.quality.fitsimage import read_image
from genericpipe_plugins.quality.measurement import measure_sources

from demo.commands import ask
from demo.pipeline import Made
from demo.simulation import Observation


def summarise(observation: Observation, made: Made) -> int:
    """Print what became of it; return 0 where every source was found and the feedback is complete, else 1.

    Parameters
    ----------
    observation
        What was imaged.
    made
        What the pipeline made of it.
    """
    print(f"\nimage     {_near(made.image)}")
    for title, path in _pictures(made.job):
        print(f"{title:<9} {_near(path)}")
    feedback = made.job / "images.metadata"
    status, findings = ask("feedback", "check", feedback, "--format", "json")
    verdict = "nothing is wrong" if not findings else "; ".join(one["message"] for one in findings)
    print(f"feedback  {_near(feedback)} ({verdict})")

    print(f"\nsources in the image against {_near(observation.truth)}:")
    image = read_image(made.image)
    measured = measure_sources(image, observation.truth)
    print(table_of(measured))
    comparison = compare_measured(measured, image.reference)
    print(comparison.summary)

    _, overview = ask("status", made.job, "--format", "json")
    print("\n" + "\n".join(_times(observation, made, overview)))
    return 1 if status or comparison.missing or not comparison.pairs else 0


def _times(observation: Observation, made: Made, overview: dict[str, Any]) -> list[str]:
    """Return how long each step took, and how much of the run was the framework's own."""
    (run,) = overview["runs"]
    rows = [("simulation", observation.seconds), ("looking at the data", run["preflight"])]
    rows += [(step["step"], step["duration"]) for step in overview["steps"]]
    own = made.seconds - run["busy"]
    return [
        *(f"{name:<22} {seconds:7.1f} s" for name, seconds in rows),
        f"{'the pipeline in all':<22} {made.seconds:7.1f} s",
        f"genericpipe's own share: {own:.2f} s ({own / made.seconds:.1%}), in which no job, no step plugin"
        " and no look at the data was at work",
    ]


def _pictures(job: Path) -> list[tuple[str, Path]]:
    """Return the pictures that were drawn, and what they are called here."""
    found = sorted((job / "inspection").glob("*.png"))
    return [("uv plane" if path.name == "uv_coverage.png" else "picture", path) for path in found]


def _near(path: Path) -> Path:
    """Return a path from the current folder, where it is below that."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
