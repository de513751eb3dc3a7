"""Step plugins that make and change mapfiles: one module each, named as ``type`` names it."""

from __future__ import annotations

from collections.abc import Mapping

from genericpipe import hookimpl

_NAMES = (
    # LOFAR's own.
    "createMapfile",
    "addMapfile",
    "changeMapfile",
    "combineParsets",
    # Those that prefactor and the production pipelines brought along (image contract 4.2).
    "MapfileToOne",
    "addListMapfile",
    "changeDirectory",
    "compressMapfile",
    "expandMapfile",
    "makeDirectory",
    "makeResultsMapfile",
    "mapfileMaxSize",
    "mapfileSingleToGroup",
    "mapfilenamesFromMapfiles",
    "pruneMapfile",
    "reGroupMapfile",
    "trimMapfile",
)


@hookimpl
def genericpipe_step_plugins() -> Mapping[str, str]:
    """Offer these step plugins; each is imported when a step runs it."""
    return {name: f"{__name__}.{name}:plugin_main" for name in _NAMES}
