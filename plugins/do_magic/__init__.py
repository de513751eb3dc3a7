"""do_magic: groups, image sizes, channels and averaging of an image from its data (image contract 3).

Pipelines call `script.main`; programs call `measure` and `compute` for the same numbers without any mapfile.
"""

from __future__ import annotations

from .computation import Band, Computed, compute, measure
from .headers import Header, read_header
from .settings import Settings

__all__ = ["Band", "Computed", "Header", "Settings", "compute", "measure", "read_header"]
