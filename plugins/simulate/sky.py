"""The sky: sources, the file that lists them, a field to start with, and DP3's own file of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genericpipe import GenericPipeError, Location, did_you_mean

from .angles import offset, read_declination, read_right_ascension

REFERENCE_FREQUENCY = 140e6


@dataclass(frozen=True)
class Source:
    """A point source.

    Parameters
    ----------
    name
        What it is called; no two of a sky are called the same.
    ra, dec
        Where it is, J2000, deg.
    flux
        Stokes I at its reference frequency, Jy.
    index
        Spectral index: the flux goes as frequency to this power.
    q, u, v
        The other Stokes parameters, Jy, at all frequencies: DP3 lets the spectral index act on I alone.
    frequency
        Its reference frequency, Hz.
    """

    name: str
    ra: float
    dec: float
    flux: float
    index: float = 0.0
    q: float = 0.0
    u: float = 0.0
    v: float = 0.0
    frequency: float = REFERENCE_FREQUENCY

    def flux_at(self, frequency: float) -> float:
        """Return Stokes I in Jy at a frequency in Hz."""
        return self.flux * math.pow(frequency / self.frequency, self.index)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not finite")
    return value


def _positive(text: str) -> float:
    value = _number(text)
    if value <= 0:
        raise ValueError(f"{text!r} is not above zero")
    return value


def _name(text: str) -> str:
    # DP3 reads names out of a line with commas, quotes and comments.
    if not all(letter.isalnum() or letter in "._+-" for letter in text):
        raise ValueError(f"{text!r} has other characters than letters, digits and . _ + -")
    return text


_COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "name": _name,
    "ra": read_right_ascension,
    "dec": read_declination,
    "flux": _positive,
    "index": _number,
    "q": _number,
    "u": _number,
    "v": _number,
    "frequency": _positive,
}
_REQUIRED = ("name", "ra", "dec", "flux")


def read_sky(path: Path) -> list[Source]:
    """Read a list of sources.

    The first line names the columns: ``name ra dec flux``, and if wanted ``index q u v frequency``, in any
    order. Each further line is a source. Blanks or commas stand between; ``#`` begins a comment.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    GenericPipeError
        If the file or one of its lines cannot be read; with the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise GenericPipeError(f"the sky {path} cannot be read: {reason}") from None
    columns: list[str] = []
    found: dict[str, tuple[Source, int]] = {}
    for number, line in enumerate(lines, start=1):
        words = line.partition("#")[0].replace(",", " ").split()
        place = Location(str(path), number)
        if not words:
            continue
        if not columns:
            columns = _header(words, place)
            continue
        source = _source(columns, words, place)
        if source.name in found:
            raise GenericPipeError(
                f"a second source {source.name!r}; the first is on line {found[source.name][1]}", place
            )
        found[source.name] = source, number
    if not found:
        raise GenericPipeError(
            f"{path} lists no source", hint="one line 'name ra dec flux', then a line for each source"
        )
    return [source for source, _ in found.values()]


def _header(words: Sequence[str], place: Location) -> list[str]:
    columns = [word.lower() for word in words]
    for column in columns:
        if column not in _COLUMNS:
            hint = did_you_mean(column, _COLUMNS)
            raise GenericPipeError(
                f"no column of a sky is called {column!r}", place, hint or f"there are {', '.join(_COLUMNS)}"
            )
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice:
        raise GenericPipeError(f"column {twice!r} stands twice", place)
    missing = [column for column in _REQUIRED if column not in columns]
    if missing:
        raise GenericPipeError(
            f"the sky has no column {missing[0]!r}", place, f"the first line needs {' '.join(_REQUIRED)}"
        )
    return columns


def _source(columns: Sequence[str], words: Sequence[str], place: Location) -> Source:
    if len(words) != len(columns):
        raise GenericPipeError(
            f"{len(words)} values for {len(columns)} columns: {' '.join(words)!r}",
            place,
            f"the columns are {' '.join(columns)}",
        )
    values = {}
    for column, word in zip(columns, words, strict=True):
        try:
            values[column] = _COLUMNS[column](word)
        except ValueError as error:
            reason = str(error).replace("could not convert string to float: ", "no number: ")
            raise GenericPipeError(f"{column}: {reason}", place) from None
    source = Source(**values)
    polarised = math.sqrt(source.q**2 + source.u**2 + source.v**2)
    if polarised > source.flux:
        raise GenericPipeError(
            f"source {source.name!r} is polarised by {polarised:g} Jy, which is more than its flux", place
        )
    return source


# Distance from the phase centre (deg), position angle (deg), flux (Jy), spectral index, q, u, v (Jy). The
# half power of a station is at 2.25 deg at 140 MHz; the outermost two lie beyond. Turned so that no two are
# near each other, nor on one line with the centre.
_TEST_FIELD = (
    (0.10, 0.0, 3.0, -0.7, 0.0, 0.0, 0.0),
    (0.45, 137.5, 1.0, -0.8, 0.10, -0.05, 0.0),
    (0.75, 275.0, 1.2, -0.6, 0.0, 0.0, 0.0),
    (1.05, 52.5, 0.9, -0.9, 0.0, 0.0, 0.0),
    (1.35, 190.0, 1.5, -0.7, -0.15, 0.0, 0.0),
    (1.65, 327.5, 1.0, -0.5, 0.0, 0.0, 0.0),
    (1.90, 105.0, 1.4, -0.8, 0.0, 0.0, 0.05),
    (2.15, 242.5, 1.6, -0.7, 0.0, 0.0, 0.0),
    (2.40, 20.0, 1.5, 0.0, 0.0, 0.0, 0.0),
    (2.70, 157.5, 2.0, -0.7, 0.0, 0.0, 0.0),
)


def test_field(ra: float, dec: float) -> list[Source]:
    """Return ten sources around a direction, from its middle to beyond the half power of the stations' beam.

    Parameters
    ----------
    ra, dec
        The phase centre, deg.
    """
    return [
        Source(f"T{number:02}", *offset(ra, dec, distance, angle), *rest)
        for number, (distance, angle, *rest) in enumerate(_TEST_FIELD)
    ]


def sky_model(sources: Iterable[Source]) -> str:
    """Return the sources as DP3's predict reads them from a text file."""
    columns = "Name, Type, Ra, Dec, I, Q, U, V, ReferenceFrequency='140e6', SpectralIndex='[]', LogarithmicSI"
    lines = [f"FORMAT = {columns}"]
    for one in sources:
        stokes = ", ".join(f"{value!r}" for value in (one.flux, one.q, one.u, one.v))
        place = f"{one.ra:.10f}deg, {one.dec:.10f}deg"
        lines.append(f"{one.name}, POINT, {place}, {stokes}, {one.frequency!r}, [{one.index!r}], true")
    return "\n".join(lines) + "\n"
