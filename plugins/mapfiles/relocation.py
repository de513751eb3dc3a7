"""The same files in another folder: new names for the entries of a map, no two of them the same."""

from __future__ import annotations

import os
from collections.abc import Callable

from genericpipe import DataProduct

from .inputs import files_of
from .keywords import Keywords
from .lists import respelt


class Relocation:
    """Gives files new names in a folder.

    Parameters
    ----------
    keys
        Whose map it is; its key ``mapfile_in`` names it.
    folder
        The folder.
    rename
        What becomes of a file's name.
    """

    def __init__(self, keys: Keywords, folder: str, rename: Callable[[str], str]) -> None:
        self._keys = keys
        self._folder = folder
        self._rename = rename
        self._taken: dict[tuple[str, str], str] = {}

    def of(self, number: int, product: DataProduct, host: str) -> DataProduct:
        """Return an entry with its file, or each of its list of files, in the folder.

        Parameters
        ----------
        number
            The entry's number, from 1 on.
        product
            The entry.
        host
            The host of the new entry.

        Raises
        ------
        GenericPipeError
            If a file has no name, or another file on this host has got the same one.
        """
        files = files_of(self._keys, "mapfile_in", number, product)
        moved = []
        for file in files:
            name = os.path.basename(file)
            if not name:
                raise self._keys.fault(
                    f"mapfile_in: entry {number} of {self._keys.text('mapfile_in')} has no name: {file!r}"
                )
            moved.append(os.path.join(self._folder, self._rename(name)))
            if not product.skip:
                self._take(host, file, moved[-1])
        return DataProduct(host, respelt(self._keys.plugin, product.file, moved), product.skip)

    def _take(self, host: str, file: str, target: str) -> None:
        # One would overwrite the other without a word (image contract 2.1).
        other = self._taken.setdefault((host, target), file)
        if other != file:
            raise self._keys.fault(f"mapfile_in: {other} and {file} would both become {target}")
