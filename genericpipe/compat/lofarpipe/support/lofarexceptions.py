"""The exceptions that scripts catch by LOFAR's names for them (contract 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genericpipe.errors import Location, MapfileError
else:
    from lofar._core import load

    MapfileError = load("errors").MapfileError


class PipelineException(Exception):
    """Anything that goes wrong in a pipeline."""


class PipelineRecipeFailed(PipelineException):
    """A recipe failed."""


class PipelineReceipeNotFound(PipelineException):
    """There is no recipe of that name; the spelling is LOFAR's."""


class PipelineQuit(PipelineException):
    """The pipeline is to end here."""


class ClusterError(PipelineException):
    """A cluster description that lacks something."""


class DataMapError(PipelineException, MapfileError):
    """A mapfile, or what was to become one, that is none.

    It is also the error by which genericpipe knows it, with the file and line.
    """

    def __init__(self, message: object = "", location: Location | None = None, hint: str = "") -> None:
        super().__init__(str(message), location, hint)


class ExecutableMissing(Exception):
    """A program that is not there; not a `PipelineException`, as in LOFAR."""
