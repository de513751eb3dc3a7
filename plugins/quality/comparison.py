"""Sources that were found, held against a catalogue: what agrees, what is missing, and by how much."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from statistics import median

from ..simulate.angles import separation
from .catalogues import CatalogueSource
from .keywords import QualityError
from .matching import match
from .measurement import Measured

COLUMNS = (
    "name",
    "catalogue_name",
    "ra_deg",
    "dec_deg",
    "flux_jy",
    "catalogue_flux_jy",
    "ratio",
    "offset_arcsec",
    "distance_deg",
)


@dataclass(frozen=True)
class Pair:
    """A source that was found, and the one of the catalogue.

    Parameters
    ----------
    found
        As it was found.
    known
        As the catalogue has it.
    expected
        The flux of the catalogue at the frequency of the image, Jy.
    distance
        From the reference direction of the image, deg.
    """

    found: CatalogueSource
    known: CatalogueSource
    expected: float
    distance: float

    @property
    def ratio(self) -> float:
        """The flux found over that of the catalogue."""
        return self.found.flux / self.expected if self.expected else math.nan

    @property
    def offset(self) -> float:
        """How far apart the two are, arcsec."""
        return 3600 * separation(self.known.ra, self.known.dec, self.found.ra, self.found.dec)

    @property
    def east_north(self) -> tuple[float, float]:
        """How far east and north of the catalogue's position the source was found, arcsec."""
        east = (self.found.ra - self.known.ra + 180) % 360 - 180
        return 3600 * east * math.cos(math.radians(self.known.dec)), 3600 * (self.found.dec - self.known.dec)


@dataclass(frozen=True)
class Comparison:
    """What became of the sources of a catalogue.

    Parameters
    ----------
    pairs
        Those that were found.
    missing
        Those of the catalogue that were not.
    extra
        Those that were found and are not in the catalogue.
    centre
        Right ascension and declination that distances count from, deg.
    frequency
        At which fluxes of the catalogue are taken, Hz; None: as they are.
    """

    pairs: tuple[Pair, ...]
    missing: tuple[CatalogueSource, ...]
    extra: tuple[CatalogueSource, ...]
    centre: tuple[float, float]
    frequency: float | None = None

    @property
    def ratio(self) -> float:
        """The median of the flux ratios; NaN where nothing was found."""
        ratios = [pair.ratio for pair in self.pairs if math.isfinite(pair.ratio)]
        return median(ratios) if ratios else math.nan

    @property
    def scatter(self) -> float:
        """The median deviation of the flux ratios from their median, as that of a normal distribution."""
        middle = self.ratio
        apart = [abs(pair.ratio - middle) for pair in self.pairs if math.isfinite(pair.ratio)]
        return median(apart) / 0.6745 if apart else math.nan

    @property
    def offset(self) -> float:
        """The median of the offsets, arcsec; NaN where nothing was found."""
        return median(pair.offset for pair in self.pairs) if self.pairs else math.nan

    @property
    def summary(self) -> str:
        """One line for people."""
        known = len(self.pairs) + len(self.missing)
        text = f"{len(self.pairs)} of {known} sources of the catalogue found, {len(self.extra)} others"
        if self.pairs:
            text += f"; flux / catalogue {self.ratio:.3f} +- {self.scatter:.3f} (median, scatter)"
            text += f"; positions {self.offset:.2f} arcsec off (median)"
        return text


def compare(
    found: Sequence[CatalogueSource],
    known: Sequence[CatalogueSource],
    *,
    centre: tuple[float, float],
    radius: float,
    frequency: float | None = None,
) -> Comparison:
    """Hold two lists of sources against each other by their positions.

    Parameters
    ----------
    found
        What was found in an image.
    known
        What the catalogue has there.
    centre
        Reference direction of the image: right ascension and declination, deg.
    radius
        How far apart two of a pair may be, deg.
    frequency
        Of the image, Hz: fluxes of the catalogue are taken there, if it has spectra.
    """
    numbers = match(found, known, radius)
    pairs = tuple(
        Pair(
            found[one],
            known[other],
            known[other].flux_at(frequency),
            separation(*centre, known[other].ra, known[other].dec),
        )
        for one, other in numbers
    )
    here, there = {one for one, _ in numbers}, {other for _, other in numbers}
    return Comparison(
        pairs,
        tuple(source for index, source in enumerate(known) if index not in there),
        tuple(source for index, source in enumerate(found) if index not in here),
        centre,
        frequency,
    )


def compare_measured(
    measured: Iterable[Measured], centre: tuple[float, float], frequency: float | None = None
) -> Comparison:
    """Return the comparison of sources that were measured where they are known to be.

    Parameters
    ----------
    measured
        What `measure_sources` returns.
    centre
        Reference direction of the image, deg.
    frequency
        Of the image, Hz.
    """
    pairs, missing = [], []
    for one in measured:
        if one.found:
            found = CatalogueSource(one.source.name, one.ra, one.dec, one.flux)
            pairs.append(Pair(found, one.source, one.expected, one.distance))
        else:
            missing.append(one.source)
    return Comparison(tuple(pairs), tuple(missing), (), centre, frequency)


def write_comparison(comparison: Comparison, path: str | os.PathLike[str]) -> Path:
    """Write the table of a comparison as CSV: pairs, then what is missing, then what is extra.

    Parameters
    ----------
    comparison
        What is written.
    path
        The file; its folder is made.

    Raises
    ------
    QualityError
        If it cannot be written.
    """
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for pair in comparison.pairs:
        found = pair.found
        numbers = (f"{pair.ratio:.4f}", f"{pair.offset:.3f}", f"{pair.distance:.4f}")
        fluxes = (f"{found.flux:.6g}", f"{pair.expected:.6g}")
        table.writerow((found.name, pair.known.name, *_place(found), *fluxes, *numbers))
    for source in comparison.missing:
        distance = separation(*comparison.centre, source.ra, source.dec)
        flux = source.flux_at(comparison.frequency)
        row = ("", source.name, *_place(source), "", f"{flux:.6g}", "", "", f"{distance:.4f}")
        table.writerow(row)
    for source in comparison.extra:
        distance = separation(*comparison.centre, source.ra, source.dec)
        row = (source.name, "", *_place(source), f"{source.flux:.6g}", "", "", "", f"{distance:.4f}")
        table.writerow(row)
    where = Path(path)
    made = where.with_name(f".{where.name}.{os.getpid()}.new")
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text.getvalue(), encoding="utf-8")
        made.replace(where)
    except OSError as error:
        raise QualityError(f"the table {where} cannot be written: {error.strerror or error}") from None
    return where


def _place(source: CatalogueSource) -> tuple[str, str]:
    return f"{source.ra:.6f}", f"{source.dec:.6f}"
