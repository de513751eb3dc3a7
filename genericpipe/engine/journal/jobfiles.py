"""The files of a job: what it left, what it read, and which of its inputs changed while it ran."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ...recipes.job import Job
from .stamps import FileStamp, Stamp, file_stamp, paths_in, stamp_of


class Changed(NamedTuple):
    """An input that looked otherwise when the job ended."""

    path: str
    before: Stamp
    after: Stamp


@dataclass(frozen=True, slots=True)
class JobFiles:
    """The files of one job.

    Parameters
    ----------
    products
        The output paths that existed when it ended.
    inputs
        What it read: a path alone where a step of this job folder wrote the file, otherwise with what the
        file looked like.
    changed
        Inputs that changed between its start and its end.
    """

    products: tuple[FileStamp, ...] = ()
    inputs: tuple[str | FileStamp, ...] = ()
    changed: tuple[Changed, ...] = ()


class FileWatch:
    """Looks at the files of jobs before and after they run.

    Parameters
    ----------
    written
        Files that steps of this job folder wrote, in this run or before (``History.written``).
    """

    def __init__(self, written: Iterable[str] = ()) -> None:
        self._written = set(written)

    def before(self, job: Job) -> Mapping[str, Stamp]:
        """Return what the inputs of a job look like just before it starts."""
        stamps = ((path, stamp_of(path)) for path in paths_in(job.inputs))
        return {path: stamp for path, stamp in stamps if stamp is not None}

    def after(self, job: Job, before: Mapping[str, Stamp]) -> JobFiles:
        """Return the files of a job that has ended.

        Parameters
        ----------
        job
            The job.
        before
            What `before` returned when it started.
        """
        products = tuple(stamp for path in paths_in(job.products) if (stamp := file_stamp(path)) is not None)
        self._written.update(product.path for product in products)
        inputs: list[str | FileStamp] = []
        changed = []
        for path in paths_in(job.inputs):
            now = stamp_of(path)
            old = before.get(path)
            if now is not None and old is not None and now != old:
                changed.append(Changed(path, old, now))
            external = now is not None and path not in self._written
            inputs.append(FileStamp(path, *now) if now is not None and external else path)
        return JobFiles(products, tuple(inputs), tuple(changed))
