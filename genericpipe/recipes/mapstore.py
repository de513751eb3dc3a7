"""Where a step's mapfiles are read and written: on the disk, or, for a plan, beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ..mapfile import DataMap, read, write


class MapStore(Protocol):
    """The mapfiles of a run, by path."""

    def read(self, paths: Sequence[str], like: DataMap | None = None) -> tuple[DataMap, ...]:
        """Return maps that belong together: a step's input maps, or the output maps that it was given.

        Parameters
        ----------
        paths
            The mapfiles.
        like
            A map that these are to fit, where there is one already.

        Raises
        ------
        MapfileError
            If one cannot be read.
        """
        ...

    def write(self, data_map: DataMap, path: Path) -> None:
        """Write a map.

        Raises
        ------
        MapfileError
            If it cannot be written.
        """
        ...


class Disk:
    """Mapfiles where their paths say."""

    def read(self, paths: Sequence[str], like: DataMap | None = None) -> tuple[DataMap, ...]:
        """Return maps as their files hold them."""
        return tuple(read(path) for path in paths)

    def write(self, data_map: DataMap, path: Path) -> None:
        """Write a map to its file, replacing it at once."""
        write(data_map, path)


#: What every run uses.
DISK: MapStore = Disk()
