"""The images that a call of WSClean leaves: their names, and what their headers say."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from genericpipe import GenericPipeError

from .options import CommandLine

Array = np.ndarray[Any, np.dtype[Any]]

_POLARISATION = re.compile("XX|YY|XY|YX|RR|LL|RL|LR|[IQUV]")
# With these it makes no images, or none of these names.
_NO_IMAGES = ("predict", "restore", "restore-list", "dry-run", "version", "help", "make-psf-only")


@dataclass(frozen=True)
class Products:
    """What a call leaves.

    Parameters
    ----------
    line
        The call.
    folder
        The folder it runs in.
    """

    line: CommandLine
    folder: Path

    @property
    def expected(self) -> bool:
        """Whether it makes images at all."""
        return bool(self.line.sets) and not self.line.has(*_NO_IMAGES)

    @cached_property
    def root(self) -> str:
        """What all names begin with."""
        return os.path.join(self.folder, self.line.value("name", default="wsclean"))

    @cached_property
    def polarisations(self) -> tuple[str, ...]:
        """The polarisations, in the order that they are asked for."""
        asked = _POLARISATION.findall(self.line.value("pol").upper())
        return tuple(dict.fromkeys(asked)) or ("I",)

    @property
    def intervals(self) -> tuple[str, ...]:
        """What stands in the names for each interval of time; nothing for a single one."""
        count = _number(self.line, "intervals-out")
        return tuple(f"-t{index:04d}" for index in range(count)) if count > 1 else ("",)

    @property
    def channels(self) -> tuple[str, ...]:
        """What stands in the names for each output channel; nothing for a single one."""
        count = _number(self.line, "channels-out", "channelsout")
        return tuple(f"-{index:04d}" for index in range(count)) if count > 1 else ("",)

    @property
    def whole(self) -> str:
        """What stands in the names for the image of all channels; nothing for a single one."""
        return "-MFS" if len(self.channels) > 1 else ""

    def path(self, part: str, polarisation: str, kind: str, interval: str = "") -> Path:
        """Return the name of an image.

        Parameters
        ----------
        part
            One of `channels`, or `whole`.
        polarisation
            One of `polarisations`.
        kind
            ``image``, ``dirty``, ``residual``, ``image-pb``, ...
        interval
            One of `intervals`.
        """
        letter = f"-{polarisation}" if len(self.polarisations) > 1 else ""
        return Path(f"{self.root}{interval}{part}{letter}-{kind}.fits")


@dataclass(frozen=True)
class Place:
    """Where the pixels of an image are on the sky, and which frequencies it is made of.

    Parameters
    ----------
    width, height
        In pixels.
    right_ascension, declination
        Of the point of tangency, in radians.
    centre_x, centre_y
        Its pixel, counted from 0.
    step_x, step_y
        From one pixel to the next, in radians; the first is negative where right ascension grows to the left.
    lowest, highest
        The edges of the band, in Hz.
    """

    width: int
    height: int
    right_ascension: float
    declination: float
    centre_x: float
    centre_y: float
    step_x: float
    step_y: float
    lowest: float
    highest: float

    def l_axis(self) -> Array:
        """Return the direction cosine l, which grows with right ascension, of each column."""
        axis: Array = (np.arange(self.width) - self.centre_x) * self.step_x
        return axis

    def m_axis(self) -> Array:
        """Return the direction cosine m, which grows with declination, of each row."""
        axis: Array = (np.arange(self.height) - self.centre_y) * self.step_y
        return axis

    @classmethod
    def of(cls, header: Mapping[str, Any], file: Path) -> Place:
        """Read a header that WSClean wrote.

        Parameters
        ----------
        header
            The header.
        file
            Whose, for messages.

        Raises
        ------
        GenericPipeError
            If it has another projection than WSClean's, or says too little.
        """
        try:
            axes = str(header["CTYPE1"]), str(header["CTYPE2"]), str(header["CTYPE3"])
            if axes != ("RA---SIN", "DEC--SIN", "FREQ"):
                raise GenericPipeError(f"{file}: its axes are {', '.join(axes)}, not those of WSClean")
            middle, width = float(header["CRVAL3"]), abs(float(header["CDELT3"]))
            return cls(
                int(header["NAXIS1"]),
                int(header["NAXIS2"]),
                float(np.radians(header["CRVAL1"])),
                float(np.radians(header["CRVAL2"])),
                float(header["CRPIX1"]) - 1.0,
                float(header["CRPIX2"]) - 1.0,
                float(np.radians(header["CDELT1"])),
                float(np.radians(header["CDELT2"])),
                middle - width / 2,
                middle + width / 2,
            )
        except KeyError as error:
            raise GenericPipeError(f"{file}: its header says too little: {error.args[0]}") from None


def _number(line: CommandLine, *names: str) -> int:
    text = line.value(*names)
    return int(text) if re.fullmatch("[0-9]{1,5}", text) else 1
