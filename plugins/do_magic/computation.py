"""All numbers of do_magic, from headers; without mapfiles."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from genericpipe import GenericPipeError

from . import channels
from .averaging import Averaging, averaging, baseline_wavelengths
from .beam import width
from .faults import UnusableSet, fault
from .grouping import Group, grouped
from .headers import Header, read_header
from .imagesize import ImageSize, image_size
from .settings import Settings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Band:
    """What follows for the sets of one frequency.

    Parameters
    ----------
    group
        The sets.
    fwhm
        Full width at half maximum of the station's beam in degrees.
    high, low
        Image sizes in pixels at high and at low resolution.
    """

    group: Group
    fwhm: float
    high: ImageSize
    low: ImageSize


@dataclass(frozen=True)
class Computed:
    """What follows for the whole image.

    Parameters
    ----------
    bands
        One for each frequency, lowest first; the first is that of the image of all.
    averaging
        How far all sets are averaged: what suits the first set of the lowest frequency.
    averaged_channels
        Number of channels of one set a frequency, once averaged.
    nbands
        Bands of ten subbands.
    nchansout
        Channels of the image.
    nwavelengths_high, nwavelengths_low
        Up to which length in wavelengths baselines may be averaged.
    """

    bands: tuple[Band, ...]
    averaging: Averaging
    averaged_channels: int
    nbands: int
    nchansout: int
    nwavelengths_high: int
    nwavelengths_low: int

    @property
    def deepest(self) -> Band:
        """The band of the lowest frequency, whose field is the largest."""
        return self.bands[0]

    @property
    def headers(self) -> list[Header]:
        """The headers of all sets, group after group."""
        return [header for band in self.bands for header in band.group.headers]


def measure(paths: Sequence[str], settings: Settings | None = None, tolerant: bool = False) -> Computed:
    """Read the headers of measurement sets and return what follows for their image.

    Parameters
    ----------
    paths
        The sets; at least one.
    settings
        How large the image is to be.
    tolerant
        Whether a set that cannot be used is left out with a warning, as long as there is another.

    Returns
    -------
    Computed
        As `compute` returns it.

    Raises
    ------
    GenericPipeError
        As `read_header` and `compute`.
    """
    settings = settings or Settings()
    headers = []
    reasons = []
    for path in paths:
        try:
            headers.append(read_header(path, settings.elevation_sampling))
        except UnusableSet as error:
            if not tolerant:
                raise
            _LOG.warning("%s; it is left out", error.message)
            reasons.append(error)
    if reasons and not headers:
        raise fault(f"none of {len(reasons)} measurement sets can be used; the first: {reasons[0].message}")
    for header in headers:
        if header.has_one_slot:
            _LOG.warning(
                "do_magic: %s has a single time slot; its interval is taken from the column INTERVAL: %g s",
                header.path,
                header.interval,
            )
    return compute(headers, settings)


def compute(headers: Iterable[Header], settings: Settings | None = None) -> Computed:
    """Return what follows for the image of some measurement sets.

    Source: image contract 3.2 and 3.3, the formulas of prefactor's deep sort and compute script.

    Parameters
    ----------
    headers
        Of at least one set; frequencies in Hz, elevations in rad (shape: samples of the set), intervals in
        s, diameters in m.
    settings
        How large the image is to be.

    Returns
    -------
    Computed
        Widths in degrees, sizes in pixels, one band for each frequency; steps in Hz and s for all sets.

    Raises
    ------
    GenericPipeError
        If there is no header, or one of them or the settings give no beam, no image or no averaging.
    """
    settings = settings or Settings()
    groups = grouped(headers)
    if not groups:
        raise fault("there is no measurement set")
    bands = tuple(_band(group, settings) for group in groups)
    lowest = groups[0].first
    step = averaging(lowest.channels, lowest.channel_width, lowest.interval)
    averaged = sum(_averaged(group.first, step) for group in groups)
    if averaged < channels.LEAST:
        _LOG.warning(
            "do_magic: a single channel is left after averaging: WSClean refuses to join fewer than two, and "
            "to make more than there are"
        )
    return Computed(
        bands,
        step,
        averaged,
        channels.bands(len(groups)),
        channels.output_channels(len(groups), averaged),
        baseline_wavelengths(settings.cellsize_highres_deg, step.time),
        baseline_wavelengths(settings.cellsize_lowres_deg, step.time),
    )


def _band(group: Group, settings: Settings) -> Band:
    first = group.first
    try:
        fwhm = width(first.frequency, first.diameter, group.elevation)
        high, low = (
            image_size(fwhm, cell, field, settings.image_padding, settings.y_axis_stretch)
            for cell, field in (
                (settings.cellsize_highres_deg, settings.fieldsize_highres),
                (settings.cellsize_lowres_deg, settings.fieldsize_lowres),
            )
        )
    except GenericPipeError as error:
        raise type(error)(f"{error.message} ({first.path})", hint=error.hint) from None
    return Band(group, fwhm, high, low)


def _averaged(header: Header, step: Averaging) -> int:
    """Return how many channels a set has, once DP3 has averaged it to a width (image contract 2.2)."""
    together = max(1, int(step.width / abs(header.channel_width) + 0.5))
    return -(-header.channels // together)
