"""Mapfiles in memory: `DataMap` and `MultiDataMap`, with the surface that site plugins build on (10.2)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, NoReturn

from ..errors import Location, MapfileError
from .files import MapfileIOError, write_text
from .products import DataProduct, MultiDataProduct, product_of
from .reader import read_entries, read_products


def _skip_iterator(data: Iterable[Any]) -> Iterator[Any]:
    """Iterate over the entries that are not skipped."""
    return (item for item in data if not item.skip)


def _tuple_iterator(data: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Iterate over all entries as (host, file)."""
    return ((item.host, item.file) for item in data)


class DataMap:
    """An ordered list of data products, as a mapfile holds it.

    Parameters
    ----------
    data
        Data products, or dictionaries, or tuples, all of one kind; another map shares its entries. A list of
        data products is taken as it is, not copied.
    iterator
        How a ``for`` loop goes over the entries: ``iter`` (all), ``DataMap.SkipIterator``,
        ``DataMap.TupleIterator``. Length, index and saving always mean all of them.

    Raises
    ------
    MapfileError
        If an entry is not one of a mapfile.
    """

    SkipIterator = staticmethod(_skip_iterator)
    TupleIterator = staticmethod(_tuple_iterator)

    # lofarpipe's classes raise an error that scripts can catch by LOFAR's name for it.
    _error: ClassVar[type[MapfileError]] = MapfileError

    _data: list[Any]
    iterator: Callable[[Any], Iterator[Any]]

    def __init__(self, data: Iterable[Any] = (), iterator: Callable[[Any], Iterator[Any]] = iter) -> None:
        # A site's setter may leave the data alone when there are none, so they are there before.
        self._data = []
        self.data = [] if isinstance(data, tuple) and not data else data
        self.iterator = iterator

    @property
    def data(self) -> Any:
        """The list of entries; what is appended to it is in the map."""
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        self._set_data(data)

    def _set_data(self, data: Any, dtype: type[DataProduct] = DataProduct) -> None:
        if isinstance(data, DataMap):
            data = data._data
        if not isinstance(data, list):
            try:
                data = list(data)
            except TypeError:
                self._refuse(f"Failed to validate data map: not a list: {_short(data)}")
        if all(isinstance(item, dtype) for item in data):
            self._data = data
            return
        kind = dict if isinstance(data[0], dict) else tuple
        made = []
        for number, item in enumerate(data, 1):
            try:
                if not isinstance(item, kind):
                    raise ValueError(f"{_short(item)} where a {kind.__name__} or {dtype.__name__} should be")
                made.append(_made(item, dtype))
            except (TypeError, ValueError) as error:
                self._refuse(f"Failed to validate data map: entry {number}: {error}")
        self._data = made

    @classmethod
    def load(cls, filename: str | os.PathLike[str]) -> Any:
        """Return the map that a file holds.

        Parameters
        ----------
        filename
            The mapfile's path.

        Raises
        ------
        MapfileError
            If the file is no mapfile; one that cannot be read at all is an `OSError` too.
        """
        path = os.fsdecode(filename)
        plain = cls.data is DataMap.data and cls._set_data is DataMap._set_data
        try:
            # A site's classes are given the entries as they stand, and lists as lists.
            return cls(read_products(path) if plain else read_entries(path))
        except MapfileIOError:
            raise
        except MapfileError as error:
            raise cls._error(error.message, error.location or Location(path), error.hint) from None

    def save(self, filename: str | os.PathLike[str]) -> None:
        """Write all entries to a file, as one list on one line.

        Parameters
        ----------
        filename
            The mapfile's path; its old content stays if writing fails.

        Raises
        ------
        MapfileError
            If it cannot be written; an `OSError` too.
        """
        write_text(os.fsdecode(filename), _pieces(self.data))

    def append(self, item: DataProduct | tuple[Any, ...]) -> None:
        """Add a data product, or a tuple (host, file) or (host, file, skip); a pair is not skipped.

        Raises
        ------
        MapfileError
            If it is anything else.
        """
        if isinstance(item, DataProduct):
            self._data.append(item)
        elif isinstance(item, tuple) and len(item) in (2, 3):
            self._data.append(DataProduct(*(item if len(item) == 3 else (*item, False))))
        else:
            self._refuse(f"Failed to append item: {_short(item)}")

    def _refuse(self, message: str) -> NoReturn:
        raise self._error(message)

    def __repr__(self) -> str:
        return "".join(_pieces(self.data))

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: Any) -> Any:
        return self.data[index]

    def __iter__(self) -> Iterator[Any]:
        return self.iterator(self.data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DataMap):
            return NotImplemented
        return type(self) is type(other) and list(self.data) == list(other.data)

    __hash__ = None  # type: ignore[assignment]  # its entries change


class MultiDataMap(DataMap):
    """A map of entries of several files each (:class:`MultiDataProduct`)."""

    @property
    def data(self) -> Any:
        """The list of entries, each a :class:`MultiDataProduct`."""
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        self._set_data(data, dtype=MultiDataProduct)

    def append(self, item: DataProduct | tuple[Any, ...]) -> None:
        """Add a tuple (host, file[, skip[, file_skip]]) or a `MultiDataProduct`; a pair is skipped.

        Raises
        ------
        MapfileError
            If it is anything else, a plain data product among them.
        """
        if isinstance(item, MultiDataProduct):
            self._data.append(item)
            return
        if not (isinstance(item, tuple) and len(item) in (2, 3, 4)):
            self._refuse(f"Failed to append item: {_short(item)}")
        try:
            self._data.append(MultiDataProduct(*item))
        except TypeError as error:
            self._refuse(f"Failed to append item: {_short(item)}: {error}")


def _made(item: Any, dtype: type[DataProduct]) -> DataProduct:
    if dtype is DataProduct:
        # A pair given to the constructor is skipped, other than one in a file (contract 10.1).
        return product_of(item)
    return dtype(**item) if isinstance(item, dict) else dtype(*item)


def _pieces(data: Iterable[Any]) -> Iterator[str]:
    yield "["
    separator = ""
    for item in data:
        yield separator + repr(item)
        separator = ", "
    yield "]"


def _short(item: object) -> str:
    text = repr(item)
    return text if len(text) <= 60 else text[:57] + "..."
