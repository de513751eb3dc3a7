"""An image held against what is known to be there: ``python -m genericpipe_plugins.quality.check``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence

from genericpipe import GenericPipeError

from .comparison import compare_measured
from .fitsimage import read_image
from .measurement import Measured, measure_sources


def table_of(measured: Iterable[Measured]) -> str:
    """Return a table for people: a line for each source.

    Parameters
    ----------
    measured
        What `measure_sources` returns.
    """
    lines = [
        f"{'source':<12} {'distance':>9} {'true':>9} {'found':>9} {'ratio':>7} {'offset':>8}",
        f"{'':<12} {'deg':>9} {'Jy':>9} {'Jy':>9} {'':>7} {'arcsec':>8}",
    ]
    for one in measured:
        start = f"{one.source.name:<12} {one.distance:9.2f} {one.expected:9.4f} "
        if one.found:
            lines.append(f"{start}{one.flux:9.4f} {one.ratio:7.3f} {one.offset:8.2f}")
        else:
            lines.append(f"{start}not found: {one.trouble}")
    return "\n".join(lines)


def main(words: Sequence[str] | None = None) -> int:
    """Print the sources found in an image against the truth.

    Returns
    -------
    int
        0; 1 where a source of the catalogue is not found; 3 where something cannot be read.
    """
    parser = argparse.ArgumentParser(
        prog="python -m genericpipe_plugins.quality.check",
        description="Measure the sources of a catalogue in an image, and print both fluxes.",
    )
    parser.add_argument("image", help="FITS image in Jy/beam")
    parser.add_argument("truth", help="truth.json of genericpipe simulate, or another catalogue")
    given = parser.parse_args(words)
    try:
        image = read_image(given.image)
        measured = measure_sources(image, given.truth)
    except GenericPipeError as error:
        print(f"error: {error}", file=sys.stderr)
        return int(error.exit_status)
    found = compare_measured(measured, image.reference, image.frequency)
    print(table_of(measured))
    print(found.summary.replace(", 0 others", ""))
    return 1 if found.missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
