"""What the plugins want to know of an h5parm: solutions of LoSoTo, DP3 and others, an HDF5 file."""

from __future__ import annotations

from genericpipe import did_you_mean

from ..mapfiles.keywords import Keywords

# Here and not in the function: while it is imported, h5py asks `uname` for the processor, and a plan, which
# imports a plugin before it calls it, lets nobody start a program during the call.
try:
    import h5py
except ImportError as error:
    h5py = None
    _WHY_NOT = str(error)


def solution_stations(keys: Keywords, key: str, solution_set: str) -> set[str]:
    """Return the names of the stations of a solution set: column ``name`` of its table ``antenna``.

    Parameters
    ----------
    keys
        The keywords of the call.
    key
        The key that holds the path of the file.
    solution_set
        The name of the solution set, such as ``calibrator``.

    Raises
    ------
    GenericPipeError
        If h5py is not installed; if the file cannot be read, or has no such set or table.
    """
    path = keys.text(key)
    if h5py is None:
        raise keys.fault(
            f"{key}: h5py, which reads {path}, cannot be imported: {_WHY_NOT}",
            'pip install "genericpipe[h5parm]"',
        )
    try:
        with h5py.File(path, "r") as file:
            if solution_set not in file:
                sets = list(file)
                hint = did_you_mean(solution_set, sets) or f"there are {', '.join(sets) or 'none'}"
                raise keys.fault(f"{key}: {path} has no solution set {solution_set!r}", hint)
            table = file.get(f"{solution_set}/antenna")
            if not isinstance(table, h5py.Dataset) or "name" not in (table.dtype.names or ()):
                raise keys.fault(f"{key}: {path}: the solution set {solution_set!r} lists no antennas")
            names = table["name"]
    except OSError as error:
        reason = next(iter(str(error).splitlines()), "no reason given")
        raise keys.fault(f"{key}: {path} cannot be read: {reason}") from None
    return {name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name) for name in names}
