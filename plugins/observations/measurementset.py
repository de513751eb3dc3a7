"""What the plugins want to know of a measurement set; casacore is imported when one is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from genericpipe import GenericPipeError

from ..mapfiles.keywords import Keywords


class MeasurementSet:
    """A measurement set that a step names, opened for reading only as often as something is asked.

    Parameters
    ----------
    keys
        The keywords of the call, for messages.
    key
        The key whose mapfile names the set.
    path
        Its path.

    Raises
    ------
    GenericPipeError
        If it does not exist or is none.
    """

    def __init__(self, keys: Keywords, key: str, path: str) -> None:
        self.path = path
        self._keys = keys
        self._key = key
        if not os.path.exists(path):
            raise self.fault("there is no such measurement set")
        if not os.path.isfile(os.path.join(path, "table.dat")):
            raise self.fault("this is no measurement set")

    def fault(self, message: str, hint: str = "") -> GenericPipeError:
        """Return an error that begins with the plugin, the key and the path."""
        return self._keys.fault(f"{self._key}: {self.path}: {message}", hint)

    @contextmanager
    def table(self, name: str = "") -> Iterator[Any]:
        """Open one of its tables, the main one without a name, for the time of a ``with`` block.

        Raises
        ------
        GenericPipeError
            If casacore is not installed, or has something to complain about, now or within the block.
        """
        try:
            from casacore.tables import table
        except ImportError as error:
            raise self._keys.fault(
                f"python-casacore cannot be imported: {error}", "pip install python-casacore"
            ) from None
        opened = None
        try:
            # Not locked for reading: nothing else may wait for us, nor we for it.
            opened = table(os.path.join(self.path, name), ack=False, lockoptions="autonoread")
            yield opened
        except RuntimeError as error:  # what casacore raises for everything
            reason = next(iter(str(error).splitlines()), "casacore gives no reason")
            raise self.fault(f"{name or 'the main table'} cannot be read: {reason}") from None
        finally:
            if opened is not None:
                opened.close()

    def stations(self) -> list[str]:
        """Return the names of its stations, in the order of the table ANTENNA."""
        with self.table("ANTENNA") as antennas:
            names = [str(name) for name in antennas.getcol("NAME")]
        if not names:
            raise self.fault("the table ANTENNA is empty")
        return names

    def reference_frequency(self) -> int:
        """Return the reference frequency of its first spectral window in whole Hz, the rest cut off."""
        with self.table("SPECTRAL_WINDOW") as windows:
            if not windows.nrows():
                raise self.fault("the table SPECTRAL_WINDOW is empty")
            return int(windows.getcell("REF_FREQUENCY", 0))

    def target(self) -> str:
        """Return the name of the target of its first observation, the first where there are several.

        Raises
        ------
        GenericPipeError
            If there is none: other telescopes' sets have no such column, and a cell may be empty.
        """
        with self.table("OBSERVATION") as observations:
            if "LOFAR_TARGET" not in observations.colnames():
                raise self.fault("OBSERVATION has no column LOFAR_TARGET", "only LOFAR's own sets have it")
            empty = not observations.nrows() or not observations.iscelldefined("LOFAR_TARGET", 0)
            names = [] if empty else _texts(observations.getcell("LOFAR_TARGET", 0))
        if not names or not names[0]:
            raise self.fault("OBSERVATION names no target in LOFAR_TARGET")
        return names[0]


def _texts(cell: Any) -> list[str]:
    """Return the texts of a cell: one, a list, or what casacore gives for an array of more dimensions."""
    if isinstance(cell, str):
        return [cell]
    if isinstance(cell, dict):
        cell = cell["array"]
    return [text for item in cell for text in _texts(item)]
