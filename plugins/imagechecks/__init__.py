"""What is looked at before an image pipeline starts: inputs, headers, sizes, folders (image contract 6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from genericpipe import Finding, hookimpl

if TYPE_CHECKING:
    from genericpipe import Pipeline


@hookimpl
def genericpipe_preflight(pipeline: Pipeline) -> Iterable[Finding]:
    """Check the data and the folders of a pipeline that has a do_magic step and lists its input sets."""
    from .checks import check

    return check(pipeline)
