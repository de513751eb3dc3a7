"""What plugins read: the maps that their keys name, held to what the plugin needs of them."""

from __future__ import annotations

from genericpipe import DataMap, DataProduct, MapfileError, entries_of

from .keywords import Keywords


def read_map(keys: Keywords, key: str = "mapfile_in") -> list[DataProduct]:
    """Return all entries of the mapfile that a key names.

    Raises
    ------
    GenericPipeError
        If the key is missing, or the file cannot be read or is no mapfile; names plugin, key and file.
    """
    try:
        products: list[DataProduct] = DataMap.load(keys.text(key)).data
    except MapfileError as error:
        raise MapfileError(f"{keys.plugin}: {key}: {error.message}", error.location, error.hint) from None
    return products


def read_unskipped(keys: Keywords, key: str = "mapfile_in") -> list[DataProduct]:
    """Return the entries of a mapfile that are not skipped, of which there has to be one.

    Raises
    ------
    GenericPipeError
        As :func:`read_map`, or if there is none.
    """
    return [product for _, product in read_numbered(keys, key)]


def read_numbered(keys: Keywords, key: str = "mapfile_in") -> list[tuple[int, DataProduct]]:
    """Return the same entries, each with its number in the map, from 1 on."""
    given = read_map(keys, key)
    found = [(number, product) for number, product in enumerate(given, 1) if not product.skip]
    if not found:
        raise keys.fault(f"{nothing_in(keys, key, given)}: there is nothing to work on")
    return found


def nothing_in(keys: Keywords, key: str, given: list[DataProduct]) -> str:
    """Return why there is nothing to take from a map."""
    return f"{key}: the mapfile {keys.optional(key)} {'skips all its' if given else 'has no'} entries"


def files_of(keys: Keywords, key: str, number: int, product: DataProduct) -> list[str]:
    """Return the files of an entry in whatever spelling (contract 10.1), at least one.

    Parameters
    ----------
    keys, key
        Whose map it is, for messages.
    number
        The entry's number, from 1 on.
    product
        The entry.

    Raises
    ------
    GenericPipeError
        If it names no file.
    """
    files = entries_of(product.file)
    if not files:
        raise keys.fault(f"{key}: entry {number} of {keys.optional(key)} names no file")
    return files


def check_length(keys: Keywords, first: str, second: str, lengths: tuple[int, int]) -> None:
    """Refuse two maps of different length.

    Raises
    ------
    GenericPipeError
        If they differ; names keys, files and lengths.
    """
    if lengths[0] != lengths[1]:
        raise keys.fault(
            f"{first} and {second} have different lengths: {lengths[0]} entries in {keys.optional(first)}, "
            f"{lengths[1]} in {keys.optional(second)}"
        )


def check_host(keys: Keywords, where: tuple[str, int, str], other: tuple[str, int, str]) -> None:
    """Refuse two entries that belong together and are on different hosts (image contract 4.1).

    Parameters
    ----------
    keys
        Whose maps they are.
    where, other
        Key, number from 1 on, and host of each.

    Raises
    ------
    GenericPipeError
        If the hosts differ.
    """
    if where[2] != other[2]:
        (key, number, host), (other_key, other_number, other_host) = where, other
        raise keys.fault(
            f"entry {number} of {key} ({keys.optional(key)}) is on host {host!r}, "
            f"entry {other_number} of {other_key} ({keys.optional(other_key)}) on {other_host!r}",
            "what belongs together has to be on one host",
        )
