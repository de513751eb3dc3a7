"""One entry of a mapfile: a data product on a host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from .listtext import entries_of


def literal_text(value: object) -> str:
    """Return `value` as a Python literal, whatever class a site's plugin used.

    ``repr`` of a subclass of `str` or `float` need not be one: numpy's reads ``np.str_('x')``.
    """
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, str):
        return str.__repr__(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(literal_text, value)) + "]"
    if isinstance(value, tuple):
        return "(" + "".join(literal_text(item) + ", " for item in value).rstrip() + ")"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal_text(k)}: {literal_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        # inf and nan are names, not literals.
        return float.__repr__(value) if isfinite(value) else repr(float.__repr__(value))
    return repr(str(value))


def skip_text(value: object) -> str:
    """Return ``True`` or ``False`` for a skip field.

    LOFAR wrote the text of whatever a plugin had assigned, so that the text ``False`` means False here,
    though not in the constructor (contract 10.1).
    """
    return "False" if str(value) == "False" else str(bool(value))


class DataProduct:
    """A file on a host; sites subclass it and reassign its attributes.

    Parameters
    ----------
    host
        The host that holds the file; becomes text.
    file
        The file's path; becomes text, also where it is a list (contract 10.1).
    skip
        Whether steps leave it out. Without it an entry is skipped (contract 10.1).
    """

    # A site's classes and scripts may set further attributes, so there are no __slots__ here.
    host: Any
    file: Any
    skip: Any

    def __init__(self, host: object, file: object, skip: object = True) -> None:
        self.host = str(host)
        self.file = str(file)
        self.skip = bool(skip)

    def __repr__(self) -> str:
        host, file = literal_text(self.host), literal_text(self.file)
        return f"{{'host': {host}, 'file': {file}, 'skip': {skip_text(self.skip)}}}"

    def __str__(self) -> str:
        return f"{self.host}:{self.file}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DataProduct):
            return NotImplemented
        return bool((self.host, self.file, self.skip) == (other.host, other.file, other.skip))

    __hash__ = None  # type: ignore[assignment]  # its fields change


class MultiDataProduct(DataProduct):
    """Several files on one host, to be skipped together or one by one.

    Parameters
    ----------
    host, skip
        As for a data product.
    file
        A list of files, or text as :func:`entries_of` understands it.
    file_skip
        One truth value a file; all equal to `skip` if not given.

    Raises
    ------
    TypeError
        If `file_skip` is not as long as the list of files.
    """

    file_skip: list[bool]

    def __init__(
        self, host: object, file: object, skip: object = True, file_skip: Iterable[object] | None = None
    ) -> None:
        super().__init__(host, file, skip)
        self.file = entries_of(file)
        self.file_skip = [self.skip] * len(self.file) if file_skip is None else [bool(x) for x in file_skip]
        if len(self.file_skip) != len(self.file):
            raise TypeError(f"{len(self.file)} files, but file_skip has {len(self.file_skip)} values")

    def __repr__(self) -> str:
        # The odd blanks are LOFAR's (contract 10.2).
        host, files = literal_text(self.host), literal_text(literal_text(self.file))
        file_skip = ", ".join(map(skip_text, self.file_skip))
        return (
            f"{{'host': {host},  'skip': {skip_text(self.skip)}, "
            f"'file': {files}, 'file_skip' : [{file_skip}]}}"
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, MultiDataProduct) and self.file_skip != other.file_skip:
            return False
        return super().__eq__(other)

    __hash__ = None


def replaced(
    product: DataProduct, *, host: str | None = None, file: str | None = None, skip: bool | None = None
) -> DataProduct:
    """Return a data product like `product` with other fields where they are given."""
    return DataProduct(
        product.host if host is None else host,
        product.file if file is None else file,
        product.skip if skip is None else skip,
    )


def product_of(entry: Mapping[str, Any] | tuple[Any, ...]) -> DataProduct:
    """Return the data product of an entry as it stands in a mapfile.

    Raises
    ------
    ValueError
        If the entry has not the fields of a data product.
    """
    if isinstance(entry, tuple):
        if len(entry) not in (2, 3):
            raise ValueError(f"a tuple of {len(entry)}; it has to be (host, file) or (host, file, skip)")
        return DataProduct(*entry)
    missing = [name for name in ("host", "file") if name not in entry]
    if missing:
        raise ValueError(f"{missing[0]!r} is missing")
    # A map that a MultiDataMap saved can be loaded as a DataMap (contract 10.2).
    unknown = [name for name in entry if name not in ("host", "file", "skip", "file_skip")]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no field of a mapfile (host, file, skip)")
    return DataProduct(entry["host"], entry["file"], entry.get("skip", True))
