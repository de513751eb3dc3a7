"""Is an image good: uv coverage, pictures, source lists and their comparison with what is known of the sky.

Pipelines call the scripts `plot_uvcov`, `plot_image` and `make_source_list`; programs call the functions
named here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

# Where each name lives. Nothing is imported before it is asked for: every command that reads a pipeline asks
# `located` for scripts, and must not pay for numpy.
_HOMES = {
    "catalogues": ("CatalogueSource", "read_catalogue"),
    "comparison": ("Comparison", "compare"),
    "fitsimage": ("Beam", "SkyImage", "read_image"),
    "measurement": ("Measured", "measure_sources"),
    "sourcefinding": ("FinderSettings", "find_sources"),
    "uvcoverage": ("Coverage", "read_coverage"),
}

if not TYPE_CHECKING:  # a type checker is to refuse names that do not exist

    def __getattr__(name: str) -> object:
        for home, names in _HOMES.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{home}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
