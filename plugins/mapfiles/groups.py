"""Maps whose entries are lists of files: ``'file': ['/a', '/b']`` (contract 9.1, 10.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from genericpipe import DataMap, DataProduct, MapfileError, entries_of


class MultiDataProduct(DataProduct):
    """Several files on one host.

    Other than the class of the same name in ``lofarpipe.support.data_map`` it has no ``file_skip`` and is
    written with a Python list in ``file``, so that a plain `DataMap` reads it.

    Parameters
    ----------
    host
        The host that holds the files.
    file
        A list of files, or the text of one; any other text is one file.
    skip
        Whether steps leave the entry out. Without it an entry is skipped, as everywhere (contract 10.1).
    """

    def __init__(self, host: object, file: object = (), skip: object = True) -> None:
        super().__init__(host, "", skip)
        self.file = entries_of(file)


class MultiDataMap(DataMap):
    """A map of :class:`MultiDataProduct`.

    Made from a plain map it has one entry for each host, in the order in which they first appear, with all
    files that are not skipped.
    """

    @property
    def data(self) -> Any:
        """The list of entries, each a :class:`MultiDataProduct`."""
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        if isinstance(data, MultiDataProduct):
            data = [data]
        elif isinstance(data, DataMap) and not isinstance(data, MultiDataMap):
            data = _by_host(data.data)
        self._set_data(data, dtype=MultiDataProduct)

    def append(self, item: DataProduct | tuple[Any, ...]) -> None:
        """Add a `MultiDataProduct`, or a tuple (host, file) or (host, file, skip); a pair is not skipped.

        Raises
        ------
        MapfileError
            If it is anything else.
        """
        if isinstance(item, tuple) and len(item) in (2, 3):
            item = MultiDataProduct(*(item if len(item) == 3 else (*item, False)))
        if not isinstance(item, MultiDataProduct):
            raise MapfileError(f"Failed to append item: {item!r}")
        self._data.append(item)

    def split_list(self, number: int) -> None:
        """Cut the list of each entry into entries of `number` files; the last one may have fewer.

        Parameters
        ----------
        number
            How many files an entry has at most.

        Raises
        ------
        MapfileError
            If it is less than one.
        """
        if number < 1:
            raise MapfileError(f"a list cannot be split into lists of {number} files")
        self._set_data(
            [
                MultiDataProduct(item.host, item.file[start : start + number], item.skip)
                for item in self.data
                for start in range(0, len(item.file), number)
            ],
            dtype=MultiDataProduct,
        )


def _by_host(products: Iterable[DataProduct]) -> list[MultiDataProduct]:
    files: dict[str, list[str]] = {}
    for product in products:
        if not product.skip:
            files.setdefault(product.host, []).append(product.file)
    return [MultiDataProduct(host, found, False) for host, found in files.items()]
