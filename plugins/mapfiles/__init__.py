"""Step plugins that make and change mapfiles: one module each, named as ``type`` names it (contract 9)."""

from __future__ import annotations

from collections.abc import Mapping

from genericpipe import hookimpl

_NAMES = ("createMapfile", "addMapfile", "changeMapfile", "combineParsets")


@hookimpl
def genericpipe_step_plugins() -> Mapping[str, str]:
    """Offer the four standard step plugins; each is imported when a step runs it."""
    return {name: f"{__name__}.{name}:plugin_main" for name in _NAMES}
