"""The image pipeline, run on the simulated observation as on a real one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from genericpipe_plugins.wsclean.capabilities import ask, find

from demo.commands import Failed, run
from demo.folder import CONFIGURATION, IMAGE, JOB
from demo.simulation import Observation

PARSETS = Path(__file__).resolve().parent.parent / "parsets"

# What differs from the pipeline's defaults, which are those of production for observations of hours.
OPTIONS = {
    # The image with the primary beam divided out: its fluxes are those of the sky.
    "feedback_image": "-MFS-image-pb.fits",
    # In a short observation WSClean must not clean as deep: sidelobes of few baselines look like sources.
    "auto_mask": "6",
    "auto_threshold": "4",
}


@dataclass(frozen=True)
class Made:
    """What the pipeline made.

    Parameters
    ----------
    image
        The image.
    job
        The job folder.
    seconds
        How long the whole command took.
    """

    image: Path
    job: Path
    seconds: float


def make_image(folder: Path, observation: Observation, more: Iterable[str], *, plots: bool) -> Made:
    """Run the image pipeline.

    Parameters
    ----------
    folder
        The folder of the demonstration.
    observation
        What is imaged.
    more
        Further options of the pipeline, ``NAME=VALUE``.
    plots
        Whether pictures of the image and of the uv coverage are drawn.

    Raises
    ------
    Failed
        If a step fails, or there is no WSClean.
    """
    image = folder / IMAGE
    options = {
        "data_input_filenames": f"[{','.join(map(str, observation.sets))}]",
        "image_output_filenames": f"[{image}]",
        "plots": "on" if plots else "off",
        **OPTIONS,
    }
    words: list[str | Path] = ["run", "-c", _configuration(folder), "-t", PARSETS / "tasks.cfg", "-r", folder]
    for option in (*(f"{name}={value}" for name, value in options.items()), *more):
        words += ["--set", option]
    return Made(image, folder / JOB, run(*words, PARSETS / "Image.parset"))


def _configuration(folder: Path) -> Path:
    """Return the configuration: that of the pipeline, told what to do where WSClean has no IDG."""
    program = find("wsclean")
    if program is None:
        raise Failed("there is no wsclean on PATH; on Debian: sudo apt-get install wsclean")
    wsclean = ask(program)
    if wsclean.idg:
        return PARSETS / CONFIGURATION
    mine = folder / CONFIGURATION
    shutil.copy(PARSETS / CONFIGURATION, mine)
    print(f"\n{wsclean} has no IDG: its wgridder makes the images, which are divided by the beam afterwards")
    run("config", "set", "-c", mine, "wsclean.without_idg", "wgridder")
    return mine
