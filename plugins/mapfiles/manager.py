"""`MapfileManager`: a map that can be filled from a folder, a parset or lists, and edited (contract 9.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from genericpipe import DataMap, DataProduct, MapfileError, Parset

from .dataproducts import products_of
from .folders import matching, name_pattern, names_in

_LOCAL = "localhost"
_DUMMY = "dummy"


class MapfileManager(DataMap):
    """A map with ways to fill and change it.

    Parameters
    ----------
    folder
        A folder to take the entries from; without one the map is empty.
    pattern, excludepattern
        As for :meth:`from_folder`.

    Raises
    ------
    GenericPipeError
        If the folder or the pattern cannot be used.
    """

    def __init__(
        self,
        folder: str | None = None,
        pattern: str | None = None,
        excludepattern: bool = False,
        iterator: Callable[[Any], Iterator[Any]] = iter,
    ) -> None:
        super().__init__([], iterator)
        if folder is not None:
            self.from_folder(folder, pattern, excludepattern)

    @classmethod
    def load(cls, filename: Any) -> Any:
        """Return the map that a file holds; errors as `DataMap.load`."""
        manager = cls()
        manager.data = DataMap.load(filename).data
        return manager

    def from_folder(self, folder: str, pattern: str | None = None, exclude_pattern: bool = False) -> None:
        """Replace the entries by what is in a folder, sorted by name.

        Parameters
        ----------
        folder
            The folder; entries are its text, a slash and the name, on localhost and not skipped.
        pattern
            Which names to take (``*``, ``?`` and regular expressions); all without it.
        exclude_pattern
            Take the others instead.

        Raises
        ------
        GenericPipeError
            If the folder cannot be read or the pattern not be understood.
        """
        self.take_names(folder, matching(names_in(folder), pattern or "", bool(exclude_pattern)))

    def take_names(self, folder: str, names: Sequence[str], suffix: str = "") -> None:
        """Replace the entries by ``folder/name`` plus suffix for each name, on localhost, not skipped."""
        # Not os.path.join: LOFAR wrote two slashes where the folder ends in one (contract 9.1).
        self.data = [DataProduct(_LOCAL, f"{folder}/{name}{suffix}", False) for name in names]

    def set_data_from_parset(self, parset: str | Parset, identifier: str) -> None:
        """Replace the entries by the data products of a parset.

        Parameters
        ----------
        parset
            The parset or its path.
        identifier
            What they are listed under: ``DataProducts.<identifier>.filenames`` and so on.

        Raises
        ------
        ParsetError
            If the parset cannot be read or does not list them.
        """
        self.data = products_of(parset, identifier).data

    def expand(
        self, number: int, hostlist: Sequence[str] | None = None, filelist: Sequence[str] | None = None
    ) -> None:
        """Replace the entries by `number` entries that are not skipped.

        Parameters
        ----------
        number
            How many.
        hostlist
            Their hosts; localhost for all without it.
        filelist
            Their files; ``dummy`` for all without it.

        Raises
        ------
        MapfileError
            If a list has another length.
        """
        hosts = [_LOCAL] * number if hostlist is None else list(hostlist)
        files = [_DUMMY] * number if filelist is None else list(filelist)
        for what, values in (("hosts", hosts), ("files", files)):
            if len(values) != number:
                raise MapfileError(f"{len(values)} {what} for {number} entries")
        self.data = [DataProduct(host, file, False) for host, file in zip(hosts, files, strict=True)]

    def from_parts(self, host: Any = _LOCAL, data: Any = _DUMMY, skip: Any = False, ntimes: int = 1) -> None:
        """Replace the entries by ones made of single values or lists of them.

        Parameters
        ----------
        host, data, skip
            A value or a list each. Shorter ones are filled up with their last value.
        ntimes
            How often all of it is repeated.

        Raises
        ------
        MapfileError
            If a list is empty.
        """
        parts = [list(part) if isinstance(part, (list, tuple)) else [part] for part in (host, data, skip)]
        if not all(parts):
            raise MapfileError("from_parts cannot make entries of an empty list")
        length = max(map(len, parts))
        filled = [part + part[-1:] * (length - len(part)) for part in parts]
        self.data = [DataProduct(*fields) for _ in range(ntimes) for fields in zip(*filled, strict=True)]

    def insert(self, place: int, data: DataProduct | dict[str, Any] | tuple[Any, ...]) -> None:
        """Put an entry before the one at `place`; forms and errors as for :meth:`append`."""
        self._data.insert(place, _entry(data))

    def append(self, item: DataProduct | dict[str, Any] | tuple[Any, ...]) -> None:
        """Add an entry: a data product, a dictionary, or a tuple (host, file[, skip]); a pair is not skipped.

        Raises
        ------
        MapfileError
            If it is anything else.
        """
        self._data.append(_entry(item))

    def delete(
        self,
        host: str | None = None,
        data: str | None = None,
        skip: bool | None = None,
        pattern: str | None = None,
    ) -> None:
        """Take out every entry to which at least one of these applies.

        Parameters
        ----------
        host, data, skip
            The entry's host, file, or skip is this.
        pattern
            The entry's file, or its name without folder, matches this, as for :meth:`from_folder`.

        Raises
        ------
        GenericPipeError
            If the pattern cannot be understood.
        """
        expression = name_pattern(pattern) if pattern is not None else None

        def goes(entry: DataProduct) -> bool:
            names = (entry.file, entry.file.rpartition("/")[2])
            return (
                (host is not None and entry.host == host)
                or (data is not None and entry.file == data)
                or (skip is not None and entry.skip == skip)
                or (expression is not None and any(map(expression.fullmatch, names)))
            )

        self._data[:] = [entry for entry in self._data if not goes(entry)]


def _entry(data: object) -> DataProduct:
    if isinstance(data, DataProduct):
        return data
    if isinstance(data, tuple) and len(data) == 2:
        data = (*data, False)
    made: list[DataProduct] = DataMap([data]).data
    return made[0]
