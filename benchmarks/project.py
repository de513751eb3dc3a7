"""A pipeline of one step with many jobs, as a folder with its parset and its mapfile."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: How many jobs run at once, here and in what we are compared with.
SLOTS = 2
TRUE = shutil.which("true") or "/bin/true"


@dataclass(frozen=True)
class Project:
    """A pipeline that can be run.

    Parameters
    ----------
    argv
        The command that runs it.
    job_folder
        What a run leaves.
    """

    argv: tuple[str, ...]
    job_folder: Path


def inputs(count: int) -> list[str]:
    """Return as many names of measurement sets; there are no such files."""
    return [f"/data/scratch/L{number:06d}_SB{number % 400:03d}_uv.MS" for number in range(count)]


def one_step(folder: Path, count: int, settings: Mapping[str, str]) -> Project:
    """Write a pipeline of one step.

    Parameters
    ----------
    folder
        Where.
    count
        How many jobs the step has.
    settings
        Keys of the step -> texts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mapfile, parset = folder / "in.mapfile", folder / "bench.parset"
    entries = (f"{{'host': 'localhost', 'file': '{name}', 'skip': False}}" for name in inputs(count))
    mapfile.write_text(f"[{', '.join(entries)}]")
    keys = {
        "control.kind": "recipe",
        "control.mapfile_in": str(mapfile),
        "control.inputkey": "input",
        "control.max_per_node": str(SLOTS),
        **settings,
    }
    lines = ["pipeline.steps = [work]", *(f"work.{key} = {text}" for key, text in keys.items())]
    parset.write_text("\n".join(lines) + "\n")
    command = (sys.executable, "-m", "genericpipe", "run", "-r", str(folder), str(parset))
    return Project(command, folder / "bench")


def true_jobs(folder: Path, count: int) -> Project:
    """Write a pipeline whose jobs do nothing at all: what is left is what we cost."""
    settings = {"control.type": "executable_args", "control.executable": TRUE, "argument.flags": "[input]"}
    return one_step(folder, count, settings)
