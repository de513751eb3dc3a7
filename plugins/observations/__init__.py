"""Step plugins that look into measurement sets and solutions: one module each, named as ``type`` names it."""

from __future__ import annotations

from collections.abc import Mapping

from genericpipe import hookimpl

_NAMES = (
    "compareStationList",
    "findRefAnt",
    "getTargetName",
    "identifyBadAntennas",
    "makeLosotoParset",
    "matchDistFreqs",
    "selectDistFreqs",
)


@hookimpl
def genericpipe_step_plugins() -> Mapping[str, str]:
    """Offer the plugins that select, compare and describe observations (image contract 4.2)."""
    return {name: f"{__name__}.{name}:plugin_main" for name in _NAMES}
