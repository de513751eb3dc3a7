"""Makes files and folders in a job's own folders, and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from genericpipe import DataMap, GenericPipeError, Job

from . import contents

_FOLDERS = (".ms", ".sky", ".sourcedb", ".parmdb")
_HDF5 = (".h5", ".h5parm", ".hdf5")
_FITS = (".fits", ".fit")
# A job's log is <job folder>/logs/<start time>/<step>/<entry>.log.
_LOGS, _FOLDER_OF_LOGS = "logs", 3


class Maker:
    """Makes what a job leaves.

    Parameters
    ----------
    job
        The job. Its own folders are the one of its data and the job folder, that of logs and mapfiles; a step
        plugin starts in the folder of the command, which is not its own.
    """

    def __init__(self, job: Job) -> None:
        self._start = os.path.abspath(job.working_directory)
        own = []
        if job.call is None or not job.call.is_step_plugin:
            own.append(self._start)
        #: The job folder; the one the job starts in, where it cannot be told.
        self.job_folder = self._start
        above = job.stdout.absolute().parents
        if len(above) > _FOLDER_OF_LOGS and above[_FOLDER_OF_LOGS - 1].name == _LOGS:
            self.job_folder = str(above[_FOLDER_OF_LOGS])
            own.append(self.job_folder)
        # Links are followed: what lies behind one that leads elsewhere is not the job's.
        self._own = tuple(os.path.realpath(folder) for folder in own)

    def place(self, path: str) -> str:
        """Return the absolute path of what a program calls so."""
        return os.path.join(self._start, path)

    def is_own(self, path: str) -> bool:
        """Return whether a path lies in the job's own folders; these themselves do not count."""
        real = os.path.realpath(self.place(path))
        return any(real.startswith(os.path.join(folder, "")) for folder in self._own)

    def folder(self, path: str) -> None:
        """Make a folder: an empty measurement set, or another table."""
        self._make(path, os.mkdir)

    def hdf5(self, path: str) -> None:
        """Make an empty HDF5 file."""
        self._write(path, contents.hdf5())

    def fits(self, path: str, unit: str = "JY/BEAM", polarisation: int = 1, frequency: float = 144e6) -> None:
        """Make a small image; see `contents.fits`."""
        if self._is_free(path):
            self._write(path, contents.fits(unit, polarisation, frequency))

    def empty(self, path: str) -> None:
        """Make an empty file."""
        self._write(path, b"")

    def named(self, path: str) -> bool:
        """Make what the end of a name says; return False where it says nothing.

        Parameters
        ----------
        path
            The file or folder.
        """
        lower = path.rstrip("/").lower()
        if lower.endswith(_FITS):
            self.fits(path)
        elif lower.endswith(_HDF5):
            self.hdf5(path)
        elif lower.endswith(_FOLDERS):
            self.folder(path)
        else:
            return False
        return True

    def map(self, path: str, products: DataMap) -> bool:
        """Write a mapfile, replacing an earlier one as scripts and plugins do.

        Returns
        -------
        bool
            Whether it was written: it is not outside of the job's own folders.

        Raises
        ------
        MapfileError
            If it cannot be written.
        """
        if not self.is_own(path):
            return False
        place = self.place(path)
        self._run(os.path.dirname(place), lambda folder: os.makedirs(folder, exist_ok=True))
        products.save(place)
        return True

    def _write(self, path: str, content: bytes) -> None:
        def write(place: str) -> None:
            with open(place, "xb") as file:
                file.write(content)

        self._make(path, write)

    def _make(self, path: str, make: Callable[[str], None]) -> None:
        if not self._is_free(path):
            return
        place = self.place(path.rstrip("/"))
        self._run(os.path.dirname(place), lambda folder: os.makedirs(folder, exist_ok=True))
        self._run(place, make)

    def _is_free(self, path: str) -> bool:
        """Return whether something may be made there: in own folders, where nothing is, below no file."""
        place = self.place(path.rstrip("/"))
        if not path or not self.is_own(path) or os.path.lexists(place):
            return False
        folder = os.path.dirname(place)
        while not os.path.lexists(folder):
            folder = os.path.dirname(folder)
        return os.path.isdir(folder)

    @staticmethod
    def _run(path: str, make: Callable[[str], None]) -> None:
        try:
            make(path)
        except OSError as error:
            raise GenericPipeError(f"{path!r} cannot be made: {error.strerror or error}") from None


def absolute(paths: Iterable[str]) -> list[str]:
    """Return the paths that are absolute: text of lists of files, and of nothing, is not."""
    return [path for path in paths if os.path.isabs(path)]
