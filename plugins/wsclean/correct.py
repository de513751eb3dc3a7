"""Makes ``*-image-pb.fits``: each apparent image divided by its average beam.

A program of its own, which `run` starts when WSClean is done: EveryBeam reads its settings from the
environment, and what it holds in memory goes with it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from genericpipe import GenericPipeError, __version__

from .beam import MODEL, Looks, Telescope, average_beam, looks_at
from .images import Place, Products
from .options import CommandLine
from .visibilities import Array, VisibilitySet
from .weights import Weighting, planes

# The polarisations for which the scalar beam of Stokes I holds.
CORRECTED = ("I", "V")
_CARD = 72


@dataclass(frozen=True)
class Channel:
    """An output channel and its beam.

    Parameters
    ----------
    part
        What stands in the names of its images.
    weight
        How much it counts in the image of all channels (WSCIMGWG).
    beam
        B at each pixel; None where it has no data.
    frequency
        In Hz.
    looks
        How often the beam was looked at.
    """

    part: str
    weight: float
    beam: Array | None
    frequency: float
    looks: int


def correct(products: Products, differential: bool, limit: float, interval: float) -> list[Path]:
    """Make the corrected images of a call.

    Parameters
    ----------
    products
        The images that it left.
    differential
        Whether the data are corrected at the phase centre, whatever is written in them.
    limit
        Where the beam is lower, the image has no value.
    interval
        Seconds between two looks at the beam.

    Returns
    -------
    list of Path
        The images that were made.

    Raises
    ------
    GenericPipeError
        If an image or set cannot be used.
    """
    polarisations = [one for one in products.polarisations if one in CORRECTED]
    sets = open_sets(products.line, products.folder)
    telescopes = [(one, Telescope(one, differential)) for one in sets]
    headers = [_header(products.path(part, polarisations[0], "image")) for part in products.channels]
    files = [products.path(part, polarisations[0], "image") for part in products.channels]
    places = [Place.of(header, file) for header, file in zip(headers, files, strict=True)]
    weighting = Weighting.of(products.line, places[0])
    how = _how(weighting, differential)
    made: list[Path] = []
    channels: list[Channel] = []
    bands = [(place.lowest, place.highest) for place in places]
    for part, header, place, plane in zip(
        products.channels, headers, places, planes(weighting, sets, bands), strict=True
    ):
        found: list[tuple[VisibilitySet, Telescope, Looks]] = [
            (one, telescope, looks_at(one, one.channels(place.lowest, place.highest), plane, interval))
            for one, telescope in telescopes
        ]
        weight = float(header.get("WSCIMGWG", 0.0))
        if weight and any(looks.weight for _, _, looks in found):
            channel = Channel(part, weight, *average_beam(found, place))
            told = f"J at {channel.frequency / 1e6:.6f} MHz and {channel.looks} times."
        else:
            channel = Channel(part, 0.0, None, 0.0, 0)
            told = "There are no data in this channel: the image is as it was."
        channels.append(channel)
        for polarisation in polarisations:
            made.append(_divided(products, part, polarisation, channel.beam, limit, (*how, told)))
    if products.whole:
        told = "B is the mean of the B of the output channels, weighted as their images are (WSCIMGWG)."
        for polarisation in polarisations:
            beam = _mean(channels)
            made.append(_divided(products, products.whole, polarisation, beam, limit, (*how, told)))
    return made


def open_sets(line: CommandLine, folder: Path) -> list[VisibilitySet]:
    """Look at the sets of a call.

    Parameters
    ----------
    line
        The call.
    folder
        The folder it runs in.
    """
    bounds = line.values("interval")
    interval = (int(bounds[0]), int(bounds[1])) if bounds else None
    column = line.value("data-column", "datacolumn")
    return [VisibilitySet.open(os.path.join(folder, path), column, interval) for path in line.sets]


def _how(weighting: Weighting, differential: bool) -> tuple[str, ...]:
    """Return how the beam is made, in sentences for HISTORY."""
    normalised = (
        "J is relative to the phase centre"
        if differential
        else "J is relative to the phase centre if the data say they are corrected there"
    )
    missing = ", ".join(weighting.not_followed)
    return (
        f"Corrected for the average primary beam by genericpipe {__version__}; this is not IDG.",
        "Image = apparent image / B, B = sum(w Re(tr(J_p J_q^H)) / 2) / sum(w) over times and"
        " baselines p < q.",
        f"J: station responses of EveryBeam {metadata.version('everybeam')}, {MODEL}; {normalised}.",
        f"w: imaging weights, {weighting}, of each visibility.",
        *((f"Not considered in w: {missing}.",) if missing else ()),
    )


def _mean(channels: Sequence[Channel]) -> Array | None:
    """Return the beam of the image of all channels."""
    total = sum(channel.weight for channel in channels)
    if not total:
        return None
    parts = (channel.beam * (channel.weight / total) for channel in channels if channel.beam is not None)
    whole: Array = sum(parts, np.zeros(()))
    return whole


def _header(path: Path) -> Any:
    from astropy.io import fits

    try:
        return fits.getheader(path)
    except OSError as error:
        raise GenericPipeError(f"{path}: it cannot be read: {error.strerror or error}") from None


def _divided(
    products: Products,
    part: str,
    polarisation: str,
    beam: Array | None,
    limit: float,
    history: Sequence[str],
) -> Path:
    """Write an image divided by a beam; where the beam is too low, there is no value."""
    from astropy.io import fits

    source, target = (products.path(part, polarisation, kind) for kind in ("image", "image-pb"))
    hidden = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with fits.open(source, memmap=False) as opened:
            image = opened[0]
            if beam is not None:
                seen = np.where(beam >= limit, beam, np.nan)
                image.data = (image.data / seen).astype(np.float32)
                blank = f"No value where B < {limit:g}: {np.isnan(seen).mean():.1%} of the image."
                history = (*history, blank)
            for card in _cards(history):
                image.header.add_history(card)
            image.writeto(hidden, overwrite=True)
        hidden.replace(target)
    except OSError as error:
        raise GenericPipeError(f"{target}: it cannot be made: {error.strerror or error}") from None
    finally:
        hidden.unlink(missing_ok=True)
    return target


def _cards(sentences: Sequence[str]) -> Iterator[str]:
    """Yield sentences cut between words, so that each piece fits a card of a FITS header."""
    for sentence in sentences:
        card = ""
        for word in sentence.split(" "):
            if card and len(card) + 1 + len(word) > _CARD:
                yield card
                card = ""
            card = f"{card} {word}" if card else word
        yield card


def main(words: Sequence[str]) -> int:
    """Correct the images of a call; return the exit status."""
    parser = argparse.ArgumentParser(prog="genericpipe_plugins.wsclean.correct", allow_abbrev=False)
    parser.add_argument("--differential", action="store_true")
    parser.add_argument("--limit", type=float, required=True)
    parser.add_argument("--interval", type=float, required=True)
    parser.add_argument("--check", action="store_true", help="only look whether it can be done")
    place = words.index("--")
    given = parser.parse_args(words[:place])
    line = CommandLine.parse(words[place + 1 :])
    try:
        if given.check:
            for one in open_sets(line, Path.cwd()):
                Telescope(one, given.differential)
            return 0
        for path in correct(Products(line, Path.cwd()), given.differential, given.limit, given.interval):
            print(f"made {path}", flush=True)
    except GenericPipeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
