"""What WSClean leaves: images, named after ``-name`` (image contract 2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from genericpipe import Job

from .making import Maker

_NAME = "wsclean"
_KINDS = ("image", "model", "residual", "psf", "dirty")
_UNITS = {"model": "JY/PIXEL", "psf": ""}
# Options with which images are corrected for the beam, and the kinds of which there are two then.
_BEAMS = ("-grid-with-beam", "-apply-primary-beam")
_CORRECTED = ("image", "model", "residual")
# Codes of the FITS standard.
_STOKES = {
    **dict(zip("IQUV", range(1, 5), strict=True)),
    **dict(zip(("RR", "LL", "RL", "LR", "XX", "YY", "XY", "YX"), range(-1, -9, -1), strict=True)),
}
_POLARISATIONS = re.compile("XX|YY|XY|YX|RR|LL|RL|LR|[IQUV]")
_LOWEST, _SPACING = 120e6, 2e6


def is_it(name: str) -> bool:
    """Return whether a program of this name, in lower case, is WSClean; sites add versions to it."""
    return _NAME in name


def leave(job: Job, made: Maker) -> None:
    """Make the images.

    Parameters
    ----------
    job
        The job.
    made
        Makes them.
    """
    words = job.argv
    root = _value(words, "-name") or _NAME
    channels = _number(_value(words, "-channels-out") or _value(words, "-channelsout"))
    polarisations = _POLARISATIONS.findall((_value(words, "-pol") or "I").upper()) or ["I"]
    is_corrected = any(word in _BEAMS for word in words)
    for number, part in enumerate(_parts(channels)):
        frequency = _LOWEST + _SPACING * number
        for kind, polarisation in _images(polarisations):
            letter = f"-{polarisation}" if len(polarisations) > 1 and kind != "psf" else ""
            endings = ("", "-pb") if is_corrected and kind in _CORRECTED else ("",)
            for ending in endings:
                made.fits(
                    f"{root}{part}{letter}-{kind}{ending}.fits",
                    _UNITS.get(kind, "JY/BEAM"),
                    _STOKES.get(polarisation, 1),
                    frequency,
                )
    if "-save-source-list" in words:
        made.empty(f"{root}-sources.txt")


def _parts(channels: int) -> Iterator[str]:
    """Yield what stands for each output channel in names, and for all together; nothing for a single one."""
    if channels < 2:
        yield ""
        return
    yield from (f"-{number:04d}" for number in range(channels))
    yield "-MFS"


def _images(polarisations: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield kind and polarisation of each image; the beam is the same for all polarisations."""
    for kind in _KINDS:
        for polarisation in polarisations[:1] if kind == "psf" else polarisations:
            yield kind, polarisation


def _value(words: Sequence[str], option: str) -> str:
    """Return the word after the last such option, empty without it."""
    found = [after for word, after in pairwise(words) if word == option]
    return found[-1].strip() if found else ""


def _number(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,4}", text) else 1
