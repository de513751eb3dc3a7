"""LOFAR's HBA stations: where they stand, which of their tiles work, and how these stand to one another.

Positions come from the package lofarantpos, which carries the tables of the observatory. Each of the 61
fields that a real observation of 2013 describes comes out within 0.6 m in position, which is the same
shift for all, and within a millimetre in everything within a field.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genericpipe import GenericPipeError, UsageError, did_you_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TILES = 48
# An ear has 24 tiles; with HBA_DUAL_INNER a remote station uses its 24 inner ones, to have the same beam.
USED = 24
_SPACING = 1.25  # m, between the elements of a tile: 4 x 4 of them
_REACH = 30e3  # m, from the middle of the core
_MARGIN = 5.0  # m, a tile is 5 m wide: half a tile on either side


@dataclass(frozen=True)
class AntennaField:
    """An antenna field, which is one row of the table ANTENNA.

    Parameters
    ----------
    name
        ``CS001HBA0``, ``RS106HBA``.
    position
        Phase centre, ETRS89, m, shape (3,).
    axes
        The field's own axes p, q, r as rows, shape (3, 3).
    tiles
        Tiles as seen from the phase centre, ETRS89, m, shape (48, 3).
    elements
        Elements of a tile as seen from its centre, ETRS89, m, shape (16, 3).
    used
        Which tiles belong to the field, shape (48,).
    broken
        Which of these do not work, shape (48,).
    """

    name: str
    position: NDArray[np.float64]
    axes: NDArray[np.float64]
    tiles: NDArray[np.float64]
    elements: NDArray[np.float64]
    used: NDArray[np.bool_]
    broken: NDArray[np.bool_]

    @property
    def station(self) -> str:
        """The station it belongs to: ``CS001``."""
        return self.name[:5]

    @property
    def kind(self) -> str:
        """Its name within the station: ``HBA0``, ``HBA1`` or ``HBA``."""
        return self.name[5:]

    @property
    def diameter(self) -> float:
        """The diameter of the used tiles together, m, broken ones included."""
        import numpy as np

        return 2 * float(np.linalg.norm(self.tiles[self.used], axis=1).max()) + _MARGIN

    @property
    def working(self) -> int:
        """How many tiles work."""
        return int((self.used & ~self.broken).sum())


def open_database() -> Any:
    """Return the antenna database of lofarantpos.

    Raises
    ------
    GenericPipeError
        If that is not installed.
    """
    try:
        from lofarantpos.db import LofarAntennaDatabase
    except ImportError as error:
        raise GenericPipeError(
            f"lofarantpos, which knows the stations, cannot be imported: {error}",
            hint="pip install 'genericpipe[tools]'",
        ) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves the closing of its files to Python
        return LofarAntennaDatabase()


def dutch_fields(database: Any) -> list[str]:
    """Return the names of all HBA fields of the Dutch stations, sorted."""
    # The tables know of stations that were planned and never built, each of them in one table only.
    known = database.hba_rotations.keys() & database.phase_centres.keys() & database.pqr_to_etrs.keys()
    return sorted(name for name in known if re.fullmatch(r"[CR]S\d{3}HBA[01]?", name))


def choose(wanted: str | int | Sequence[str], database: Any) -> list[str]:
    """Return the names of antenna fields.

    Parameters
    ----------
    wanted
        ``core``, ``dutch``, a number of fields, or names of stations (``CS001``: both ears) and fields
        (``CS001HBA0``) with commas between, or as a list. So many fields are chosen from all
        Dutch ones such that their baselines make a good image.
    database
        That of `open_database`.

    Raises
    ------
    UsageError
        If there is no such station or fewer fields than are asked for.
    """
    fields = dutch_fields(database)
    words = [str(wanted)] if isinstance(wanted, int) else wanted
    if isinstance(words, str):
        words = [word.strip() for word in words.split(",") if word.strip()]
    if words == ["dutch"]:
        return fields
    if words == ["core"]:
        return [name for name in fields if name.startswith("CS")]
    if len(words) == 1 and re.fullmatch(r"-?\d+", words[0]):
        return _spread(int(words[0]), fields, database)
    chosen: dict[str, None] = {}
    for word in words:
        chosen.update(dict.fromkeys(_named(word.upper(), fields, database)))
    if len(chosen) < 2:
        raise UsageError(
            f"stations {','.join(words)!r}: a baseline needs two", hint="core, dutch, a number, or names"
        )
    return [name for name in fields if name in chosen]


def _spread(number: int, fields: Sequence[str], database: Any) -> list[str]:
    """Return so many fields whose baselines fill the uv plane well.

    Half of them are remote stations, those that have baselines below the usual cut of 7000 wavelengths, as
    long as there are such; the rest are the core's, one ear each, evenly by distance. The far remote stations
    and the second ears come last: to any other station an ear's baseline is nearly that of the first. 24
    fields, 40 minutes and robust 0 give a beam of 30 by 20 arcsec; fields taken evenly by distance give
    sidelobes that a fit takes for the beam.
    """
    import numpy as np

    if not 2 <= number <= len(fields):
        raise UsageError(f"{number} stations: there are 2 to {len(fields)} antenna fields")
    middle = database.phase_centres["CS002LBA"]
    distance = {name: float(np.linalg.norm(database.phase_centres[name] - middle)) for name in fields}
    ordered = sorted(fields, key=lambda name: distance[name])
    remote = [name for name in ordered if name.startswith("RS")]
    near = [name for name in remote if distance[name] < _REACH][: number // 2]
    core = [name for name in ordered if name.endswith("HBA0")]
    wanted = min(number - len(near), len(core))
    picked = [*near, *(core[int(place)] for place in np.linspace(0, len(core) - 1, wanted).round())]
    rest = [name for name in (*remote, *ordered) if name not in picked]
    picked += list(dict.fromkeys(rest))[: number - len(picked)]
    return [name for name in fields if name in picked]


def _named(word: str, fields: Iterable[str], database: Any) -> list[str]:
    found = [name for name in fields if word in (name, name[:5], name.removesuffix("0").removesuffix("1"))]
    if found:
        return found
    if word[:2] not in ("CS", "RS") and f"{word[:5]}HBA" in database.phase_centres:
        raise UsageError(f"station {word!r} is no Dutch station: only these can be simulated")
    known = {name[:5] for name in fields} if len(word) < 8 else fields
    hint = did_you_mean(word, known)
    raise UsageError(
        f"there is no station {word!r}", hint=hint or "core, dutch, a number, or names like CS001"
    )


def antenna_fields(
    names: Iterable[str], database: Any, broken: float, random: np.random.Generator
) -> list[AntennaField]:
    """Return antenna fields with their tiles, some of them broken.

    Parameters
    ----------
    names
        Their names, those that `choose` returns.
    database
        That of `open_database`.
    broken
        How likely a tile is broken, 0 to 1; at least one tile of a field works.
    random
        Draws which.
    """
    return [_field(name, database, broken, random) for name in names]


def _field(name: str, database: Any, broken: float, random: np.random.Generator) -> AntennaField:
    import numpy as np

    position = np.asarray(database.phase_centres[name], float)
    to_etrs = np.asarray(database.pqr_to_etrs[name], float)
    tiles = database.antenna_etrs(name[:5] + "HBA") - position
    used = np.zeros(TILES, bool)
    kinds: Mapping[str, slice] = {"HBA0": slice(0, USED), "HBA1": slice(USED, TILES)}
    if name[5:] in kinds:
        used[kinds[name[5:]]] = True
    else:
        used[np.argsort(np.linalg.norm(tiles, axis=1), kind="stable")[:USED]] = True
    fails = random.random(TILES) < broken
    if fails[used].all():
        fails[random.choice(np.flatnonzero(used))] = False
    return AntennaField(
        name, position, to_etrs.T, tiles, _elements(database.hba_rotations[name], to_etrs), used, used & fails
    )


def _elements(rotation: float, to_etrs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where the elements of a tile stand: the top row (q) first, each from left to right (p)."""
    import numpy as np

    steps = (np.arange(4) - 1.5) * _SPACING
    p, q = np.tile(steps, 4), np.repeat(steps[::-1], 4)
    cosine, sine = np.cos(rotation), np.sin(rotation)
    turned = np.stack([cosine * p + sine * q, cosine * q - sine * p, np.zeros(16)], axis=1)
    return np.asarray(turned @ to_etrs.T)
