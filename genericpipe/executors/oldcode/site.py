"""Whose code it is that asks for something old, and what is told about it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from types import FrameType

#: What others have installed is left as it is: it may look for a name to learn how old Python is.
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_HERE = os.path.join(os.path.dirname(__file__), "")


class Site:
    """The code of a site: scripts, plugins, and what they import from folders of their own.

    Parameters
    ----------
    script
        The script or plugin of the job.
    folders
        Folders of plugins.
    foreign
        Folders of code that is no site's: the standard library, and our own.
    """

    def __init__(self, script: str, folders: Iterable[str], foreign: Iterable[str]) -> None:
        self._script = script
        self._folders = tuple(os.path.join(os.path.abspath(folder), "") for folder in folders)
        self._foreign = tuple(os.path.join(folder, "") for folder in foreign)
        self._known: dict[str, bool] = {}
        self._told: set[tuple[str, str]] = set()

    def owns(self, file: str) -> bool:
        """Return whether a source file is the site's."""
        if file not in self._known:
            self._known[file] = file == self._script or (
                not file.startswith(("<", _HERE))
                and (
                    file.startswith(self._folders)
                    or not (file.startswith(self._foreign) or any(part in file for part in _INSTALLED))
                )
            )
        return self._known[file]

    def asks(self, frame: FrameType, what: type[Exception]) -> bool:
        """Return whether code of the site asks, and does not deal itself with what is missing.

        Parameters
        ----------
        frame
            Who asks.
        what
            The exception that a source would catch if it was ready for both: what it asks for inside such a
            ``try`` is not supplied, so that it goes the way that its author meant it to go.
        """
        file = frame.f_code.co_filename
        if not self.owns(file):
            return False
        from .guards import is_guarded

        return not is_guarded(file, frame.f_lineno, what)

    def importer(self) -> FrameType | None:
        """Return who imports something at this moment."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            file = frame.f_code.co_filename
            is_machinery = file.startswith(("<frozen importlib", _HERE)) or file.endswith(_IMPORTLIB)
            if not is_machinery:
                return frame
            frame = frame.f_back
        return None

    def tell(self, frame: FrameType, what: str, advice: str) -> None:
        """Warn on standard error, once for each file and thing, of something old that was supplied."""
        file, line = frame.f_code.co_filename, frame.f_lineno
        if (file, what) in self._told:
            return
        self._told.add((file, what))
        if sys.stderr is not None:
            print(f"{file}:{line}: warning: {what} is gone and was supplied: {advice}", file=sys.stderr)


_IMPORTLIB = os.path.join("importlib", "__init__.py")
