"""Step plugins that look into measurement sets and solutions: one module each, named as ``type`` names it."""

from __future__ import annotations

from collections.abc import Mapping

from genericpipe import StepPlugin, hookimpl

# Name -> the control keys that it needs, the results that it gives.
_PLUGINS = {
    "compareStationList": ("mapfile_in h5parmdb solset_name filter", "filter"),
    "findRefAnt": ("mapfile_in", "refant"),
    "getTargetName": ("mapfile_in", "targetName"),
    "identifyBadAntennas": ("mapfile_in filter", "filter"),
    "matchDistFreqs": ("mapfile_in mapfile_dist mapfile_full mapfile_dir filename", "mapfile"),
    "selectDistFreqs": ("mapfile_in mapfile_dir filename", "mapfile"),
}


@hookimpl
def genericpipe_step_plugins() -> Mapping[str, StepPlugin]:
    """Offer the plugins that select, compare and describe observations (image contract 4.2)."""
    offered = {
        name: StepPlugin(_target(name), tuple(needs.split()), (result,))
        for name, (needs, result) in _PLUGINS.items()
    }
    # The folders that a step of LoSoTo is to write into are but text to what writes its parset.
    losoto = StepPlugin(
        _target("makeLosotoParset"), ("filename", "steps"), (), writes=("filename",), only_maps=True
    )
    return {**offered, "makeLosotoParset": losoto}


def _target(name: str) -> str:
    return f"{__name__}.{name}:plugin_main"
