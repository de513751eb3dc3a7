"""Is an image good: uv coverage, pictures, source lists and their comparison with what is known of the sky.

Pipelines call the scripts `plot_uvcov`, `plot_image` and `make_source_list`; programs call the functions
named here.
"""

from __future__ import annotations

from .catalogues import CatalogueSource, read_catalogue
from .comparison import Comparison, compare
from .fitsimage import Beam, SkyImage, read_image
from .measurement import Measured, measure_sources
from .sourcefinding import FinderSettings, find_sources
from .uvcoverage import Coverage, read_coverage

__all__ = [
    "Beam",
    "CatalogueSource",
    "Comparison",
    "Coverage",
    "FinderSettings",
    "Measured",
    "SkyImage",
    "compare",
    "find_sources",
    "measure_sources",
    "read_catalogue",
    "read_coverage",
    "read_image",
]
